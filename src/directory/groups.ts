import { FatalError } from '../base/errors.ts'
import { type PersonAct, type PersonId } from './ports.ts'
import { type Group, type GroupAct, type GroupId, type Members, type Membership } from './types.ts'

/** Groups in memory, as they are now. */
export type Groups = {
  get(id: GroupId): Group | null
  /** By id. */
  list(): Group[]
  readonly size: number
  membersOf(id: GroupId): Members
  /** Where somebody is a member himself, in order. */
  directOf(person: PersonId): readonly GroupId[]
  /** By other groups too. On the road of each message. */
  groupsOf(person: PersonId): readonly GroupId[]
  /** Everybody who is in it, by other groups too. */
  everybodyIn(id: GroupId): ReadonlySet<PersonId>
  /** Whether the one is, or is in, the other: then that one cannot be in it. */
  isIn(inner: GroupId, outer: GroupId): boolean
  /** Another one after each change. */
  readonly version: number
  /** @throws {FatalError} for an act that cannot follow those before it */
  apply(act: PersonAct | GroupAct): void
}

const none: readonly GroupId[] = []

export function createGroups(groups: readonly Group[], memberships: readonly Membership[]): Groups {
  const byId = new Map(groups.map((group) => [group.id, group]))
  const edges = memberEdges(memberships)
  let version = 0
  let known = new Map<PersonId, readonly GroupId[]>()

  function resolve(person: PersonId): readonly GroupId[] {
    const direct = edges.of(personKey(person))
    return direct.size === 0
      ? none
      : [...reached(direct, (id) => edges.of(groupKey(id)))].toSorted()
  }

  return {
    get: (id) => byId.get(id) ?? null,
    list: () => [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    get size() {
      return byId.size
    },
    membersOf: (id) => edges.in(id),
    directOf: (person) => [...edges.of(personKey(person))].toSorted(),
    groupsOf(person) {
      const before = known.get(person)
      if (before) return before
      const found = resolve(person)
      if (found !== none) known.set(person, found)
      return found
    },
    everybodyIn(id) {
      const found = new Set<PersonId>()
      const inside = reached([id], (outer) => edges.in(outer).groups)
      for (const group of inside) for (const one of edges.in(group).persons) found.add(one)
      return found
    },
    isIn: (inner, outer) =>
      inner === outer || reached([inner], (id) => edges.of(groupKey(id))).has(outer),
    get version() {
      return version
    },
    apply(act) {
      if (act.kind === 'group.set') {
        byId.set(act.id, { id: act.id, name: act.name, source: act.source })
        return
      }
      if (act.kind === 'person.groups')
        for (const id of act.groups) if (!byId.has(id)) byId.set(id, { id, name: id, source: null })
      if (act.kind === 'group.members' && !byId.has(act.group))
        throw new FatalError('members on record of a group that is not there')
      if (!edges.apply(act)) return
      if (act.kind === 'group.remove') byId.delete(act.group)
      version++
      known = new Map()
    },
  }
}

/** Those that are reached from these, up or down, with them. Each is looked at once, so that a circle would end, too. */
function reached(
  from: Iterable<GroupId>,
  next: (id: GroupId) => Iterable<GroupId>,
): ReadonlySet<GroupId> {
  const found = new Set(from)
  // A set goes on with what is added to it meanwhile.
  for (const id of found) for (const one of next(id)) found.add(one)
  return found
}

/** A member's name among all members: ids of groups and of people could be the same. */
const personKey = (id: PersonId): string => `p ${id}`
const groupKey = (id: GroupId): string => `g ${id}`

type Edges = {
  /** The groups that a member is in himself. */
  of(member: string): ReadonlySet<GroupId>
  in(group: GroupId): Members
  /** @returns false where the act is none of members */
  apply(act: PersonAct | GroupAct): boolean
}

const nobody: ReadonlySet<string> = new Set()

function memberEdges(memberships: readonly Membership[]): Edges {
  const up = new Map<string, Set<GroupId>>()
  const persons = new Map<GroupId, Set<PersonId>>()
  const groups = new Map<GroupId, Set<GroupId>>()

  function open(group: GroupId, { persons: people, groups: nested }: Members): void {
    for (const id of people) {
      into(up, personKey(id)).add(group)
      into(persons, group).add(id)
    }
    for (const id of nested) {
      into(up, groupKey(id)).add(group)
      into(groups, group).add(id)
    }
  }
  function close(group: GroupId, { persons: people, groups: nested }: Members): void {
    for (const id of people) {
      up.get(personKey(id))?.delete(group)
      persons.get(group)?.delete(id)
    }
    for (const id of nested) {
      up.get(groupKey(id))?.delete(group)
      groups.get(group)?.delete(id)
    }
  }
  function setGroups(person: PersonId, wanted: ReadonlySet<GroupId>): void {
    const mine = { persons: [person], groups: [] }
    for (const group of up.get(personKey(person)) ?? []) if (!wanted.has(group)) close(group, mine)
    for (const group of wanted) open(group, mine)
  }
  const inGroup = (id: GroupId): Members => ({
    persons: [...(persons.get(id) ?? [])],
    groups: [...(groups.get(id) ?? [])].toSorted(),
  })
  for (const { group, member } of memberships)
    open(group, {
      persons: member.kind === 'person' ? [member.id] : [],
      groups: member.kind === 'group' ? [member.id] : [],
    })

  return {
    of: (member) => up.get(member) ?? nobody,
    in: inGroup,
    apply(act) {
      if (act.kind === 'group.members') {
        open(act.group, act.added)
        close(act.group, act.removed)
        return true
      }
      if (act.kind === 'group.remove') {
        close(act.group, inGroup(act.group))
        for (const outer of up.get(groupKey(act.group)) ?? [])
          close(outer, { persons: [], groups: [act.group] })
        return true
      }
      const isOfMembers = act.kind === 'person.groups' || act.kind === 'person.remove'
      if (isOfMembers)
        setGroups(act.person, new Set(act.kind === 'person.groups' ? act.groups : []))
      return isOfMembers
    },
  }
}

function into<Value>(sets: Map<string, Set<Value>>, key: string): Set<Value> {
  const there = sets.get(key) ?? new Set<Value>()
  sets.set(key, there)
  return there
}
