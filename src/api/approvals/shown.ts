import { rightOf } from '../../directory/access/rights.ts'
import { type StandingRequest } from '../../directory/access/types.ts'
import { approverOf } from '../../directory/permissions.ts'
import { type By } from '../door/caller.ts'
import { type RequestAnswer } from '../contract/roles.ts'
import { addressesOf } from '../door/named.ts'
import { type ApiHost } from '../door/route.ts'

/** Whether somebody could say yes to it now. */
export function mayApprove(
  request: StandingRequest,
  { persons: [person] }: Pick<By, 'persons'>,
  { directory }: Pick<ApiHost, 'directory'>,
): boolean {
  if (person === undefined || person === request.person || request.about.includes(person))
    return false
  const { requests } = directory.access
  if (requests.stateOf(request) !== 'waits') return false
  if (request.approvals.some(({ by }) => by === person)) return false
  const right = rightOf(directory.get(person), approverOf[request.act], directory)
  return right !== null && right.limited === null
}

/** What became of it is told to who has asked, and to nobody else. */
export async function shownRequest(
  request: StandingRequest,
  by: Pick<By, 'persons'>,
  host: ApiHost,
): Promise<RequestAnswer> {
  const { id, act, person, words, reason, needs, approvals, refused, outcome } = request
  const people = [person, refused?.by ?? null, ...approvals.map((one) => one.by)]
  const names = await addressesOf(host, people)
  const nameOf = (one: string): string => names[one] ?? one
  const isOwn = by.persons[0] === person
  return {
    id,
    act,
    person: nameOf(person),
    words,
    reason,
    asked: timeOf(request.at),
    expires: timeOf(request.expiresAt),
    ...(request.expressly !== undefined && { expressly: request.expressly }),
    needs,
    approvals: approvals.map((one) => ({ by: nameOf(one.by), at: timeOf(one.at) })),
    refused: refused && { by: nameOf(refused.by), at: timeOf(refused.at), reason: refused.reason },
    state: host.directory.access.requests.stateOf(request),
    isOwn,
    mayApprove: mayApprove(request, by, host),
    ...(isOwn && outcome && 'answer' in outcome && { answer: outcome.answer }),
  }
}

export function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
