// What limited grants reach of the record's content.
import { type Grant } from '../../directory/access/types.ts'
import { type Directory } from '../../directory/ports.ts'
import { type Reach } from '../../discovery/ports.ts'
import { type Bound, withinAny } from '../../discovery/within.ts'
import { conversationId } from '../../record/ids.ts'
import { type PersonId } from '../../record/types.ts'
import { type Within } from './limits.ts'

/** Null: everything. */
export function reachOf(
  within: Within,
  directory: Pick<Directory, 'list' | 'groupsOf'>,
): Reach | null {
  if (within === null) return null
  const bounds = within.map((grant) => boundOf(grant, directory))
  return { query: withinAny(bounds), grants: within.map(({ id }) => id) }
}

/** Groups are those that people are in now. */
export function boundOf(
  { limits: { groups, rooms } }: Grant,
  directory: Pick<Directory, 'list' | 'groupsOf'>,
): Bound {
  return {
    persons: groups.length === 0 ? null : membersOf(groups, directory),
    conversations: rooms.length === 0 ? null : rooms.map(conversationId),
  }
}

function membersOf(
  groups: readonly string[],
  directory: Pick<Directory, 'list' | 'groupsOf'>,
): readonly PersonId[] {
  return directory
    .list()
    .map(({ id }) => id)
    .filter((id) => directory.groupsOf(id).some((group) => groups.includes(group)))
}
