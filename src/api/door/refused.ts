// What a door refuses is told to the trail, and from where somebody comes to who keeps that.
import { OperatorError } from '../../base/errors.ts'
import { type PersonId } from '../../directory/ports.ts'
import { type Caller, type From } from './caller.ts'
import { type Kept } from './cookies.ts'
import { problemOf } from './problem.ts'
import { type ApiHost, type Route } from './route.ts'

/** Refusals of who somebody is and of what he may; others are no attempt at anything. */
const statuses: readonly number[] = [401, 403]
const throttled = 'session.throttled'

/** A second factor that was none, of whom the first step was for: he is named in the trail as one with a wrong password is. */
export class FactorRefused extends OperatorError {
  readonly address: string

  constructor(refused: OperatorError, address: string) {
    super(refused.code, refused.message)
    this.address = address
  }
}

/** @param asked `caller`: null where it was not known yet */
export function noteRefused(
  error: unknown,
  asked: {
    readonly route: Pick<Route, 'method' | 'path'>
    readonly caller: Caller | null
    readonly body: unknown
    readonly from: From
  },
  { audit, directory }: Pick<ApiHost, 'audit' | 'directory'>,
): void {
  const { status, code } = problemOf(error)
  if (!statuses.includes(status) && code !== throttled) return
  const { route, caller, body, from } = asked
  const isSignIn = code.startsWith('session.')
  const how = error instanceof FactorRefused ? 'web, second factor' : 'web'
  const tried = error instanceof FactorRefused ? error.address : nameIn(body)
  if (isSignIn) audit.connections.refused({ tried, how, code }, from)
  audit.attempts.note({
    what: isSignIn ? 'sign-in' : 'api',
    person: personOf(caller, directory),
    tried: isSignIn ? tried : namedBy(caller),
    route: isSignIn ? how : `${route.method} ${route.path}`,
    code,
  })
}

function personOf(caller: Caller | null, directory: ApiHost['directory']): PersonId | null {
  if (caller === null) return null
  if ('person' in caller) return caller.person
  const named = namedBy(caller)
  return named === null ? null : (directory.find(named)?.id ?? null)
}

function namedBy(caller: Caller | null): string | null {
  return caller?.door === 'machine' ? (caller.persons[0]?.toLowerCase() ?? null) : null
}

/** Of a password that was sent with a name; what else is in the body is left alone. */
function nameIn(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('address' in body)) return null
  return typeof body.address === 'string' ? body.address : null
}

/** Who has signed in here, and whose program comes from there. */
export function noteConnection(
  {
    caller,
    keeps,
    from,
  }: { readonly caller: Caller; readonly keeps: Kept | undefined; readonly from: From },
  { audit, sessions }: Pick<ApiHost, 'audit' | 'sessions'>,
): void {
  if (caller.door === 'token') audit.connections.usedToken(caller.person, caller.id, from)
  if (keeps === undefined || keeps === null) return
  const session = sessions.find(keeps.secret.reveal())
  if (session !== null) audit.connections.passed(session.person, from, 'web')
}
