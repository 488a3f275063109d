import { createHmac, hash, pbkdf2Sync } from 'node:crypto'

import {
  type Directory,
  type Person,
  type PersonId,
  type ScramHash,
  type ScramKeys,
} from '../../src/directory/ports.ts'
import { personId } from '../../src/record/ids.ts'
import { type DirectoryGroups } from '../../src/directory/group-changes.ts'
import { noDetails } from '../../src/directory/details.ts'
import { type Details } from '../../src/directory/types.ts'
import { noAccess } from './no-access.ts'
import { noInvitations } from './invitations.ts'
import { noTokens } from './tokens.ts'
import { noFactors } from './factors.ts'
import { noAppPasswords } from './app-passwords.ts'
import { noGuests } from './guests.ts'
import { noFollowing } from './following.ts'
import { noIdentities } from './identities.ts'

const never = async (): Promise<never> => await Promise.reject(new Error('not in this fake'))

/** None, and none can be made. */
export const noGroups: DirectoryGroups = {
  get: () => null,
  list: () => [],
  membersOf: () => ({ persons: [], groups: [] }),
  everybodyIn: () => new Set(),
  isIn: () => false,
  directOf: () => [],
  groupsAt: async () => await Promise.resolve([]),
  membersAt: async () => await Promise.resolve({ direct: { persons: [], groups: [] }, all: [] }),
  put: never,
  change: never,
  remove: never,
  release: never,
}

/** Nothing is known of anybody. */
export function detailsOf(person: Person | null): Details | null {
  return person && { ...noDetails, state: person.enabled ? 'active' : 'suspended' }
}

const nothingElse = {
  following: noFollowing,
  onAct: () => {},
  invitations: noInvitations,
  tokens: noTokens,
  access: noAccess,
  factors: noFactors,
  identities: noIdentities,
  appPasswords: noAppPasswords,
  guests: noGuests,
}

/** Few, so that tests are quick. */
const iterations = 32

/** People and passwords in memory. */
export function fakeDirectory(passwords: Readonly<Record<string, string>>): Directory & {
  setEnabled(id: PersonId, change: { readonly enabled: boolean }): Promise<void>
} {
  const people = new Map<string, Person>()
  for (const address of Object.keys(passwords)) {
    const id = personId(hash('md5', address))
    people.set(address, { id, address, role: 'member', enabled: true })
  }
  const names = new Map<PersonId, string>()
  const listeners: ((id: PersonId) => void)[] = []
  const get = (id: PersonId): Person | null =>
    [...people.values()].find((person) => person.id === id) ?? null
  const enabled = (address: string): Person | null => {
    const person = people.get(address)
    return person?.enabled ? person : null
  }

  return {
    find: (address) => people.get(address) ?? null,
    get,
    ...nothingElse,
    addedAt: () => null,
    setRole: never,
    mayAdd: (address) => address,
    isPlainOnly: false,
    addElsewhere: never,
    setGroups: never,
    setProfile: never,
    leave: never,
    detailsOf: (id) => detailsOf(get(id)),
    photoOf: async () => null,
    groups: noGroups,
    addBot: never,
    groupsOf: () => [],
    groupsVersion: 0,
    passwordName: (id) => names.get(id) ?? (get(id) ? 'first' : null),
    list: () => [...people.values()],
    scramKeys(address, algorithm) {
      const person = enabled(address)
      const keys = scramKeys(passwords[address] ?? `decoy of ${address}`, algorithm)
      return { ...keys, candidates: [{ ...keys, opens: person && { person, key: null } }] }
    },
    opens: (id) => get(id)?.enabled === true,
    onOpeningsChanged: () => {},
    checkWebPassword: async (address, password) =>
      passwords[address] === password.reveal() ? enabled(address) : null,
    async checkPassword(address, password) {
      const person = passwords[address] === password.reveal() ? enabled(address) : null
      return await Promise.resolve(person && { person, key: null })
    },
    async setEnabled(id, change) {
      const person = get(id)
      if (!person) return
      people.set(person.address, { ...person, enabled: change.enabled })
      for (const listener of listeners) listener(id)
    },
    onRevoked: (listener) => listeners.push(listener),
    add: never,
    async setPassword(id) {
      names.set(id, `after ${names.get(id) ?? 'first'}`)
      for (const listener of listeners) listener(id)
      await Promise.resolve()
    },
    remove: never,
  }
}

/** Keys as SCRAM stores them, RFC 5802 §3. */
export function scramKeys(
  password: string,
  algorithm: ScramHash,
  salt: Buffer = Buffer.from('salt for tests'),
  rounds: number = iterations,
): ScramKeys {
  const name = algorithm === 'sha-1' ? 'sha1' : 'sha256'
  const salted = pbkdf2Sync(password, salt, rounds, algorithm === 'sha-1' ? 20 : 32, name)
  const clientKey = createHmac(name, salted).update('Client Key').digest()
  const serverKey = createHmac(name, salted).update('Server Key').digest()
  return { salt, iterations: rounds, storedKey: hash(name, clientKey, 'buffer'), serverKey }
}
