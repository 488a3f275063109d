import { type Outbound } from '../intake/outbound.ts'
import { el } from '../xml/element.ts'
import { type Account } from './accounts.ts'
import { isBlocked } from './blocking.ts'
import { serverSays } from './reply.ts'
import { type Services } from './services.ts'
import { type Jid, parseJid } from './wire/jid.ts'
import { type StanzaError } from './wire/stanza-error.ts'

/** Is told when their server cannot be reached (RFC 6120 section 10.4.1). */
type Failed = (error: StanzaError) => void

/** Contacts at other domains: presence between them and people here. Who is not there does not hear it, and nobody waits. */
export type Elsewhere = {
  /** The address of a contact at another domain; null where it is one of ours. */
  find(jid: string): Jid | null
  /** Presence of a person's device, which names nobody or this contact already. Not to whom the person has blocked. */
  tell(account: Account, to: Jid, out: Outbound, failed?: Failed): void
  /** RFC 6121 section 4.3, from a device. */
  probe(account: Account, to: Jid, device: Jid): void
}

export function createElsewhere({
  domain,
  services,
}: {
  readonly domain: string
  readonly services: Services
}): Elsewhere {
  function tell(account: Account, to: Jid, out: Outbound, failed: Failed | null = null): void {
    if (isBlocked(account, to)) return
    services.at(to.domain)?.deliver?.({ out, to, failed })
  }

  return {
    find(jid) {
      const to = parseJid(jid)
      return to === null || to.domain === domain ? null : to
    },
    tell,
    probe(account, to, device) {
      const attrs = { type: 'probe', from: device.text, to: to.text }
      tell(account, to, serverSays(el('presence', 'jabber:client', attrs)))
    },
  }
}
