// RFC 6121 section 4: who is shown whose presence.
import { type Directory } from '../directory/ports.ts'
import { type Outbound, Recorded, type Transient } from '../intake/outbound.ts'
import { el } from '../xml/element.ts'
import { type Account, type Accounts, available, type Session } from './accounts.ts'
import { isBlocked } from './blocking.ts'
import { type Elsewhere } from './elsewhere.ts'
import { sharesPresence } from './iqs.ts'
import { serverSays } from './reply.ts'
import { type Services, speakerOf } from './services.ts'
import { hasFrom, hasTo } from './subscription-table.ts'
import { type Jid, parseJid } from './wire/jid.ts'

/** Sends presence to who may have it. */
export type PresenceFanout = {
  /** The account of that address if it is loaded; else none of its devices is there. */
  accountOf(bare: string): Account | null
  /** Sections 4.2.2 and 4.4.2: to those who have a subscription, and to the person's own devices. */
  broadcast(from: Session, out: Outbound): void
  /** Sections 4.2.2 and 4.3: what a device that has just become available is told. */
  greet(from: Session): void
  /** Sections 4.5.2 and 4.6.3: also to those who had presence directly. */
  leave(from: Session, out: Outbound): void
}

export function createPresenceFanout({
  directory,
  accounts,
  services,
  elsewhere,
  left,
}: {
  readonly directory: Pick<Directory, 'find'>
  readonly accounts: Accounts
  readonly services: Services
  readonly elsewhere: Elsewhere
  readonly left: (session: Session, out: Outbound) => void
}): PresenceFanout {
  function accountOf(bare: string): Account | null {
    const person = directory.find(bare)
    return person?.enabled ? accounts.peek(person.id) : null
  }

  function broadcast({ account, jid }: Session, out: Outbound): void {
    for (const item of account.roster.values()) {
      if (!hasFrom(item)) continue
      const contact = accountOf(item.jid)
      if (contact && mayHear(contact, account, jid)) sendTo(contact, out)
      const outside = contact ? null : elsewhere.find(item.jid)
      if (outside) elsewhere.tell(account, outside, withAddressee(out, item.jid))
    }
    sendTo(account, out)
  }

  return {
    accountOf,
    broadcast,
    greet(from) {
      const { account, jid, resource } = from
      for (const item of account.roster.values()) {
        const contact = hasTo(item) ? accountOf(item.jid) : null
        const outside = hasTo(item) && !contact ? elsewhere.find(item.jid) : null
        if (outside) elsewhere.probe(account, outside, jid)
        if (!contact || !sharesPresence(contact, from)) continue
        for (const { presence, jid: device } of contact.sessions.values()) {
          if (presence && mayHear(account, contact, device))
            from.pass(withAddressee(presence, account.bare))
        }
      }
      for (const { presence, resource: other } of account.sessions.values()) {
        if (presence && other !== resource) from.pass(withAddressee(presence, account.bare))
      }
    },
    leave(from, out) {
      const { account, jid } = from
      if (from.presence) {
        broadcast(from, out)
        left(from, out)
      }
      from.presence = null
      from.priority = 0
      for (const text of from.directed) {
        const to = parseJid(text)
        if (!to) continue
        services.at(to.domain)?.left?.(speakerOf(from), to, out)
        const contact = accountOf(to.bare)
        if (!contact || hasSubscription(contact, account)) continue
        if (mayHear(contact, account, jid)) sendDirect(contact, to, withAddressee(out, text))
      }
      from.directed.clear()
    },
  }
}

/** A device that went without a word. */
export function gone(jid: Jid): Transient {
  return serverSays(el('presence', 'jabber:client', { type: 'unavailable', from: jid.text }))
}

/** Whether neither has blocked the other (XEP-0191 section 3.2). `from`: the speaker's device. */
export function mayHear(hearer: Account, speaker: Account, from: Jid): boolean {
  if (hearer === speaker) return true
  return !isBlocked(hearer, from) && !blocks(speaker, hearer)
}

function blocks(account: Account, other: Account): boolean {
  if (account.blocked.size === 0) return false
  const jid = parseJid(other.bare)
  return jid !== null && isBlocked(account, jid)
}

/** Whether `hearer` has the speaker's presence without its being sent directly. */
function hasSubscription(hearer: Account, speaker: Account): boolean {
  const item = speaker.roster.get(hearer.bare)
  return hearer === speaker || (item !== undefined && hasFrom(item))
}

export function withAddressee(out: Outbound, to: string): Outbound {
  return out instanceof Recorded ? out.addressed(to) : out.addressed(to)
}

/** One copy for all devices of an account: it is for the bare JID (section 4.2.2). */
export function sendTo(account: Account, out: Outbound): void {
  const sessions = available(account)
  if (sessions.length === 0) return
  const addressed = withAddressee(out, account.bare)
  for (const session of sessions) if (!session.isClosed) session.pass(addressed)
}

/** Section 8.5.2.1.1 for the bare JID, and 8.5.3.1 for one device. */
export function sendDirect(account: Account, to: Jid, out: Outbound): void {
  const sessions = to.resource === null ? available(account) : [account.sessions.get(to.resource)]
  for (const session of sessions) if (session?.isClosed === false) session.pass(out)
}
