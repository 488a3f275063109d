import { secretKey } from '../base/crypto.ts'
import { type Log } from '../base/log.ts'
import { type Random } from '../base/random.ts'
import { type Record } from '../record/ports.ts'
import { createActsLog } from './acts-log.ts'
import { createChanges, type ParseAddress } from './changes.ts'
import { createCredentials } from './credentials.ts'
import { createPeople } from './people.ts'
import {
  type Directory,
  type PeopleState,
  type Person,
  type PersonId,
  type StoredPerson,
} from './ports.ts'
import { createDecoys } from './scram.ts'
import { createSignIn } from './sign-in.ts'

/**
 * Opens the directory: applies what is on record and not yet in the state, then serves from memory. The command line
 * opens the same when the server does not run.
 *
 * @throws {OperatorError} when the state is of another record
 */
export async function openDirectory(parts: {
  readonly state: PeopleState
  readonly record: Record
  /** The company's own; people here have addresses at it. */
  readonly domain: string
  readonly parseAddress: ParseAddress
  /** Rounds of PBKDF2, 10,000 or more, for passwords that are set from now on. */
  readonly scramIterations: number
  readonly random: Random
  readonly log: Log
}): Promise<Directory> {
  const { state, random, log, scramIterations: iterations } = parts
  const loaded = await state.load()
  const people = createPeople(loaded.people)
  const acts = createActsLog({ ...parts, people, applied: loaded.applied })
  await acts.catchUp()
  const credentials = createCredentials({ state, random, iterations }, loaded.credentials)
  for (const { id, credential } of people.list())
    if (credentials.get(credential) === null) log.warn('directory.no-credential', { person: id })
  const secret = await state.secret('decoy', () => Buffer.from(random.bytes(32)))
  const decoys = createDecoys(secretKey(secret), iterations)
  const listeners: ((id: PersonId) => void)[] = []
  const revoked = (id: PersonId): void => {
    for (const listener of listeners) listener(id)
  }

  return {
    find: (address) => shown(people.find(address)),
    get: (id) => shown(people.get(id)),
    addedAt: (id) => people.get(id)?.addedAt ?? null,
    passwordName: (id) => people.get(id)?.credential ?? null,
    list: () => people.list().flatMap((person) => shown(person) ?? []),
    ...createSignIn({ people, credentials, decoys }),
    ...createChanges({ ...parts, people, credentials, acts, revoked }),
    onRevoked(listener) {
      listeners.push(listener)
    },
  }
}

/** Without the name of what signs him in. */
function shown(person: StoredPerson | null): Person | null {
  if (person === null) return null
  const { id, address, role, enabled } = person
  return { id, address, role, enabled }
}
