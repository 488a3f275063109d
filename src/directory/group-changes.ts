import { OperatorError } from '../base/errors.ts'
import { type ActsLog } from './acts-log.ts'
import { groupsAt, membersAt } from './dated-groups.ts'
import { type Groups } from './groups.ts'
import { type People } from './people.ts'
import { type Actor, type PeopleState, type PersonId } from './ports.ts'
import { isProfileText } from './profiles.ts'
import { type Group, type GroupId, type Members, type Moment } from './types.ts'

/** Groups of people, dated. Each change is an entry of the record first, and refused with an {OperatorError}. */
export type DirectoryGroups = {
  get(id: GroupId): Group | null
  /** By id. */
  list(): readonly Group[]
  /** Those who are in it themselves. */
  membersOf(id: GroupId): Members
  /** Everybody who is in it now, by other groups too. */
  everybodyIn(id: GroupId): ReadonlySet<PersonId>
  /** Whether the one is, or is in, the other. */
  isIn(inner: GroupId, outer: GroupId): boolean
  /** Where a person is a member himself. */
  directOf(id: PersonId): readonly GroupId[]
  /** The groups that a person was in then, by other groups too, in order. */
  groupsAt(id: PersonId, moment: Moment): Promise<readonly GroupId[]>
  /** Who was in it then: themselves, and by other groups too. */
  membersAt(
    id: GroupId,
    moment: Moment,
  ): Promise<{ readonly direct: Members; readonly all: readonly PersonId[] }>
  /** Makes it, or gives it that name. */
  put(
    group: Pick<Group, 'id' | 'name'> & { readonly source?: Group['source'] },
    by: Actor,
  ): Promise<void>
  /** 500 at a time. Who is in already, or is not, changes nothing. */
  change(
    id: GroupId,
    change: { readonly added: Members; readonly removed: Members },
    by: Actor,
  ): Promise<void>
  remove(id: GroupId, by: Actor): Promise<void>
  /** Is kept here from now on, if it was kept elsewhere. */
  release(id: GroupId, by: Actor): Promise<void>
}

/** Groups that there are. */
const groupsMax = 10_000
/** Members that one act adds and removes. */
const changedMax = 500
const groupForm = /^[a-z0-9-]{1,40}$/

/** Groups as administrators see and change them. Each change is checked, put on record, and then counts. */
export function createDirectoryGroups(parts: {
  readonly people: People
  readonly groups: Groups
  readonly state: Pick<PeopleState, 'memberships'>
  readonly acts: ActsLog
}): DirectoryGroups {
  const { people, groups, state, acts } = parts

  function mustBeThere(id: GroupId): Group {
    const group = groups.get(id)
    if (group) return group
    throw new OperatorError(
      'group.unknown',
      `There is no group ${id.slice(0, 60)}: see onrecord group list.`,
    )
  }

  return {
    get: (id) => groups.get(id),
    list: () => groups.list(),
    membersOf: (id) => groups.membersOf(id),
    everybodyIn: (id) => groups.everybodyIn(id),
    isIn: (inner, outer) => groups.isIn(inner, outer),
    directOf: (id) => groups.directOf(id),
    groupsAt: async (id, moment) => await groupsAt(state, id, moment),
    membersAt: async (id, moment) => await membersAt(state, id, moment),

    async put({ id, name, source = null }, by) {
      mustBeGroupId(id)
      if (!isProfileText('name', name))
        throw new OperatorError(
          'group.bad-name',
          'the name of a group has 1 to 200 characters, and no control characters',
        )
      await acts.inTurn(async () => {
        const before = groups.get(id)
        if (before) mustBeKeptBy(by, before)
        else mustFit(groups, 1)
        if (before?.name === name && before.source?.id === source?.id) return
        await acts.write({ kind: 'group.set', id, name, source }, by)
      })
    },

    async change(id, change, by) {
      await acts.inTurn(async () => {
        mustBeKeptBy(by, mustBeThere(id))
        const act = { added: newIn(groups, id, change), removed: goneOf(groups, id, change) }
        const { persons, groups: nested } = act.added
        if (persons.some((one) => people.get(one) === null))
          throw new OperatorError('people.unknown', 'nobody has the id of that member')
        for (const one of nested) refuseNested(groups, mustBeThere(one).id, id)
        const count = countOf(act.added) + countOf(act.removed)
        if (count > changedMax)
          throw new OperatorError(
            'group.too-many',
            `at most ${changedMax} members are added or removed at a time`,
          )
        if (count > 0) await acts.write({ kind: 'group.members', group: id, ...act }, by)
      })
    },

    async remove(id, by) {
      await acts.inTurn(async () => {
        mustBeKeptBy(by, mustBeThere(id))
        await acts.write({ kind: 'group.remove', group: id }, by)
      })
    },

    async release(id, by) {
      await acts.inTurn(async () => {
        const { name, source } = mustBeThere(id)
        if (source !== null) await acts.write({ kind: 'group.set', id, name, source: null }, by)
      })
    },
  }
}

/** @throws {OperatorError} with one sentence */
export function mustBeGroupId(id: GroupId): void {
  if (groupForm.test(id)) return
  throw new OperatorError(
    'directory.bad-group',
    `${JSON.stringify(id.slice(0, 60))} is no name of a group: it has 1 to 40 of a-z, 0-9 and -`,
  )
}

/** @throws {OperatorError} when there is no room for so many more */
export function mustFit(groups: Groups, more: number): void {
  if (groups.size + more <= groupsMax) return
  throw new OperatorError('group.too-many', `there are ${groupsMax} groups at most`)
}

export function keptElsewhere(id: GroupId): OperatorError {
  return new OperatorError(
    'group.elsewhere',
    `the group ${id} is changed where it is kept, and nowhere else`,
  )
}

/** Who keeps a group changes it: here, or the system that it comes from. */
function mustBeKeptBy(by: Actor, group: Group): void {
  const keeper = 'sync' in by ? by.sync : null
  if ((group.source?.kind ?? null) !== keeper) throw keptElsewhere(group.id)
}

type Change = { readonly added: Members; readonly removed: Members }

/** Without those who are in already. Who is both added and removed is removed. */
function newIn(groups: Groups, id: GroupId, { added, removed }: Change): Members {
  const now = groups.membersOf(id)
  return {
    persons: without(added.persons, [...now.persons, ...removed.persons]),
    groups: without(added.groups, [...now.groups, ...removed.groups]),
  }
}

function goneOf(groups: Groups, id: GroupId, { removed }: Change): Members {
  const now = groups.membersOf(id)
  return {
    persons: within(removed.persons, now.persons),
    groups: within(removed.groups, now.groups),
  }
}

function without<Name>(names: readonly Name[], others: readonly Name[]): Name[] {
  const not = new Set(others)
  return [...new Set(names)].filter((name) => !not.has(name))
}

function within<Name>(names: readonly Name[], others: readonly Name[]): Name[] {
  const only = new Set(others)
  return [...new Set(names)].filter((name) => only.has(name))
}

function refuseNested(groups: Groups, inner: GroupId, outer: GroupId): void {
  if (!groups.isIn(outer, inner)) return
  throw new OperatorError(
    'group.circle',
    inner === outer
      ? `${outer} cannot be in itself`
      : `${inner} cannot be in ${outer}, which is in ${inner}`,
  )
}

function countOf({ persons, groups }: Members): number {
  return persons.length + groups.length
}
