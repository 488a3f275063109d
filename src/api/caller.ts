import { OperatorError } from '../base/errors.ts'
import { type Actor, type Directory, type PersonId } from '../directory/ports.ts'
import { may, type PermissionName, permissions, type Permission } from '../directory/permissions.ts'

/** Who asks, as the door knows it that the question came through. */
export type Caller = {
  /** Addresses of those whose word it is. At the machine's own socket: whom its administrator names, if anybody. */
  readonly persons: readonly string[]
}

/** Who may do what was asked for: what a handler sees of the caller. */
export type By = {
  /** As acts of administration have it. */
  readonly actor: Exclude<Actor, { readonly invitation: string }>
  /** All whose word it is: none where the machine's own administrator acts. */
  readonly persons: readonly PersonId[]
}

/** The header in which the command line names who acts: addresses with commas between, each as in a URL. */
export const asHeader = 'onrecord-as'
const personsMax = 10

/** @throws {OperatorError} when too many are named, or one is written wrong */
export function callerOf(header: string | readonly string[] | undefined): Caller {
  const text = typeof header === 'string' ? header : (header ?? []).join(',')
  const persons = text === '' ? [] : text.split(',').map((one) => decoded(one.trim()))
  if (persons.length <= personsMax) return { persons }
  throw new OperatorError('caller.too-many', `At most ${personsMax} people are named.`)
}

function decoded(address: string): string {
  try {
    return decodeURIComponent(address)
  } catch (error) {
    if (!(error instanceof URIError)) throw error
    throw new OperatorError('caller.form', `${address} is no address as it stands in a URL.`)
  }
}

/** @throws {OperatorError} when who asks may not */
export function admit(
  { persons: addresses }: Caller,
  name: PermissionName,
  directory: Pick<Directory, 'find'>,
): By {
  const needed: Permission = permissions[name]
  if (addresses.length === 0) {
    if (needed.machine) return { actor: { commandLine: true }, persons: [] }
    throw refused(`Say with --as who acts: this takes ${rolesIn(needed)}.`)
  }
  if (addresses.length > 1 && !needed.several) throw refused('One person does this, and not more.')
  const persons = addresses.map((address) => admitOne(address, name, directory))
  const [first] = persons
  return { persons, actor: first === undefined ? { commandLine: true } : { person: first } }
}

function admitOne(
  address: string,
  name: PermissionName,
  directory: Pick<Directory, 'find'>,
): PersonId {
  const person = directory.find(address) ?? directory.find(address.toLowerCase())
  if (person !== null && may(person, name)) return person.id
  const who =
    person?.enabled === true
      ? `${address} is ${person.role}`
      : `Nobody who may act has the address ${address}`
  throw refused(`${who}: this takes ${rolesIn(permissions[name])}, which onrecord user role gives.`)
}

function rolesIn({ roles }: Permission): string {
  if (roles.length === 0) return "the machine's own command line"
  return `the role ${roles.join(' or ')}`
}

function refused(sentence: string): OperatorError {
  return new OperatorError('caller.not-allowed', sentence)
}

/** The one person who acts, where the permission wants a person. */
export function officerIn({ persons: [first] }: By): PersonId {
  if (first !== undefined) return first
  throw new Error('a route whose permission takes no person wants one')
}
