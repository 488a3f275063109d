import { FatalError } from '../base/errors.ts'
import { type Log } from '../base/log.ts'
import { type Person, type PersonId } from '../directory/ports.ts'
import { type Account } from './accounts.ts'
import { Inbox } from './inbox.ts'
import { type GivenContacts } from './given-contacts.ts'
import { type AccountStore } from './ports.ts'
import { createRoster, type Given } from './roster.ts'

/** Accounts without a session that are kept in memory, because people write to them. */
const idleAccountsMax = 10_000

/** Loads accounts and keeps them: all that have sessions, and the last ones that were of use. */
export type AccountCache = {
  /** The account, which may still be loading. */
  of(person: Person): Account
  get(id: PersonId): Account | undefined
  /** Its sessions have changed. */
  settle(account: Account): void
  all(): Iterable<Account>
}

export function createAccountCache(
  store: AccountStore,
  { log, given }: { readonly log: Log; readonly given: Pick<GivenContacts, 'of'> },
): AccountCache {
  const online = new Map<PersonId, Account>()
  const idle = new Map<PersonId, Account>()

  function create(person: Person): Account {
    const account = emptyAccount(person, {
      given: () => given.of(person.id),
      fill: async () => await fill(account),
    })
    // Who needs it awaits `loaded` as well; that nobody does must not end the process.
    account.loaded.catch((error: unknown) => {
      if (error instanceof FatalError) throw error
      log.error('xmpp.account-not-loaded', { error: String(error) })
    })
    keepIdle(account)
    return account
  }

  async function fill(account: Account): Promise<void> {
    try {
      const stored = await store.load(account.person.id)
      for (const item of stored.roster) account.roster.own.set(item.jid, item)
      for (const jid of stored.blocked) account.blocked.add(jid)
      account.rosterVersion = stored.rosterVersion
      account.inbox.restore(stored.deliveredTo)
      account.isLoaded = true
    } catch (error) {
      // The next one who needs it tries again.
      idle.delete(account.person.id)
      online.delete(account.person.id)
      for (const { resource } of account.sessions.values()) resource.close('internal-server-error')
      throw error
    }
  }

  function keepIdle(account: Account): void {
    idle.set(account.person.id, account)
    if (idle.size <= idleAccountsMax) return
    const [oldest] = idle.values()
    if (!oldest) return
    idle.delete(oldest.person.id)
    // What is not written yet must not be read back old: it goes to the end of the line.
    if (oldest.inbox.isDirty || !oldest.isLoaded) idle.set(oldest.person.id, oldest)
  }

  return {
    of: (person) => online.get(person.id) ?? idle.get(person.id) ?? create(person),
    get: (id) => online.get(id) ?? idle.get(id),
    settle(account) {
      const { id } = account.person
      if (online.get(id) !== account && idle.get(id) !== account) return // It could not be loaded.
      online.delete(id)
      idle.delete(id)
      if (account.sessions.size > 0) online.set(id, account)
      else keepIdle(account)
    },
    *all() {
      yield* online.values()
      yield* idle.values()
    },
  }
}

/** What is in the store of it is put in by `fill`. */
export function emptyAccount(
  person: Person,
  { given, fill }: { readonly given: () => Given; readonly fill: () => Promise<void> },
): Account {
  return {
    person,
    bare: person.address,
    sessions: new Map(),
    roster: createRoster(person.address, given),
    rosterVersion: 0,
    blocked: new Set(),
    inbox: new Inbox(),
    isLoaded: false,
    loaded: Promise.resolve().then(fill),
  }
}
