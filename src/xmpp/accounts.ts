import { type Log } from '../base/log.ts'
import { type Directory, type Person, type PersonId } from '../directory/ports.ts'
import { type Outbound, type Recorded } from '../intake/outbound.ts'
import { createAccountCache } from './account-cache.ts'
import { type Inbox, takes } from './inbox.ts'
import { createGivenContacts, type GivenContacts } from './given-contacts.ts'
import { type AccountStore, type Resource } from './ports.ts'
import { type Roster } from './roster.ts'
import { type Jid } from './wire/jid.ts'

/** A signed-in device: what the server knows of it while its session lasts. */
export type Session = {
  readonly resource: Resource
  readonly jid: Jid
  readonly account: Account
  /** It gets nothing any more. */
  isClosed: boolean
  /** What is of others and waits in no inbox: presence, requests, answers. In its order behind their messages (RFC 6120 section 10.1). */
  readonly pass: (out: Outbound) => void
  /** As it was broadcast, without an addressee; null while it is unavailable. */
  presence: Outbound | null
  /** Its newest presence with words in it: the same again is not another record. */
  lastStatus: Recorded | null
  /** Its presence says that nobody is at it (RFC 6121 section 4.7.2.1: `away`, `xa`). */
  isAway: boolean
  /** RFC 6121 section 4.7.2.3. Below zero it gets nothing that was sent to the bare JID. */
  priority: number
  /** It has asked for the roster: it gets roster pushes (RFC 6121 section 2.2) and subscription requests. */
  wantsRoster: boolean
  /** It has asked for the block list: it gets block pushes (XEP-0191 section 3.2). */
  wantsBlockList: boolean
  /** Whom it has sent presence directly, RFC 6121 section 4.6; bare or full JIDs. */
  readonly directed: Set<string>
}

/** A person's account: his roster, his block list, what waits for him, and his sessions. */
export type Account = {
  readonly person: Person
  readonly bare: string
  /** By resource. */
  readonly sessions: Map<string, Session>
  readonly roster: Roster
  /** Grows with each change of his own part of it, XEP-0237. */
  rosterVersion: number
  readonly blocked: Set<string>
  readonly inbox: Inbox
  /** What follows may be looked at once it is true. */
  isLoaded: boolean
  readonly loaded: Promise<void>
}

/** Accounts in memory: those with sessions, and those that were of use lately. */
export type Accounts = {
  /** Resolves with the account loaded. */
  load(person: Person): Promise<Account>
  /** The account if it is loaded; without it none of its devices is available. */
  peek(id: PersonId): Account | null
  /** A new session. Its account may still be loading. */
  open(resource: Resource): Session
  close(session: Session): void
  find(resource: Resource): Session | undefined
  /** Also while the account is still loading. */
  sessionsOf(id: PersonId): readonly Session[]
  all(): Iterable<Account>
  /** Contacts that groups give. */
  readonly given: GivenContacts
}

export function createAccounts(
  store: AccountStore,
  { directory, log }: { readonly directory: Directory; readonly log: Log },
): Accounts {
  const given = createGivenContacts(directory, log)
  const cache = createAccountCache(store, { log, given })
  const sessions = new Map<Resource, Session>()

  return {
    async load(person) {
      const account = cache.of(person)
      if (!account.isLoaded) await account.loaded
      return account
    },
    peek(id) {
      const account = cache.get(id)
      return account?.isLoaded ? account : null
    },
    open(resource) {
      const account = cache.of(resource.person)
      const session = newSession(resource, account)
      account.sessions.set(resource.jid.resource ?? '', session)
      sessions.set(resource, session)
      cache.settle(account)
      return session
    },
    close(session) {
      const { account, resource } = session
      session.isClosed = true
      sessions.delete(resource)
      const name = resource.jid.resource ?? ''
      // A newer session may have taken the name already.
      if (account.sessions.get(name) === session) account.sessions.delete(name)
      cache.settle(account)
    },
    find: (resource) => sessions.get(resource),
    sessionsOf: (id) => [...(cache.get(id)?.sessions.values() ?? [])],
    all: () => cache.all(),
    given,
  }
}

function newSession(resource: Resource, account: Account): Session {
  const session: Session = {
    resource,
    jid: resource.jid,
    account,
    pass: (out) => account.inbox.pass(session, out),
    isClosed: false,
    presence: null,
    lastStatus: null,
    isAway: false,
    priority: 0,
    wantsRoster: false,
    wantsBlockList: false,
    directed: new Set(),
  }
  return session
}

/** The devices that take what is sent to the bare JID: available with a priority of zero or more. */
export function takers(account: Account): Session[] {
  const found: Session[] = []
  for (const session of account.sessions.values()) {
    if (takes(session)) found.push(session)
  }
  return found
}

/** The devices that have sent presence, whatever their priority. */
export function available(account: Account): Session[] {
  return [...account.sessions.values()].filter(({ presence }) => presence !== null)
}
