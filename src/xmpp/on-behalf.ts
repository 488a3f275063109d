import { type Directory } from '../directory/ports.ts'
import { type RecordOrigin } from '../intake/draft.ts'
import { type Outbound } from '../intake/outbound.ts'
import { type Intake } from '../intake/ports.ts'
import { el, type Element } from '../xml/element.ts'
import { type Account, type Accounts, type Session } from './accounts.ts'
import { draftOf, stamped } from './drafts.ts'
import { type GuestGuard } from './guests.ts'
import { type Iqs } from './iqs.ts'
import { type OutsidePresence } from './outside-presence.ts'
import { type Subscription } from './ports.ts'
import { onRecord } from './reply.ts'
import { itemOf, type Rosters } from './rosters.ts'
import { type Speaker } from './services.ts'
import { hasFrom } from './subscription-table.ts'
import { NS_CLIENT } from './stream/namespaces.ts'
import { type Jid, parseJid } from './wire/jid.ts'

/** What a program that acts for people here can do: what each of them could, from no device of his. */
export type OnBehalf = {
  /** Of an enabled person, by his bare address; null for anybody else. */
  account(bare: string): Promise<Account | null>
  /** A speaker who is the person. What he is sent goes to `answer`. */
  speaker(
    account: Account,
    how: { readonly origin: RecordOrigin; readonly answer: Answer },
  ): Speaker
  /** As if he had sent it. Settled when it resolves. @throws {StanzaError} for him */
  send(stanza: Element, from: Speaker): Promise<void>
  /** A request to his own account. @throws {StanzaError} */
  ask(type: 'get' | 'set', payload: Element, from: Speaker): Promise<Element | null>
  /** What somebody elsewhere asks for in a person's name goes on record before it is done. @throws {StanzaError} when it may not */
  record(iq: Element, from: Speaker, account: Account): Promise<void>
  /** Puts a contact elsewhere into this state, whatever it was. */
  subscribe(account: Account, to: Jid, subscription: Subscription): Promise<void>
  /** Called with each change of a roster, as clients are told it. */
  onRosterPush: Rosters['onPush']
  /** Called when a device comes, and when it goes. Its presence names nobody. */
  onPresence(listener: (jid: Jid, presence: Outbound) => void): void
  /** Presence of each device that is there. */
  present(): readonly { readonly jid: Jid; readonly presence: Outbound }[]
}

type Answer = (out: Outbound) => void

export function createOnBehalf(parts: {
  readonly directory: Pick<Directory, 'find'>
  readonly intake: Intake
  readonly accounts: Accounts
  readonly iqs: Iqs
  readonly rosters: Rosters
  readonly outsidePresence: OutsidePresence
  readonly guests: GuestGuard
  readonly handle: (stanza: Element, speaker: Speaker, session: Session) => Promise<void>
  readonly onPresence: OnBehalf['onPresence']
}): OnBehalf {
  const { directory, accounts, iqs, rosters, outsidePresence, handle } = parts

  return {
    async account(bare) {
      const person = directory.find(bare)
      return person?.enabled ? await accounts.load(person) : null
    },
    speaker(account, { origin, answer }) {
      const session = deviceless(account, answer)
      return { jid: session.jid, id: account.person.id, session, origin, send: answer }
    },
    async send(stanza, from) {
      if (from.session) await handle(stanza, from, from.session)
    },
    async ask(type, payload, from) {
      parts.guests(el('iq', NS_CLIENT, { type }, payload), null, from)
      return await iqs.own(type, payload, from)
    },
    async record(iq, from, { person, bare }) {
      const to = addressOf(bare)
      const draft = draftOf(stamped(iq, from, to), from, { to, id: person.id, isHere: true })
      await onRecord(parts.intake, draft)
    },
    async subscribe(account, to, subscription) {
      const item = itemOf(account, to.bare)
      const next = { ...item, listed: true, subscription, ask: false, pendingIn: false }
      await rosters.save([rosters.put(account, next)])
      if (hasFrom(next) && !hasFrom(item)) outsidePresence.show(account, to)
      if (hasFrom(item) && !hasFrom(next)) outsidePresence.hide(account, to)
    },
    onRosterPush: (listener) => rosters.onPush(listener),
    onPresence: parts.onPresence,
    present() {
      const found: { jid: Jid; presence: Outbound }[] = []
      for (const { sessions } of accounts.all()) {
        for (const { jid, presence } of sessions.values())
          if (presence) found.push({ jid, presence })
      }
      return found
    },
  }
}

/** Of no stream, and in no list: it is there for as long as one stanza takes. */
function deviceless(account: Account, answer: Answer): Session {
  const jid = addressOf(account.bare)
  const client = {
    agent: { id: null, software: null, device: null },
    by: 'password',
    key: null,
    at: 0,
    address: '',
  } as const
  return {
    resource: { jid, person: account.person, client, isConnected: true, send: answer, close() {} },
    jid,
    account,
    pass: answer,
    isClosed: false,
    presence: null,
    lastStatus: null,
    isAway: false,
    priority: 0,
    wantsRoster: false,
    wantsBlockList: false,
    directed: new Set(),
  }
}

/** Of a person, which was read before he was added. */
function addressOf(bare: string): Jid {
  const jid = parseJid(bare)
  if (!jid) throw new Error('a person has no address')
  return jid
}
