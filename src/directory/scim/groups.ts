// Groups as a provisioning service says them. Only its own are its business: rules name those that are kept here.
import { OperatorError } from '../../base/errors.ts'
import { freeId } from '../ldap/plan.ts'
import { memberPieces } from '../member-pieces.ts'
import { type Directory } from '../ports.ts'
import { type Group, type GroupId, type Members } from '../types.ts'

const by = { sync: 'scim' } as const
const nobody: Members = { persons: [], groups: [] }

export type SaidOfGroup = {
  readonly name?: string
  readonly externalId?: string | null
  /** All of them. */
  readonly members?: Members
}

export type ProvisionedGroups = {
  /** By id. */
  list(): readonly Group[]
  get(id: GroupId): Group | null
  /** Each throws an {OperatorError} with one sentence. */
  add(said: SaidOfGroup & { readonly name: string }): Promise<Group>
  change(id: GroupId, said: SaidOfGroup): Promise<Group>
  remove(id: GroupId): Promise<void>
}

export function provisionedGroups({
  directory: { groups },
  newId,
}: {
  readonly directory: Directory
  /** Random hex digits, 8 or more. */
  readonly newId: () => string
}): ProvisionedGroups {
  function mustSee(id: GroupId): Group {
    const found = see(groups.get(id))
    if (found !== null) return found
    throw new OperatorError('scim.unknown', 'No group has that id.')
  }
  const list = (): readonly Group[] => groups.list().flatMap((group) => see(group) ?? [])

  /** What goes, goes first: then nothing is left that would close a circle. */
  async function setMembers(id: GroupId, wanted: Members): Promise<void> {
    const now = groups.membersOf(id)
    for (const removed of memberPieces(minus(now, wanted)))
      await groups.change(id, { added: nobody, removed }, by)
    for (const added of memberPieces(minus(wanted, now)))
      await groups.change(id, { added, removed: nobody }, by)
  }

  return {
    list,
    get: (id) => see(groups.get(id)),
    async add({ name, externalId, members = nobody }) {
      const isTwice = list().some(
        (group) => group.name === name || (Boolean(externalId) && group.source?.id === externalId),
      )
      if (isTwice)
        throw new OperatorError(
          'scim.uniqueness',
          'There is a group of that name or externalId already: change that one.',
        )
      const taken = new Set(groups.list().map((group) => group.id))
      const id = freeId(name, newId(), taken)
      await groups.put({ id, name, source: { kind: 'scim', id: externalId ?? '' } }, by)
      await setMembers(id, members)
      return mustSee(id)
    },
    async change(id, { name, externalId, members }) {
      const before = mustSee(id)
      const source = { kind: 'scim', id: externalId ?? before.source?.id ?? '' } as const
      await groups.put({ id, name: name ?? before.name, source }, by)
      if (members !== undefined) await setMembers(id, members)
      return mustSee(id)
    },
    async remove(id) {
      await groups.remove(mustSee(id).id, by)
    },
  }
}

function see(group: Group | null): Group | null {
  return group?.source?.kind === 'scim' ? group : null
}

function minus(left: Members, right: Members): Members {
  const [persons, groups] = [new Set(right.persons), new Set(right.groups)]
  return {
    persons: left.persons.filter((id) => !persons.has(id)),
    groups: left.groups.filter((id) => !groups.has(id)),
  }
}
