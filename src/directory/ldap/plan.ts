// What of a directory server's people and groups differs from ours: pure, so that it can be shown before it is done.

import { type PersonId } from '../ports.ts'
import { isProfileText } from '../profiles.ts'
import { type Details, type Group, type GroupId, type Members, type Profile } from '../types.ts'
import { type LdapContents, type LdapGroup, type LdapPerson } from './ports.ts'

/** A person of ours who is kept there. */
export type Kept = {
  readonly id: PersonId
  readonly address: string
  readonly details: Details
}

export type PeoplePlan = {
  readonly add: readonly { readonly entry: LdapPerson; readonly address: string }[]
  readonly suspend: readonly { readonly person: Kept; readonly why: 'disabled' | 'vanished' }[]
  readonly enable: readonly Kept[]
  /** Those who were there before. */
  readonly both: readonly { readonly person: Kept; readonly entry: LdapPerson }[]
  /** Entries that nobody can be made of, and why: by their id. */
  readonly left: readonly { readonly id: string; readonly why: LeftOut }[]
}

/** `address`: it is none of ours. `taken`: somebody else has it. `twice`: another entry has it. */
export type LeftOut = 'address' | 'taken' | 'twice'

export function planPeople(
  entries: readonly LdapPerson[],
  kept: readonly Kept[],
  {
    addressOf,
    isTaken,
  }: {
    /** Null where it is none of a person here. */
    readonly addressOf: (login: string) => string | null
    readonly isTaken: (address: string) => boolean
  },
): PeoplePlan {
  const byId = new Map(kept.map((person) => [person.details.source?.id, person]))
  const seen = new Set<string>()
  const addresses = new Set<string>()
  const plan = { add: [], suspend: [], enable: [], both: [], left: [] } as {
    -readonly [name in keyof PeoplePlan]: PeoplePlan[name][number][]
  }
  for (const entry of entries) {
    const person = byId.get(entry.id)
    if (seen.has(entry.id)) continue
    seen.add(entry.id)
    if (person) {
      plan.both.push({ person, entry })
      const { state, suspendedBy } = person.details
      if (entry.isDisabled && state === 'active') plan.suspend.push({ person, why: 'disabled' })
      if (!entry.isDisabled && state === 'suspended' && suspendedBy === 'ldap')
        plan.enable.push(person)
      continue
    }
    // Who is disabled there and unknown here is nobody who could sign in.
    if (entry.isDisabled) continue
    const address = addressOf(entry.login)
    if (address === null) plan.left.push({ id: entry.id, why: 'address' })
    else if (isTaken(address)) plan.left.push({ id: entry.id, why: 'taken' })
    else if (addresses.has(address)) plan.left.push({ id: entry.id, why: 'twice' })
    else plan.add.push({ entry, address })
    if (address !== null) addresses.add(address)
  }
  for (const person of kept)
    if (!seen.has(person.details.source?.id ?? '') && person.details.state === 'active')
      plan.suspend.push({ person, why: 'vanished' })
  return plan
}

/** What is said of a person there, as far as it can stand here. */
export function profileOf(
  entry: LdapPerson,
  managers: ReadonlyMap<string, PersonId>,
  own: PersonId | null,
): Profile {
  const text = (name: keyof LdapPerson['texts']): string | null => {
    const said =
      entry.texts[name]
        ?.trim()
        .slice(0, name === 'mail' ? 320 : 200)
        .trim() ?? null
    return said !== null && isProfileText(name, said) ? said : null
  }
  const manager = entry.managerDn === null ? null : (managers.get(plainDn(entry.managerDn)) ?? null)
  return {
    name: text('name'),
    given: text('given'),
    family: text('family'),
    mail: text('mail'),
    job: text('job'),
    unit: text('unit'),
    manager: manager === own ? null : manager,
  }
}

export type GroupsPlan = {
  readonly put: readonly Group[]
  readonly members: readonly {
    readonly group: GroupId
    readonly added: Members
    readonly removed: Members
  }[]
  readonly remove: readonly GroupId[]
  /** Groups that had members, and have none any more. */
  readonly emptied: number
  /** Memberships that would close a circle. */
  readonly circles: number
}

