// XEP-0484: Fast Authentication Streamlining Tokens, version 0.2.0
// Source: https://xmpp.org/extensions/xep-0484.html
import { escapeAttr } from '../../xml/serialize.ts'
import { formatDateTime } from '../wire/date-time.ts'
import { type StreamHost } from './host.ts'
import { NS_FAST } from './namespaces.ts'
import { type Passed } from './sign-in.ts'
import { tokenMechanisms } from './hashed-token.ts'

/**
 * Does with the client's tokens what its sign-in asks for (§3.3 to §3.6).
 *
 * There is no TLS early data here, so `count` is not looked at: what was sent cannot be sent again by others.
 *
 * @returns `<token/>`, or '' where it gets none
 */
export async function tokenFor(
  { person, key, by, isTokenDue, mechanism, wishes }: Passed,
  { clients }: Pick<StreamHost, 'clients'>,
): Promise<string> {
  const { agent, fast, token: asked } = wishes
  if (by === 'password') await clients.gavePassword(person.id, agent)
  else if (fast === 'last' && agent.id !== null) await clients.invalidate(person.id, agent.id)
  const due = isTokenDue && fast !== 'last' ? mechanism : null
  const wanted = asked !== null && tokenMechanisms.includes(asked) ? asked : due
  const token =
    wanted === null ? null : await clients.issue({ person: person.id, key }, agent, wanted)
  if (!token) return ''
  const expiry = formatDateTime(token.expiresAt)
  return `<token xmlns='${NS_FAST}' expiry='${expiry}' token='${escapeAttr(token.token)}'/>`
}
