// What grants are limited to, as routes apply it.
import { type Grant } from '../../directory/access/types.ts'
import { type Directory, type PersonId } from '../../directory/ports.ts'
import { notWithin } from './caller.ts'

/** What a request is about, as far as it says so. Who is not there is left out. */
export type About = {
  readonly persons?: readonly PersonId[]
  /** Ids of rooms, which are those of their conversations. */
  readonly rooms?: readonly string[]
  readonly matter?: string | null
  /** A grant of his own that he names. */
  readonly grant?: string
  /** It looks at many things: the handler leaves out what is outside of the groups and rooms of `within`. */
  readonly isScoped?: true
  /** And those that are limited to matters as well: it shows what belongs to one of them. */
  readonly isOfMatters?: true
}

/** Null: there are no limits. Else only what any of these grants covers. */
export type Within = readonly Grant[] | null

/** Those grants of which the limits fit. @throws {OperatorError} where none does */
export function heldTo(
  limited: Within,
  about: About | null,
  directory: Pick<Directory, 'groupsOf'>,
): Within {
  if (limited === null) return null
  const fitting = about === null ? [] : limited.filter((grant) => fits(grant, about, directory))
  if (fitting.length > 0) return fitting
  throw notWithin()
}

function fits(
  { id, limits: { groups, matters, rooms }, of }: Grant,
  about: About,
  directory: Pick<Directory, 'groupsOf'>,
): boolean {
  if (of !== null) return about.grant === id
  const isItsMatter = about.isOfMatters === true || matters.includes(about.matter ?? '')
  if (matters.length > 0 && !isItsMatter) return false
  if (about.isScoped === true) return true
  const { persons = [], rooms: named = [] } = about
  const isInGroup = (person: PersonId): boolean =>
    directory.groupsOf(person).some((group) => groups.includes(group))
  if (groups.length > 0 && !(persons.length > 0 && persons.every(isInGroup))) return false
  const ids: readonly string[] = rooms
  return rooms.length === 0 || (named.length > 0 && named.every((room) => ids.includes(room)))
}
