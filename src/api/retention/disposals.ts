import { orderOf, pageOf, pageQuery } from '../door/paged.ts'
import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { type Due } from '../../record/disposal/due.ts'
import { type BucketPlan } from '../../record/disposal/plan.ts'
import { isApproved, isOver, type Run } from '../../record/disposal/runs.ts'
import { scopeBody, scopeOf, shownScope as scopeShown, timeOf } from './holds.ts'
import { addressesOf } from '../door/named.ts'
import { type By, officerIn } from '../door/caller.ts'
import { nothing, route, type ApiHost } from '../door/route.ts'
import { duesAnswer, oneRunAnswer, runsAnswer } from '../contract/shared.ts'

const ofRun = z.strictObject({
  id: z.string().regex(/^\d{1,15}$/, 'is no number: give the one that onrecord disposal list has'),
})

export const listDue = route({
  method: 'GET',
  path: '/v1/disposals/due',
  permission: 'disposals.see',
  summary: 'What is due.',
  answer: duesAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  async handle(_input, host) {
    const { due, empty } = await dueOf(host)
    return { status: 200, body: { due: due.map((one) => shownDue(one, null)), empty } }
  },
})

export const previewDue = route({
  method: 'GET',
  path: '/v1/disposals/due/preview',
  permission: 'disposals.see',
  summary:
    'The same, with what of it would go and what stays because of which hold. Changes nothing.',
  answer: duesAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  async handle(_input, host) {
    const { due, empty } = await dueOf(host)
    const plans = await host.disposals.preview(due.map(({ bucket }) => bucket.number))
    const shown = due.map((one) => {
      const plan = plans.find(({ bucket }) => bucket.number === one.bucket.number)
      return shownDue(one, plan ?? null)
    })
    return { status: 200, body: { due: shown, empty } }
  },
})

export const proposeDisposal = route({
  method: 'POST',
  path: '/v1/disposals',
  permission: 'disposals.propose',
  summary: 'Puts it on record that buckets are to go: all that are due unless some are named.',
  answer: oneRunAnswer,
  params: nothing,
  query: nothing,
  body: z.strictObject({ buckets: z.array(z.int().min(1)).max(1_000).optional() }),
  async handle({ body: { buckets }, by }, { disposals }) {
    const all = disposals.due().map(({ bucket }) => bucket.number)
    const run = await disposals.propose({ by: officerIn(by), buckets: buckets ?? all })
    return { status: 201, body: { run: shownRun(run) } }
  },
})

export const orderErasure = route({
  method: 'POST',
  path: '/v1/erasures',
  permission: 'erasures.order',
  summary: 'Puts it on record that a decision demands that records go before their time.',
  answer: oneRunAnswer,
  params: nothing,
  query: nothing,
  body: z.strictObject({ why: z.string().max(2_000), scope: scopeBody }),
  async handle({ body: { why, scope }, by }, host) {
    const run = await host.disposals.order({
      by: officerIn(by),
      why,
      scope: await scopeOf(scope, host),
    })
    return { status: 201, body: { run: shownRun(run), ...(await shownScope(run, by, host)) } }
  },
})

export const listDisposals = route({
  method: 'GET',
  path: '/v1/disposals',
  permission: 'disposals.see',
  summary: 'All runs of disposal and erasure.',
  answer: runsAnswer,
  params: nothing,
  query: pageQuery,
  body: nothing,
  async handle({ query }, { disposals }) {
    const { items, next } = pageOf(disposals.list(), query, ({ id }) => orderOf(id))
    return { status: 200, body: { runs: items.map(shownRun), next } }
  },
})

export const showDisposal = route({
  method: 'GET',
  path: '/v1/disposals/:id',
  permission: 'disposals.see',
  summary: 'One run, with the certificates of its buckets.',
  answer: oneRunAnswer,
  params: ofRun,
  query: nothing,
  body: nothing,
  async handle({ params: { id }, by }, host) {
    const { disposals } = host
    const run = disposals.get(Number(id))
    if (!run)
      throw new OperatorError(
        'disposal.unknown',
        `There is no disposal ${id}: see onrecord disposal list.`,
      )
    const certificates = [...run.buckets.keys()]
      .flatMap((bucket) => disposals.certificates(bucket))
      .filter((one) => one.run === run.id)
    const shown = { run: shownRun(run), certificates, ...(await shownScope(run, by, host)) }
    return { status: 200, body: shown }
  },
})

