// XEP-0133: Service Administration, version 1.3.1, sections 4.13 to 4.22: whom the numbers and the lists are of
// Source: https://xmpp.org/extensions/xep-0133.html
import { type Account } from '../accounts.ts'
import { type Host } from '../host.ts'
import { online } from './notices.ts'

export type KindOfPeople = {
  readonly name: 'registered' | 'disabled' | 'online' | 'active' | 'idle'
  /** How many the answer says that there are. */
  readonly numberField: string
  readonly listNode: string
  readonly listField: string
  /** Their addresses. */
  readonly of: (host: Host) => readonly string[]
}

/** Sections 4.15 to 4.17: online is who has a device that is signed in, and active who has one that does not say it is left alone. */
export const kindsOfPeople: readonly KindOfPeople[] = [
  {
    name: 'registered',
    numberField: 'registeredusersnum',
    listNode: 'get-registered-users-list',
    listField: 'registereduserjids',
    of: ({ directory }) => directory.list().map(({ address }) => address),
  },
  {
    name: 'disabled',
    numberField: 'disabledusersnum',
    listNode: 'get-disabled-users-list',
    listField: 'disableduserjids',
    of: ({ directory }) =>
      directory.list().flatMap(({ address, enabled }) => (enabled ? [] : [address])),
  },
  {
    name: 'online',
    numberField: 'onlineusersnum',
    listNode: 'get-online-users-list',
    listField: 'onlineuserjids',
    of: (host) => addresses(online(host)),
  },
  {
    name: 'active',
    numberField: 'activeusersnum',
    listNode: 'get-active-users',
    listField: 'activeuserjids',
    of: (host) => addresses(online(host).filter(isActive)),
  },
  {
    name: 'idle',
    numberField: 'idleusersnum',
    listNode: 'get-idle-users',
    // Section 4.22 has this name in its example, and section 8.2 registers no other.
    listField: 'activeuserjids',
    of: (host) => addresses(online(host).filter((account) => !isActive(account))),
  },
]

function isActive({ sessions }: Account): boolean {
  return [...sessions.values()].some(({ presence, isAway }) => presence !== null && !isAway)
}

function addresses(accounts: readonly Account[]): string[] {
  return accounts.map(({ bare }) => bare).toSorted()
}
