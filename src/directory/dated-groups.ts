// Which groups somebody was in at a moment, and who was in a group: by other groups too, as they were nested then.

import { type PeopleState, type PersonId } from './ports.ts'
import { type GroupId, type Members, type Membership, type Moment } from './types.ts'

/** Names in one question. */
const namesPerQuestion = 500

type State = Pick<PeopleState, 'memberships'>

export async function groupsAt(
  state: State,
  person: PersonId,
  moment: Moment,
): Promise<readonly GroupId[]> {
  const found = new Set<GroupId>()
  const first: Members = { persons: [person], groups: [] }
  let there = await state.memberships({ members: first }, moment)
  while (there.length > 0) {
    const next = [...new Set(there.map(({ group }) => group))].filter((id) => !found.has(id))
    for (const id of next) found.add(id)
    there = await inPieces(
      next,
      async (groups) => await state.memberships({ members: { persons: [], groups } }, moment),
    )
  }
  return [...found].toSorted()
}

export async function membersAt(
  state: State,
  group: GroupId,
  moment: Moment,
): Promise<{ readonly direct: Members; readonly all: readonly PersonId[] }> {
  const direct = membersIn(await state.memberships({ groups: [group] }, moment))
  const all = new Set(direct.persons)
  const seen = new Set([group, ...direct.groups])
  let next = direct.groups
  while (next.length > 0) {
    const there = await inPieces(
      next,
      async (groups) => await state.memberships({ groups }, moment),
    )
    const { persons, groups } = membersIn(there)
    for (const id of persons) all.add(id)
    next = [...new Set(groups)].filter((id) => !seen.has(id))
    for (const id of next) seen.add(id)
  }
  return { direct, all: [...all].toSorted() }
}

function membersIn(memberships: readonly Membership[]): Members {
  const persons: PersonId[] = []
  const groups: GroupId[] = []
  for (const { member } of memberships)
    if (member.kind === 'person') persons.push(member.id)
    else groups.push(member.id)
  return { persons: persons.toSorted(), groups: groups.toSorted() }
}

async function inPieces(
  names: readonly string[],
  ask: (piece: readonly string[]) => Promise<readonly Membership[]>,
): Promise<readonly Membership[]> {
  const found: Membership[] = []
  for (let at = 0; at < names.length; at += namesPerQuestion)
    for (const one of await ask(names.slice(at, at + namesPerQuestion))) found.push(one)
  return found
}