export const decideDisposal = route({
  method: 'POST',
  path: '/v1/disposals/:id/decision',
  permission: 'disposals.decide',
  summary: 'Approves a run, or refuses it. With the last approval that it needs it is carried out.',
  answer: oneRunAnswer,
  params: ofRun,
  query: nothing,
  body: z.strictObject({
    approves: z.boolean(),
    /** The digest of what is approved. */
    proposal: z
      .string()
      .regex(
        /^[0-9a-f]{64}$/,
        'is no digest: give the 64 hex digits that onrecord disposal show has',
      )
      .optional(),
    reason: z.string().max(2_000).default(''),
  }),
  async handle({ params: { id }, body, by }, { disposals }) {
    const run = await disposals.approve({ ...body, by: officerIn(by), run: Number(id) })
    return { status: 200, body: { run: shownRun(run) } }
  },
})

/** What is due, and how many buckets more of which only the keys can go: nothing was ever in them. */
async function dueOf({
  disposals,
  heads,
}: Pick<ApiHost, 'disposals' | 'heads'>): Promise<{ due: readonly Due[]; empty: number }> {
  const [all, counts] = [disposals.due(), await heads.counts()]
  const due = all.filter(({ bucket }) => counts.has(bucket.number))
  return { due, empty: all.length - due.length }
}

function shownDue({ bucket, scheduled }: Due, plan: BucketPlan | null): object {
  const { number, class: its, from, to } = bucket
  const { dueAt, authority } = scheduled
  return {
    bucket: number,
    class: its,
    from: timeOf(from),
    to: timeOf(to),
    due: dueAt === null ? null : timeOf(dueAt),
    authority,
    ...(plan && { preview: shownPlan(plan) }),
  }
}

function shownPlan({ destroyed, before, survivors, kept }: BucketPlan): object {
  const { byHold, acts, notDue, unreadable } = kept
  return {
    goes: destroyed,
    gone: before,
    stays: survivors.count,
    held: [...byHold].map(([hold, records]) => ({ hold, records })),
    acts,
    notDue,
    unreadable,
  }
}

function shownRun(run: Run): object {
  const { id, kind, by, at, why, needs, approvals, refused, positions, buckets } = run
  return {
    id,
    kind,
    by,
    at: timeOf(at),
    why,
    state: stateOf(run),
    needs,
    proposal: run.digest,
    approvals: approvals.map((one) => ({ by: one.by, at: timeOf(one.at) })),
    refused: refused && { by: refused.by, at: timeOf(refused.at) },
    records: positions === null ? null : positions.length,
    buckets: [...buckets].map(([bucket, { commit, certificate }]) => ({
      bucket,
      destroyed: commit?.destroyed ?? null,
      stays: commit?.survivors.count ?? null,
      certificate,
    })),
  }
}

/**
 * What an order asks for and what that came to, with the names of everybody in it. Who talks with whom is told to persons who may see it, and
 * not to the machine's own administrator.
 */
async function shownScope(run: Run, by: By, host: ApiHost): Promise<object> {
  const { scope, covers } = run
  const isPerson = by.persons.length > 0
  const conversations = (covers?.conversations ?? []).map((one) =>
    isPerson ? one : { ...one, persons: [] },
  )
  const names = await addressesOf(host, [
    run.by,
    run.refused?.by ?? null,
    ...run.approvals.map((one) => one.by),
    ...(scope === null ? [] : [...scope.persons, ...scope.conversations]),
    ...conversations.flatMap(({ id, persons }) => [id, ...persons]),
  ])
  return {
    scope: scope && scopeShown(scope),
    covers: covers && {
      first: timeOf(covers.first),
      last: timeOf(covers.last),
      conversations,
      unlisted: covers.unlisted,
    },
    names,
  }
}

function stateOf(run: Run): string {
  if (run.refused) return 'refused'
  if (isOver(run)) return 'done'
  return isApproved(run) ? 'being carried out' : 'waits for approval'
}
