import { permissions, type Permission, type PermissionName } from '../permissions.ts'
import { type Directory, type Person } from '../ports.ts'
import { type PersonId } from '../../record/types.ts'
import { opens } from '../roles.ts'
import { isLimited } from './grants.ts'
import { type Grant } from './types.ts'

/** By what somebody may do a thing: null: by his role, or a grant without limits. Else any of these grants, each for what it is limited to. */
export type Right = { readonly limited: readonly Grant[] | null }

/** Null where he may not at all. It counts his standing role, and the grants that are in force. */
export function rightOf(
  person: Pick<Person, 'id' | 'role' | 'enabled'> | null,
  name: PermissionName,
  { access }: Pick<Directory, 'access'>,
): Right | null {
  if (person?.enabled !== true) return null
  const { roles }: Permission = permissions[name]
  if (roles.includes(person.role)) return { limited: null }
  const grants = access.grants.inForce(person.id).filter(({ role }) => roles.includes(role))
  if (grants.length === 0) return null
  return { limited: grants.every(isLimited) ? grants : null }
}

/** Whether he may, be it for some things only. */
export function may(
  person: Pick<Person, 'id' | 'role' | 'enabled'> | null,
  name: PermissionName,
  directory: Pick<Directory, 'access'>,
): boolean {
  return rightOf(person, name, directory) !== null
}

/**
 * Whether somebody sees no more than what is said to him: neither by his role nor by anything that he was granted, or that lies sealed for him, also for later. DESIGN.md §7:
 * nobody has a role by being powerful elsewhere. Who could set an officer's password, or give and take such a role, could open what officers open.
 */
export function opensNothing(
  { id, role }: Pick<Person, 'id' | 'role'>,
  { access }: Pick<Directory, 'access'>,
): boolean {
  const isGranted = access.grants.list().some((one) => isOf(one, id) && opens(one.role))
  return !opens(role) && !isGranted && !access.alsoOpens.some((does) => does(id))
}

/** Neither administers nor opens anything, now or by a grant for later. */
export function isOrdinary(
  person: Pick<Person, 'id' | 'role'>,
  directory: Pick<Directory, 'access'>,
): boolean {
  const administers =
    person.role === 'administrator' ||
    directory.access.grants
      .list()
      .some((one) => isOf(one, person.id) && one.role === 'administrator')
  return !administers && opensNothing(person, directory)
}

function isOf({ person }: Grant, id: PersonId): boolean {
  return person === id
}
