import { el } from '../xml/element.ts'
import { type Account } from './accounts.ts'
import { type Speaker } from './services.ts'
import { type Jid } from './wire/jid.ts'
import { StanzaError } from './wire/stanza-error.ts'

/** XEP-0191 section 2: a block names a full JID, a bare JID, a domain with a resource, or a domain. */
export function isBlocked(
  { blocked }: { readonly blocked: ReadonlySet<string> },
  { text, bare, domain, resource }: Jid,
): boolean {
  if (blocked.size === 0) return false
  if (blocked.has(bare) || blocked.has(text) || blocked.has(domain)) return true
  return resource !== null && blocked.has(`${domain}/${resource}`)
}

/**
 * A message or request between people who do not want to hear from each other. It is refused before the record sees it,
 * and nobody receives it.
 *
 * @throws {StanzaError} XEP-0191 section 3.2: towards the blocked contact it says so, from him it is as if nobody were there
 */
export function refuseBlocked({
  from,
  to,
  recipient,
}: {
  readonly from: Speaker
  readonly to: Jid
  /** Null for somebody at another domain. */
  readonly recipient: Account | null
}): void {
  if (recipient && recipient === from.session?.account) return
  refuseToBlocked(from, to)
  if (recipient && isBlocked(recipient, from.jid)) throw new StanzaError('service-unavailable')
}

/** Whether or not anybody has that address: an answer that tells of it would tell who has an account. @throws {StanzaError} */
export function refuseToBlocked(from: Speaker, to: Jid): void {
  const account = from.session?.account
  if (account && to.bare !== account.bare && isBlocked(account, to)) {
    throw new StanzaError('not-acceptable', {
      type: 'cancel',
      detail: el('blocked', 'urn:xmpp:blocking:errors'),
    })
  }
}
