// Contacts that groups of the directory give. Computed from who is in which group, and kept for each set of groups that people see together:
// a group of a thousand is a thousand items, whoever looks at them, and nothing of it is stored.
import { hash } from 'node:crypto'
import { type Log } from '../base/log.ts'
import { shownPeopleMax } from '../directory/following/following.ts'
import { type Directory, type PersonId } from '../directory/ports.ts'
import { type GroupId } from '../directory/types.ts'
import { type RosterItem } from './ports.ts'
import { type Given, nothingGiven } from './roster.ts'

/** Contacts that one person is given by all groups together; groups that there is no room for are left out. */
const givenMax = 2_000

export type GivenContacts = {
  of(person: PersonId): Given
  /** Whatever was computed may be otherwise. */
  changed(): void
}

type People = Pick<Directory, 'get' | 'groupsOf' | 'groups' | 'following' | 'detailsOf'>

export function createGivenContacts(directory: People, log: Log): GivenContacts {
  let seen: ReadonlyMap<GroupId, ReadonlySet<GroupId>> | null = null
  const bySet = new Map<string, Given>()
  const byPerson = new Map<PersonId, Given>()

  function find(person: PersonId): Given {
    const { contacts } = directory.following
    if (contacts.size === 0 || !isShown(directory, person)) return nothingGiven
    seen ??= seenBy(directory, log)
    const groups = new Set<GroupId>()
    for (const own of directory.groupsOf(person))
      for (const group of seen.get(own) ?? []) groups.add(group)
    if (groups.size === 0) return nothingGiven
    const key = [...groups].toSorted()
    const name = key.join(' ')
    const known = bySet.get(name) ?? made(key, directory, log)
    bySet.set(name, known)
    return known
  }

  return {
    of(person) {
      const known = byPerson.get(person) ?? find(person)
      byPerson.set(person, known)
      return known
    },
    changed() {
      seen = null
      bySet.clear()
      byPerson.clear()
    },
  }
}

/** Guests see nobody by a group, and nobody sees them; nor is somebody seen who may not sign in. */
function isShown(directory: Pick<Directory, 'get'>, id: PersonId): boolean {
  const person = directory.get(id)
  return person !== null && person.enabled && person.role !== 'guest'
}

/** Which groups those of a group see: those that are shown to it, and, as contacts see each other, those to which it is shown. */
function seenBy(
  { following, groups }: Pick<Directory, 'following' | 'groups'>,
  log: Log,
): ReadonlyMap<GroupId, ReadonlySet<GroupId>> {
  const seen = new Map<GroupId, Set<GroupId>>()
  const see = (who: GroupId, whom: GroupId): void => {
    seen.set(who, (seen.get(who) ?? new Set<GroupId>()).add(whom))
  }
  const isSmall = (id: GroupId): boolean => {
    if (groups.everybodyIn(id).size <= shownPeopleMax) return true
    log.warn('contacts.group-too-large', { group: hash('sha256', id).slice(0, 16) })
    return false
  }
  const named = new Set([...following.contacts].flatMap(([group, to]) => [group, ...to]))
  const small = new Set([...named].filter(isSmall))
  for (const [group, to] of following.contacts)
    for (const other of to) {
      if (!small.has(group) || !small.has(other)) continue
      see(group, other)
      see(other, group)
    }
  return seen
}

function made(groups: readonly GroupId[], directory: People, log: Log): Given {
  const items = new Map<string, RosterItem>()
  for (const id of groups) {
    const people = [...directory.groups.everybodyIn(id)].filter((one) => isShown(directory, one))
    if (items.size + people.length > givenMax) {
      log.warn('contacts.too-many', { groups: groups.length })
      continue
    }
    const group = directory.groups.get(id)?.name ?? id
    for (const person of people) put(items, group, person, directory)
  }
  const said = [...items.values()].map(({ jid, name, groups: its }) => [jid, name, its])
  const version = hash('sha256', JSON.stringify(said.toSorted(byFirst))).slice(0, 16)
  return { items, version }
}

function put(
  items: Map<string, RosterItem>,
  group: string,
  person: PersonId,
  directory: Pick<Directory, 'get' | 'detailsOf'>,
): void {
  const jid = directory.get(person)?.address
  if (jid === undefined) return
  const before = items.get(jid)
  // Two groups may have one name.
  const groups = [...new Set([...(before?.groups ?? []), group])]
  const name = directory.detailsOf(person)?.profile.name ?? ''
  items.set(jid, { ...unasked, jid, name, groups })
}

const unasked = {
  listed: true,
  subscription: 'both',
  ask: false,
  pendingIn: false,
  request: null,
  approved: false,
} as const

function byFirst(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[0]) < String(b[0]) ? -1 : 1
}
