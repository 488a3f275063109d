// RFC 6121 section 2: what is in a roster, and telling clients about it.
import { type Clock } from '../base/clock.ts'
import { el, type Element } from '../xml/element.ts'
import { type Account } from './accounts.ts'
import { type AccountStore, type RosterChange, type RosterItem } from './ports.ts'
import { serverSays } from './reply.ts'

export const NS_ROSTER = 'jabber:iq:roster'

/** Contacts of one person, with requests that wait. */
export const rosterItemsMax = 2_000

type ChangeListener = (
  account: Account,
  jid: string,
  change: { readonly before: RosterItem | null; readonly after: RosterItem | null },
) => void

/** Changes rosters: in memory and to the clients at once, and in the store when the caller awaits `save()`. */
export type Rosters = {
  /** Puts an item into the roster, or takes it out where it says nothing any more. */
  put(account: Account, item: RosterItem): RosterChange
  /** The same for what no client is shown: whether a request waits (RFC 6121 Appendix A.1). */
  keep(account: Account, item: RosterItem): RosterChange
  /** Pushes an item as it is. */
  again(account: Account, jid: string): void
  /** What a group has changed: nothing is stored. @param change.isLast of those that are changed together */
  told(
    account: Account,
    jid: string,
    change: Parameters<ChangeListener>[2] & { readonly isLast: boolean },
  ): void
  save(changes: readonly RosterChange[]): Promise<void>
  /** Called with each item that clients are pushed (RFC 6121 section 2.1.6). */
  onPush(listener: (account: Account, query: Element) => void): void
  /** Called after an item has changed; null where there was, or is, none. */
  onChanged(listener: ChangeListener): void
}

export function createRosters(store: AccountStore, clock: Clock): Rosters {
  let pushes = 0
  const listeners: ((account: Account, query: Element) => void)[] = []
  const changeListeners: ChangeListener[] = []

  function push(account: Account, item: Element, ver = versionOf(account)): void {
    const query = el('query', NS_ROSTER, { ver }, item)
    for (const listener of listeners) listener(account, query)
    for (const { resource, jid, wantsRoster } of account.sessions.values()) {
      if (!wantsRoster) continue
      pushes += 1
      const attrs = { type: 'set', id: `roster-${pushes}`, to: jid.text }
      resource.send(serverSays(el('iq', 'jabber:client', attrs, query)))
    }
  }

  return {
    keep,
    put(account, item) {
      const { jid } = item
      const before = account.roster.get(jid) ?? null
      const change = keep(account, item)
      const after = account.roster.get(jid) ?? null
      if (before?.listed === true || after?.listed === true) {
        // By the clock, so that a version is not used again for another roster after a backup was restored.
        account.rosterVersion = Math.max(account.rosterVersion + 1, clock.now())
        push(account, pushed(jid, after))
      }
      for (const listener of changeListeners) listener(account, jid, { before, after })
      return { ...change, version: account.rosterVersion }
    },
    again(account, jid) {
      push(account, pushed(jid, account.roster.get(jid) ?? null))
    },
    told(account, jid, { before, after, isLast }) {
      // Who is cut off between the first and the last gets the whole.
      const ver = isLast ? versionOf(account) : `${versionOf(account)}-`
      push(account, pushed(jid, after), ver)
      for (const listener of changeListeners) listener(account, jid, { before, after })
    },
    save: async (changes) => await store.saveRoster(changes),
    onPush: (listener) => listeners.push(listener),
    onChanged: (listener) => changeListeners.push(listener),
  }
}

function keep(account: Account, item: RosterItem): RosterChange {
  const { jid } = item
  const known = item.pendingIn ? item : { ...item, request: null }
  const kept = isOfUse(item) ? known : null
  if (kept) account.roster.own.set(jid, kept)
  else account.roster.own.delete(jid)
  return { owner: account.person.id, version: account.rosterVersion, jid, item: kept }
}

function isOfUse({ listed, pendingIn, approved, ask, subscription }: RosterItem): boolean {
  return listed || pendingIn || approved || ask || subscription !== 'none'
}

/** The contact's own item, or the one that everybody has who was never heard of. */
export function itemOf(account: Account, jid: string): RosterItem {
  return (
    account.roster.own.get(jid) ?? {
      jid,
      listed: false,
      name: '',
      groups: [],
      subscription: 'none',
      ask: false,
      pendingIn: false,
      request: null,
      approved: false,
    }
  )
}

/** Section 2.1.2. */
export function itemElement({
  jid,
  name,
  groups,
  subscription,
  ask,
  approved,
}: RosterItem): Element {
  return el(
    'item',
    NS_ROSTER,
    {
      jid,
      subscription,
      ...(name === '' ? {} : { name }),
      ...(ask ? { ask: 'subscribe' } : {}),
      ...(approved ? { approved: 'true' } : {}),
    },
    ...groups.map((group) => el('group', NS_ROSTER, {}, group)),
  )
}

/** XEP-0237: another one for each other roster, of his own contacts and those that he is given. */
export function versionOf({ roster, rosterVersion }: Account): string {
  const { version } = roster.given()
  return version === '' ? String(rosterVersion) : `${rosterVersion}-${version}`
}

function pushed(jid: string, item: RosterItem | null): Element {
  return item?.listed === true ? itemElement(item) : removedElement(jid)
}

function removedElement(jid: string): Element {
  return el('item', NS_ROSTER, { jid, subscription: 'remove' })
}
