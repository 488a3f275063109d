// What was approved is done once: that it begins is on record before it does.
import { FatalError, OperatorError } from '../../base/errors.ts'
import { rightOf } from '../../directory/access/rights.ts'
import { type Ended } from '../../directory/access/requests.ts'
import { type StandingRequest } from '../../directory/access/types.ts'
import { approverOf } from '../../directory/permissions.ts'
import { admit, type By, type Caller } from '../door/caller.ts'
import { problemOf } from '../door/problem.ts'
import { type ApiHost, type Route } from '../door/route.ts'

/** Nobody comes to such a route from a network: who has asked for it did. */
const from = { address: '', agent: '', cookie: '' }
/** Of an answer, as JSON: it stands on record. */
const answerCharsMax = 65_536

/** @returns it with what became of it. @throws {OperatorError} when it is not approved, or was begun before */
export async function carryOut(id: string, host: ApiHost): Promise<StandingRequest> {
  const { requests } = host.directory.access
  const request = await requests.begin(id)
  // If we stop from here on, nobody knows whether it was done: the next start says so.
  return await requests.end(id, await outcomeOf(request, host))
}

/** Before anybody is served: what was approved is done, and of what was begun is told that nobody knows. */
export async function resumeApproved(host: ApiHost): Promise<void> {
  const { requests } = host.directory.access
  for (const request of requests.list()) {
    const state = requests.stateOf(request)
    if (state === 'begun') {
      await requests.end(request.id, { state: 'unknown' })
      host.log.error('approvals.unknown-outcome', { request: request.id, act: request.act })
    }
    if (state === 'approved') await carryOut(request.id, host)
  }
}

async function outcomeOf(request: StandingRequest, host: ApiHost): Promise<Ended> {
  try {
    const route = routeOf(request, host)
    const { params, query, body } = request.asked
    const by = { ...readmitted(request, route, host), from }
    const reply = await route.handle({ params, query, body, by }, host)
    const isShort = JSON.stringify(reply.body).length <= answerCharsMax
    return { state: 'done', status: reply.status, answer: isShort ? reply.body : null }
  } catch (error) {
    if (error instanceof FatalError) throw error
    const answer = problemOf(error)
    if (answer.status === 500) host.log.error('api.handler-failed', { error: String(error) })
    return { state: 'failed', status: answer.status, answer }
  }
}

function routeOf({ asked: { method, path } }: StandingRequest, { routes }: ApiHost): Route {
  const route = routes.find((one) => one.method === method && one.path === path)
  if (route !== undefined) return route
  throw changed('There is no such act any more')
}

/** Everybody whose word it is may still: who asked, and who approved. @throws {OperatorError} */
function readmitted(request: StandingRequest, route: Route, host: ApiHost): Omit<By, 'from'> {
  const { directory } = host
  const { person, approvals, act, seen, token } = request
  const isTokenGone =
    token !== null && !directory.tokens.list(person).some(({ id }) => id === token)
  if (isTokenGone) throw changed('The token with which it was asked for is good no more')
  for (const { by } of approvals)
    if (rightOf(directory.get(by), approverOf[act], directory)?.limited !== null)
      throw changed('Somebody who has approved it may not any more')
  const persons = [person, ...approvals.map(({ by }) => by)]
  const caller: Caller = { door: 'approved', request: request.id, seen, person, persons }
  return admit(caller, route, directory)
}

function changed(what: string): OperatorError {
  return new OperatorError('approvals.changed', `${what}: nothing was done. Ask for it anew.`)
}
