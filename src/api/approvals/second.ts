// Acts that take more persons than one: they wait until enough have said so.
import { toHex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { OperatorError } from '../../base/errors.ts'
import { type SecondAct } from '../../directory/access/types.ts'
import { type PersonId } from '../../directory/ports.ts'

import { type ApiHost, type Asked, type Reply, type Route } from '../door/route.ts'
import { shownRequest } from './shown.ts'

/** What takes another person, as a route says it of what it is asked. */
export type Second = {
  readonly act: SecondAct
  /** So many distinct persons, who asks is one of them. */
  readonly needs: number
  /** None of them approves. */
  readonly about?: readonly PersonId[]
  /** What it is, in words. */
  readonly words: string
  readonly reason?: string
  /** What who approves has to say himself. */
  readonly expressly?: string
  /** What it is about as it is now: when that is another at the last approval, nothing is done. */
  readonly seen?: unknown
}

/** Whether the company wants a second person for it. */
export function isWanted(
  { approvals }: Pick<ApiHost, 'approvals'>,
  act: 'grant' | 'export',
): boolean {
  return approvals.acts.has(act)
}

/**
 * Puts on record that it waits, unless enough persons have said so. Where the machine's own administrator acts, who names nobody, it is his word.
 *
 * @returns null: it may be done
 * @throws {OperatorError} when what was approved is not what there is now
 */
export async function waiting(
  second: Second | null,
  { route, asked }: { readonly route: Pick<Route, 'method' | 'path'>; readonly asked: Asked },
  host: ApiHost,
): Promise<Reply | null> {
  const { by, params = null, query = null, body = null } = asked
  const { caller, persons } = by
  const [person] = persons
  if (second === null || person === undefined) return null
  const { act, needs, about = [], words, reason = '' } = second
  const seen = toHex(sha256(utf8(JSON.stringify([words, second.seen ?? null]))))
  if (caller.door === 'approved' && caller.seen !== seen)
    throw new OperatorError('approvals.changed', 'What this is about has changed: ask for it anew.')
  if (new Set(persons).size >= needs) return null
  if (caller.door === 'approved')
    throw new OperatorError('approvals.changed', 'This takes more persons now: ask for it anew.')
  if (about.includes(person))
    throw new OperatorError('approvals.own', 'This is about yourself: another has to ask for it.')
  const { method, path } = route
  const request = await host.directory.access.requests.ask(
    {
      act,
      person,
      token: caller.door === 'token' ? caller.id : null,
      asked: { method, path, params, query, body },
      words,
      reason,
      ...(second.expressly !== undefined && { expressly: second.expressly }),
      about,
      needs,
      seen,
    },
    host.approvals.days,
  )
  return { status: 202, body: { waits: await shownRequest(request, by, host) } }
}
