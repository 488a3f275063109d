import { pageOf, pageQuery } from '../door/paged.ts'
import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { type StandingRequest } from '../../directory/access/types.ts'
import { approverOf } from '../../directory/permissions.ts'
import { admit, type By, officerIn } from '../door/caller.ts'
import { approvalsAnswer, decidedAnswer, oneApprovalAnswer } from '../contract/roles.ts'
import { type ApiHost, nothing, route } from '../door/route.ts'
import { carryOut } from './carry-out.ts'
import { decideElsewhere, waitingElsewhere } from './inbox.ts'
import { mayApprove, shownRequest } from './shown.ts'

const ofRequest = z.strictObject({ id: z.string().min(1).max(64) })

export const listApprovals = route({
  method: 'GET',
  path: '/v1/approvals',
  permission: 'approvals.see',
  summary: 'What waits for one’s word, in words, and what became of what one has asked for.',
  answer: approvalsAnswer,
  params: nothing,
  query: pageQuery,
  body: nothing,
  async handle({ query, by }, host) {
    const { requests } = host.directory.access
    const shown = []
    for (const one of requests.list().filter((request) => isFor(request, by, host)))
      shown.push(await shownRequest(one, by, host))
    const others = await waitingElsewhere(by, host)
    const isAll = by.persons.length === 0
    const mine = others.filter((one) => isAll || one.mayApprove || one.isOwn)
    const all = [...shown, ...mine]
    const { items, next } = pageOf(all, query, ({ asked, id }) => `${asked} ${id}`)
    return { status: 200, body: { approvals: items, next } }
  },
})

export const showApproval = route({
  method: 'GET',
  path: '/v1/approvals/:id',
  permission: 'approvals.see',
  summary: 'One of them. Who has asked for it gets the answer here.',
  answer: oneApprovalAnswer,
  params: ofRequest,
  query: nothing,
  body: nothing,
  async handle({ params: { id }, by }, host) {
    const request = host.directory.access.requests.get(id)
    if (request !== null && isFor(request, by, host))
      return { status: 200, body: { approval: await shownRequest(request, by, host) } }
    const other = (await waitingElsewhere(by, host)).find((one) => one.id === id)
    if (other === undefined || !(other.mayApprove || other.isOwn || by.persons.length === 0))
      throw unknown()
    return { status: 200, body: { approval: other } }
  },
})

export const decideApproval = route({
  method: 'POST',
  path: '/v1/approvals/:id/decision',
  permission: 'approvals.decide',
  summary: 'Approves it, or refuses it. With the last approval that it needs it is done.',
  answer: decidedAnswer,
  params: ofRequest,
  query: nothing,
  body: z.strictObject({
    approves: z.boolean(),
    reason: z.string().max(1_000).default(''),
    /** Where the request has such words: the same. */
    expressly: z.string().max(200).optional(),
  }),
  async handle({ params: { id }, body: { approves, reason, expressly }, by }, host) {
    if (await decideElsewhere({ id, approves, reason }, by, host))
      return { status: 200, body: { id, state: null } }
    const { requests } = host.directory.access
    const request = requests.get(id)
    if (request === null || !isFor(request, by, host)) throw unknown()
    const person = officerIn(by)
    // Who has asked may take it back.
    const isOwnRefusal = !approves && request.person === person
    const permission = approverOf[request.act]
    if (!isOwnRefusal) admit(by.caller, { permission, isLimitable: false }, host.directory)
    if (approves && request.expressly !== expressly && request.expressly !== undefined)
      throw new OperatorError(
        'approvals.expressly',
        `This includes ${request.expressly}: say so expressly, with these words, or refuse it.`,
      )
    const decided = await requests.decide({ id, by: person, approves, reason })
    const after = requests.stateOf(decided) === 'approved' ? await carryOut(id, host) : decided
    return { status: 200, body: { id, state: requests.stateOf(after) } }
  },
})

/** Whether it is his to see: he has asked, may decide, or has decided. The machine's own administrator sees all. */
function isFor(request: StandingRequest, by: By, host: ApiHost): boolean {
  const [person] = by.persons
  if (person === undefined || request.person === person) return true
  const hasDecided = [...request.approvals, request.refused].some((one) => one?.by === person)
  return hasDecided || mayApprove(request, by, host)
}

function unknown(): OperatorError {
  return new OperatorError(
    'approvals.unknown',
    'Nothing waits for you under that id: see the list.',
  )
}
