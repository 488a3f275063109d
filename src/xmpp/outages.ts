import { el } from '../xml/element.ts'
import { type Account, type Accounts, available, type Session } from './accounts.ts'
import { type Elsewhere } from './elsewhere.ts'
import { type OutsidePresence } from './outside-presence.ts'
import { type Outward } from './outward.ts'
import { type RosterItem } from './ports.ts'
import { sendTo } from './presence-fanout.ts'
import { serverSays } from './reply.ts'
import { hasFrom, hasTo } from './subscription-table.ts'
import { parseJid } from './wire/jid.ts'

const mucUser = 'http://jabber.org/protocol/muc#user'

/** The way to a domain is cut, or open again: people here are told, so that nobody waits for what does not come. */
export type Outages = {
  /** Contacts and rooms there are gone, and what was asked is answered with an error. */
  begun(domain: string): void
  /** Contacts there are shown who is here, and asked whether they are there. */
  over(domain: string): void
}

export function createOutages({
  accounts,
  elsewhere,
  outward,
  outsidePresence,
}: {
  readonly accounts: Accounts
  readonly elsewhere: Elsewhere
  readonly outward: Outward
  readonly outsidePresence: OutsidePresence
}): Outages {
  return {
    begun(domain) {
      for (const account of accounts.all()) {
        if (account.sessions.size === 0) continue
        for (const session of account.sessions.values()) {
          leaveRooms(session, domain)
          outward.lost(session, domain)
        }
        for (const { jid } of contactsAt(account, domain).filter(hasTo)) {
          sendTo(account, serverSays(el('presence', 'jabber:client', unavailable(jid))))
        }
      }
    },
    over(domain) {
      for (const account of accounts.all()) {
        const devices = available(account)
        if (devices.length === 0) continue
        for (const item of contactsAt(account, domain)) {
          const to = elsewhere.find(item.jid)
          if (!to) continue
          if (hasFrom(item)) outsidePresence.show(account, to)
          if (!hasTo(item)) continue
          for (const { jid } of devices) elsewhere.probe(account, to, jid)
        }
      }
    },
  }
}

/** XEP-0045 section 7.14 with the status of section 15.6.2 that says why: the service is not there any more. */
function leaveRooms({ directed, jid, resource, isClosed }: Session, domain: string): void {
  for (const text of directed) {
    const there = parseJid(text)
    if (there?.domain !== domain) continue
    directed.delete(text)
    if (isClosed) continue
    const attrs = { ...unavailable(text), to: jid.text }
    const room = el(
      'x',
      mucUser,
      {},
      el('item', mucUser, { affiliation: 'none', role: 'none' }),
      el('status', mucUser, { code: '110' }),
      el('status', mucUser, { code: '332' }),
    )
    const children = there.resource === null ? [] : [room]
    resource.send(serverSays(el('presence', 'jabber:client', attrs, ...children)))
  }
}

function unavailable(from: string): { readonly type: string; readonly from: string } {
  return { type: 'unavailable', from }
}

function contactsAt({ roster }: Account, domain: string): RosterItem[] {
  return [...roster.values()].filter(({ jid }) => jid === domain || jid.endsWith(`@${domain}`))
}
