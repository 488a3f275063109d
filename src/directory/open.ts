import { type Clock } from '../base/clock.ts'
import { secretKey } from '../base/crypto.ts'
import { type Log } from '../base/log.ts'
import { type Random } from '../base/random.ts'
import { type Record } from '../record/ports.ts'
import { type LogPosition } from '../record/types.ts'
import { createActsLog } from './acts-log.ts'
import { type ParseAddress } from './adding.ts'
import { createChanges } from './changes.ts'
import { createCredentials } from './credentials.ts'
import { createInvitations } from './invitations.ts'
import { createKnownInvitations } from './known-invitations.ts'
import { createKnownTokens } from './known-tokens.ts'
import { createPeople } from './people.ts'
import {
  type Act,
  type Directory,
  type InvitationMode,
  type PeopleState,
  type PersonAct,
  type Person,
  type PersonId,
  type StoredPerson,
} from './ports.ts'
import { createDecoys } from './scram.ts'
import { createSignIn } from './sign-in.ts'
import { createTokens } from './tokens.ts'

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
  readonly invitations: {
    readonly mode: InvitationMode
    /** How long one can be used. */
    readonly days: number
  }
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}): Promise<Directory> {
  const { state, random, log, scramIterations: iterations } = parts
  const loaded = await state.load()
  const people = createPeople(loaded.people)
  const invitations = createKnownInvitations(loaded.invitations, parts.clock)
  const tokens = createKnownTokens(loaded.tokens)
  const apply = (act: Act, at: LogPosition): void => {
    if (isOfPerson(act)) people.apply(act, at)
    invitations.apply(act)
    tokens.apply(act)
  }
  const acts = createActsLog({ ...parts, apply, applied: loaded.applied })
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

  const changes = createChanges({ ...parts, people, invitations, credentials, acts, revoked })

  return {
    find: (address) => shown(people.find(address)),
    get: (id) => shown(people.get(id)),
    addedAt: (id) => people.get(id)?.addedAt ?? null,
    passwordName: (id) => people.get(id)?.credential ?? null,
    groupsOf: (id) => people.get(id)?.groups ?? [],
    get groupsVersion() {
      return people.groupsVersion
    },
    list: () => people.list().flatMap((person) => shown(person) ?? []),
    ...createSignIn({ people, credentials, decoys }),
    ...changes,
    invitations: createInvitations({
      ...parts,
      ...parts.invitations,
      ...changes,
      known: invitations,
      acts,
      personOf: (id) => people.get(id),
    }),
    tokens: createTokens({
      ...parts,
      known: tokens,
      acts,
      personOf: (id) => shown(people.get(id)),
    }),
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

function isOfPerson(act: Act): act is PersonAct {
  return act.kind.startsWith('person.')
}
