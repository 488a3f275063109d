import { OperatorError } from '../../base/errors.ts'
import { type Actor, type Directory, type Person, type PersonId } from '../../directory/ports.ts'
import { rightOf } from '../../directory/access/rights.ts'
import { type Grant } from '../../directory/access/types.ts'
import { type PermissionName, permissions, type Permission } from '../../directory/permissions.ts'

/** Who asks, as the door knows it that the question came through. */
export type Caller =
  /** At the machine's own socket. `persons`: addresses of those whom its administrator names, if anybody. */
  | { readonly door: 'machine'; readonly persons: readonly string[] }
  /** A browser where somebody has signed in. */
  | {
      readonly door: 'session'
      readonly person: PersonId
      readonly id: string
      /** What the page has to say with each change. */
      readonly csrf: string
      /** When he last proved who he is, in ms since 1970. */
      readonly provedAt: number
      /** He has no second factor, and has to: he may make one, and nothing else. */
      readonly isHalf: boolean
    }
  /** A program. It may do what is among its scopes, and no more than the person may. */
  | {
      readonly door: 'token'
      readonly person: PersonId
      readonly id: string
      readonly scopes: readonly string[]
    }
  | { readonly door: 'open' }
  /** What somebody has asked for, and others have approved. */
  | {
      readonly door: 'approved'
      readonly request: string
      /** Of what it was about when it was asked for. */
      readonly seen: string
      readonly person: PersonId
      /** Whose word it is, who asked first. */
      readonly persons: readonly PersonId[]
    }

/** Who may do what was asked for: what a handler sees of the caller. */
export type By = {
  /** As acts of administration have it. */
  readonly actor: Exclude<Actor, { readonly invitation: string }>
  /** All whose word it is: none where the machine's own administrator acts. */
  readonly persons: readonly PersonId[]
  readonly caller: Caller
  /** Null: he may, whatever it is about. Else by any of these grants, each for what it is limited to. */
  readonly limited: readonly Grant[] | null
  /** Where it comes from, as far as that is known: the network address, and what the program says of itself. */
  readonly from: From
}

export type From = {
  readonly address: string
  readonly agent: string
  /** The header, with the cookies that are no session's. */
  readonly cookie: string
}

/** As acts on record have it: through what he came. */
export function throughOf(caller: Caller): string {
  if (caller.door === 'machine') return 'socket'
  return 'id' in caller ? `${caller.door}:${caller.id}` : ''
}

/** The header in which the command line names who acts: addresses with commas between, each as in a URL. */
export const asHeader = 'onrecord-as'
const personsMax = 10

/** @throws {OperatorError} when too many are named, or one is written wrong */
export function callerOf(header: string | readonly string[] | undefined): Caller {
  const text = typeof header === 'string' ? header : (header ?? []).join(',')
  const persons = text === '' ? [] : text.split(',').map((one) => decoded(one.trim()))
  if (persons.length <= personsMax) return { door: 'machine', persons }
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

/** What is asked for: a limited grant is worth nothing where the answer does not depend on what it is about. */
export type Wanted = { readonly permission: PermissionName; readonly isLimitable: boolean }
type People = Pick<Directory, 'find' | 'get' | 'access'>
const unlimited = { limited: null }

/** @throws {OperatorError} when who asks may not */
export function admit(caller: Caller, wanted: Wanted, directory: People): Omit<By, 'from'> {
  const { permission: name } = wanted
  const needed: Permission = permissions[name]
  if (caller.door === 'machine') return admitNamed(caller, wanted, directory)
  if (needed.open) return { ...unlimited, actor: { commandLine: true }, persons: [], caller }
  if (caller.door === 'open')
    throw new OperatorError('caller.nobody', 'Sign in first, or send a token.')
  if (caller.door === 'token' && !caller.scopes.includes(name))
    throw refused(`This token is not for ${name}: make one that has it among its scopes.`)
  if (caller.door === 'session' && caller.isHalf && name !== 'session.own')
    throw new OperatorError(
      'session.factor-first',
      'This role takes a second factor: add a passkey or an app first, then go on.',
    )
  const { person } = caller
  const { limited } = allowed(directory.get(person), wanted, directory)
  const persons = caller.door === 'approved' ? caller.persons : [person]
  return { actor: { person }, persons, caller, limited }
}

function admitNamed(
  caller: Extract<Caller, { readonly door: 'machine' }>,
  wanted: Wanted,
  directory: People,
): Omit<By, 'from'> {
  const needed: Permission = permissions[wanted.permission]
  const { persons: addresses } = caller
  if (addresses.length === 0) {
    if (needed.machine || needed.open)
      return { ...unlimited, actor: { commandLine: true }, persons: [], caller }
    throw refused(`Say with --as who acts: this takes ${rolesIn(needed)}.`)
  }
  if (addresses.length > 1 && !needed.several) throw refused('One person does this, and not more.')
  // Of several each would have limits of his own.
  const isLimitable = wanted.isLimitable && addresses.length === 1
  const all = addresses.map((address) => {
    const person = directory.find(address) ?? directory.find(address.toLowerCase())
    return allowed(person, { ...wanted, isLimitable }, directory, address)
  })
  if (new Set(all.map(({ id }) => id)).size < all.length)
    throw new OperatorError('caller.twice', 'Somebody is named twice: each word counts once.')
  const [first] = all
  const actor = first === undefined ? { commandLine: true as const } : { person: first.id }
  return { persons: all.map(({ id }) => id), actor, caller, limited: first?.limited ?? null }
}

/** @param address as he was named */
function allowed(
  person: Person | null,
  { permission, isLimitable }: Wanted,
  directory: People,
  address?: string,
): { readonly id: PersonId; readonly limited: By['limited'] } {
  const right = rightOf(person, permission, directory)
  if (person !== null && right !== null && (right.limited === null || isLimitable))
    return { id: person.id, limited: right.limited }
  if (right !== null) throw notWithin()
  const who =
    person?.enabled === true
      ? `${address ?? person.address} is ${person.role}`
      : `Nobody who may act has the address ${address ?? person?.address ?? 'given'}`
  const how = 'which onrecord user role and role grant give'
  throw refused(`${who}: this takes ${rolesIn(permissions[permission])}, ${how}.`)
}

/** One sentence, whatever is outside, and whether it is there at all. */
export function notWithin(): OperatorError {
  return refused('This is outside what the grant is limited to: see onrecord role list.')
}

function rolesIn({ roles }: Permission): string {
  if (roles.length === 0) return "the machine's own command line"
  return `the role ${roles.join(' or ')}`
}

function refused(sentence: string): OperatorError {
  return new OperatorError('caller.not-allowed', sentence)
}

/** The one person who acts, where the permission wants a person. */
export function officerIn({ persons: [first] }: Pick<By, 'persons'>): PersonId {
  if (first !== undefined) return first
  throw new Error('a route whose permission takes no person wants one')
}
