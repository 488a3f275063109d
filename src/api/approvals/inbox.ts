// What waits for another person: requests, and what has counts of its own, which are holds and disposals.
import { OperatorError } from '../../base/errors.ts'
import { isApproved, isOver, type Run } from '../../record/disposal/runs.ts'
import { type Hold } from '../../record/holds/register.ts'
import { admit, type By, officerIn } from '../door/caller.ts'
import { type RequestAnswer } from '../contract/roles.ts'
import { addressesOf } from '../door/named.ts'
import { type ApiHost } from '../door/route.ts'
import { timeOf } from './shown.ts'

/** A hold that somebody wants released, and a run that is not approved yet. @param isMine whether he may decide it at all */
export async function waitingElsewhere(by: By, host: ApiHost): Promise<readonly RequestAnswer[]> {
  const holds = host.holds
    .list()
    .filter(({ releases, released }) => released === null && releases.length > 0)
  const runs = host.disposals
    .list()
    .filter((run) => run.refused === null && !isOver(run) && !isApproved(run))
  const people = [
    ...holds.flatMap(({ releases }) => releases.map((one) => one.by)),
    ...runs.flatMap((run) => [run.by, ...run.approvals.map((one) => one.by)]),
  ]
  const names = await addressesOf(host, people)
  const shown = { by, names, host }
  return [
    ...holds.map((hold) => shownHold(hold, shown)),
    ...runs.map((run) => shownRun(run, shown)),
  ]
}

type Shown = {
  readonly by: By
  readonly names: Readonly<Record<string, string>>
  readonly host: ApiHost
}

function shownHold({ id, name, reason, releases }: Hold, shown: Shown): RequestAnswer {
  const [first] = releases
  return {
    ...common(shown, 'holds.manage', releases),
    id: `hold-${id}`,
    act: 'hold.release',
    person: shown.names[first?.by ?? ''] ?? first?.by ?? '',
    words: `Release the hold ${name}, which was placed for: ${reason}`,
    reason: first?.reason ?? '',
    asked: timeOf(first?.at ?? 0),
    needs: releases.length + 1,
    isOwn: first?.by === shown.by.persons[0],
  }
}

function shownRun(
  { id, kind, by, at, why, needs, approvals, buckets }: Run,
  shown: Shown,
): RequestAnswer {
  const many = `${buckets.size} ${buckets.size === 1 ? 'bucket' : 'buckets'}`
  return {
    ...common(shown, 'disposals.decide', approvals),
    id: `disposal-${id}`,
    act: kind,
    person: by === null ? 'the timetable' : (shown.names[by] ?? by),
    words:
      kind === 'erasure' ? `Erase single records of ${many}: ${why}` : `Dispose of ${many}: ${why}`,
    reason: why,
    asked: timeOf(at),
    needs,
    isOwn: by !== null && by === shown.by.persons[0],
  }
}

function common(
  { by, names, host }: Shown,
  permission: 'holds.manage' | 'disposals.decide',
  said: readonly { readonly by: string; readonly at: number }[],
): Pick<RequestAnswer, 'expires' | 'approvals' | 'refused' | 'state' | 'mayApprove'> {
  const [person] = by.persons
  const isNew = person !== undefined && !said.some((one) => one.by === person)
  return {
    expires: null,
    approvals: said.map((one) => ({ by: names[one.by] ?? one.by, at: timeOf(one.at) })),
    refused: null,
    state: 'waits',
    mayApprove: isNew && isAdmitted(by, permission, host),
  }
}

function isAdmitted(
  { caller }: By,
  permission: 'holds.manage' | 'disposals.decide',
  { directory }: ApiHost,
): boolean {
  try {
    admit(caller, { permission, isLimitable: false }, directory)
    return true
  } catch (error) {
    if (error instanceof OperatorError) return false
    throw error
  }
}

/** Says yes or no to what has a count of its own, by its own act. @returns false for what is none of these */
export async function decideElsewhere(
  {
    id,
    approves,
    reason,
  }: { readonly id: string; readonly approves: boolean; readonly reason: string },
  by: By,
  host: ApiHost,
): Promise<boolean> {
  const [, kind, number] = /^(hold|disposal)-(\d{1,15})$/.exec(id) ?? []
  if (kind === undefined) return false
  const permission = kind === 'hold' ? 'holds.manage' : 'disposals.decide'
  admit(by.caller, { permission, isLimitable: false }, host.directory)
  const officer = officerIn(by)
  if (kind === 'disposal') {
    await host.disposals.approve({ by: officer, run: Number(number), approves, reason })
    return true
  }
  if (!approves)
    throw new OperatorError(
      'approvals.no-refusal',
      'A hold stays as long as nobody else releases it: there is nothing to refuse.',
    )
  await host.holds.release({ by: officer, hold: Number(number), reason })
  return true
}