/** @param ids of people, by their entry's id @param standing what is here */
export function planGroups(
  { people, groups }: Pick<LdapContents, 'people' | 'groups'>,
  ids: ReadonlyMap<string, PersonId>,
  standing: {
    readonly groups: readonly Group[]
    readonly membersOf: (id: GroupId) => Members
  },
): GroupsPlan {
  const named = nameGroups(groups, standing.groups)
  const persons = new Map<string, PersonId>()
  for (const { id, dn, login } of people) {
    const person = ids.get(id)
    if (person === undefined) continue
    persons.set(plainDn(dn), person)
    persons.set(`login ${login.toLowerCase()}`, person)
  }
  const byDn = new Map(groups.map(({ dn, id }) => [plainDn(dn), named.get(id)?.id]))
  const nested = withoutCircles(groups, named, byDn)
  const put = [...named.values()].filter((group) =>
    standing.groups.every((one) => one.id !== group.id || one.name !== group.name),
  )
  const there = new Set([...named.values()].map(({ id }) => id))
  const remove = standing.groups.filter(
    ({ source, id }) => source?.kind === 'ldap' && !there.has(id),
  )
  let emptied = 0
  const members = groups.flatMap((group) => {
    const id = named.get(group.id)?.id
    if (id === undefined) return []
    const wanted = {
      persons: [...new Set(group.members.flatMap((name) => persons.get(nameOf(name)) ?? []))],
      groups: nested.edges.get(id) ?? [],
    }
    const now = standing.membersOf(id)
    const added = minus(wanted, now)
    const removed = minus(now, wanted)
    const hadSome = now.persons.length + now.groups.length > 0
    if (hadSome && wanted.persons.length + wanted.groups.length === 0) emptied += 1
    return isNothing(added) && isNothing(removed) ? [] : [{ group: id, added, removed }]
  })
  return { put, members, remove: remove.map(({ id }) => id), emptied, circles: nested.circles }
}

/** Each keeps the id that it has. A new one is called by its name; where that is taken, or none, by its entry's id too. */
function nameGroups(
  groups: readonly LdapGroup[],
  standing: readonly Group[],
): ReadonlyMap<string, Group> {
  const known = new Map(
    standing.flatMap(({ id, source }) =>
      source?.kind === 'ldap' ? [[source.id, id] as const] : [],
    ),
  )
  const taken = new Set(standing.map(({ id }) => id))
  const named = new Map<string, Group>()
  for (const { id: entry, name } of groups.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const id = known.get(entry) ?? freeId(name, entry, taken)
    taken.add(id)
    const text = name.trim().slice(0, 200).trim()
    const shown = isProfileText('name', text) ? text : id
    named.set(entry, { id, name: shown, source: { kind: 'ldap', id: entry } })
  }
  return named
}

/** Made of its name; where that is none, or taken, of `entry` too. */
export function freeId(name: string, entry: string, taken: ReadonlySet<GroupId>): GroupId {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40)
  if (plain !== '' && !taken.has(plain)) return plain
  const mark = entry.replaceAll(/[^a-z0-9]/g, '').slice(0, 8)
  return `${plain.slice(0, 31)}-${mark}`.replace(/^-/, '')
}

/** Active Directory lets groups be in each other in a circle. What would close one is left out, the same each time. */
function withoutCircles(
  groups: readonly LdapGroup[],
  named: ReadonlyMap<string, Group>,
  byDn: ReadonlyMap<string, GroupId | undefined>,
): { readonly edges: ReadonlyMap<GroupId, readonly GroupId[]>; readonly circles: number } {
  const edges = new Map<GroupId, GroupId[]>()
  let circles = 0
  const reaches = (from: GroupId, to: GroupId): boolean => {
    const found = new Set([from])
    // A set goes on with what is added to it meanwhile.
    for (const id of found) for (const inner of edges.get(id) ?? []) found.add(inner)
    return found.has(to)
  }
  for (const group of groups.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const outer = named.get(group.id)?.id
    if (outer === undefined) continue
    const its: GroupId[] = []
    edges.set(outer, its)
    for (const inner of new Set(group.members.flatMap((dn) => byDn.get(plainDn(dn)) ?? [])))
      if (reaches(inner, outer)) circles += 1
      else its.push(inner)
  }
  return { edges, circles }
}

function nameOf(member: string): string {
  return member.includes('=') ? plainDn(member) : `login ${member.toLowerCase()}`
}

/** RFC 4514 lets one name be written in several ways: what servers differ in is case, and blanks around commas and equals signs. */
export function plainDn(dn: string): string {
  return dn
    .toLowerCase()
    .replaceAll(/(?<!\\)\s*([,=+])\s*/g, '$1')
    .trim()
}

function minus(left: Members, right: Members): Members {
  const [persons, groups] = [new Set(right.persons), new Set(right.groups)]
  return {
    persons: left.persons.filter((id) => !persons.has(id)),
    groups: left.groups.filter((id) => !groups.has(id)),
  }
}

function isNothing({ persons, groups }: Members): boolean {
  return persons.length + groups.length === 0
}
