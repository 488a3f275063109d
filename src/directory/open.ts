import { type Clock } from '../base/clock.ts'
import { secretKey } from '../base/crypto.ts'
import { type Log } from '../base/log.ts'
import { type Random } from '../base/random.ts'
import { type Record } from '../record/ports.ts'
import { type LogPosition } from '../record/types.ts'
import { openAccess } from './access/open.ts'
import { type AccessState } from './access/ports.ts'
import { type ActsLog, createActsLog } from './acts-log.ts'
import { type ParseAddress } from './adding.ts'
import { createAppPasswords } from './app-passwords/app-passwords.ts'
import { createKnownAppPasswords, type KnownAppPasswords } from './app-passwords/known.ts'
import { createOpenings, type OpeningRules } from './openings.ts'
import { createPlaces, type Places } from './places.ts'
import { createChanges } from './changes.ts'
import { createCredentials, type Credentials } from './credentials.ts'
import { createFactors, isGuarded } from './factors/factors.ts'
import { createKnownFactors, type KnownFactors } from './factors/known-factors.ts'
import {
  createIdentities,
  createKnownIdentities,
  type KnownIdentities,
} from './identities/identities.ts'
import { createFollowing, createKnownFollowing } from './following/following.ts'
import { createDirectoryGroups } from './group-changes.ts'
import { createGroups } from './groups.ts'
import { createInvitations } from './invitations.ts'
import { createKnownInvitations, type KnownInvitations } from './known-invitations.ts'
import { createKnownTokens, type KnownTokens } from './known-tokens.ts'
import { createPeople, type People, shown } from './people.ts'
import {
  type Act,
  type Directory,
  type InvitationMode,
  type PeopleState,
  type PersonAct,
  type PersonId,
  type StoredPerson,
} from './ports.ts'
import { createDecoys } from './scram.ts'
import { createSignIn, type SignInElsewhere } from './sign-in.ts'
import { createTokens } from './tokens.ts'
import { type WebCost } from './web-password.ts'
import { type Details, type GroupAct } from './types.ts'

type Parts = {
  readonly state: PeopleState
  readonly access: AccessState
  readonly record: Record
  /** The company's own; people here have addresses at it. */
  readonly domain: string
  readonly parseAddress: ParseAddress
  /** Rounds of PBKDF2, 10,000 or more, for passwords that are set from now on. */
  readonly scramIterations: number
  /** Of Argon2id, for passwords that are set from now on. */
  readonly webCost: WebCost
  readonly opening: OpeningRules
  /** Null: all who are here have their passwords here. */
  readonly elsewhere: SignInElsewhere | null
  readonly invitations: {
    readonly mode: InvitationMode
    /** How long one can be used. */
    readonly days: number
  }
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/**
 * Opens the directory: applies what is on record and not yet in the state, then serves from memory. The command line
 * opens the same when the server does not run.
 *
 * @throws {OperatorError} when the state is of another record
 */
export async function openDirectory(parts: Parts): Promise<Directory> {
  const { state, random, log, scramIterations: iterations } = parts
  const loaded = await state.load()
  const people = createPeople(loaded.people)
  const invitations = createKnownInvitations(loaded.invitations, parts.clock)
  const tokens = createKnownTokens(loaded.tokens)
  const factors = createKnownFactors(loaded.factors)
  const identities = createKnownIdentities(loaded.identities)
  const appPasswords = createKnownAppPasswords(loaded.appPasswords)
  const openings = createOpenings({
    rules: parts.opening,
    people,
    factors: { guards: (id) => isGuarded(factors.of(id)) },
    appPasswords,
    tokens,
    clock: parts.clock,
  })
  const following = createKnownFollowing(loaded.following)
  const acted: ((act: Act) => void)[] = []
  const groups = createGroups(loaded.groups.groups, loaded.groups.memberships)
  // Groups were dated later than people, and may have to be made of older acts.
  const apply = (act: Act, at: LogPosition): void => {
    if (at > loaded.groups.applied && isOfGroups(act)) groups.apply(act)
    if (at <= loaded.applied) return
    const tell = openings.before(act)
    if (isOfPerson(act)) people.apply(act, at)
    invitations.apply(act)
    tokens.apply(act)
    factors.apply(act)
    identities.apply(act)
    appPasswords.apply(act)
    tell()
    following.apply(act)
    for (const listener of acted) listener(act)
  }
  const applied = Math.min(loaded.applied, loaded.groups.applied)
  const acts = createActsLog({ ...parts, apply, applied })
  await acts.catchUp()
  const credentials = createCredentials({ state, random, cost: parts.webCost }, loaded.credentials)
  warnOfMissing(credentials, people, log)
  const decoys = createDecoys(secretKey(await decoySecret(parts)), iterations)
  const { listeners, revoked } = listening()

  const places = createPlaces({ people, credentials, appPasswords, decoys })
  const common = { ...parts, people, groups, invitations, credentials, places, acts, revoked }
  const changes = createChanges(common)
  return {
    ...lookUps(people, state),
    access: await openAccess({
      ...parts,
      state: parts.access,
      mayHave: (id) => isHere(people, id) && people.get(id)?.role !== 'bot',
    }),
    groupsOf: (id) => groups.groupsOf(id),
    get groupsVersion() {
      return groups.version
    },
    groups: createDirectoryGroups(common),
    following: createFollowing({ known: following, groups, acts }),
    isPlainOnly: parts.elsewhere?.isPlainOnly ?? false,
    ...createSignIn({ ...parts, people, credentials, appPasswords, openings, decoys }),
    opens: openings.opens,
    onOpeningsChanged: openings.onOpeningsChanged,
    ...changes,
    ...createComings(parts, { ...common, changes, tokens, factors, identities, appPasswords }),
    onRevoked: (listener) => listeners.push(listener),
    onAct: (listener) => acted.push(listener),
  }
}

function warnOfMissing(credentials: Credentials, people: People, log: Log): void {
  for (const { id, credential } of people.list())
    if (credential !== null && credentials.get(credential) === null)
      log.warn('directory.no-credential', { person: id })
}

async function decoySecret({
  state,
  random,
}: {
  readonly state: PeopleState
  readonly random: Random
}): Promise<Buffer> {
  return await state.secret('decoy', () => Buffer.from(random.bytes(32)))
}

function listening(): {
  readonly listeners: ((id: PersonId) => void)[]
  readonly revoked: (id: PersonId) => void
} {
  const listeners: ((id: PersonId) => void)[] = []
  return {
    listeners,
    revoked(id) {
      for (const listener of listeners) listener(id)
    },
  }
}

function isHere(people: Pick<People, 'get'>, id: PersonId): boolean {
  return shown(people.get(id))?.enabled === true
}

/** With what people come in, beside passwords. */
function createComings(
  parts: Pick<Parts, 'state' | 'domain' | 'invitations' | 'clock' | 'random' | 'log'>,
  made: {
    readonly changes: ReturnType<typeof createChanges>
    readonly acts: ActsLog
    readonly people: People
    readonly invitations: KnownInvitations
    readonly tokens: KnownTokens
    readonly factors: KnownFactors
    readonly identities: KnownIdentities
    readonly appPasswords: KnownAppPasswords
    readonly credentials: Credentials
    readonly places: Places
  },
): Pick<Directory, 'invitations' | 'tokens' | 'factors' | 'identities' | 'appPasswords'> {
  const { changes, acts, people, credentials, places } = made
  const common = { ...parts, acts, personOf: (id: PersonId) => shown(people.get(id)) }
  const { mode, days } = parts.invitations
  return {
    invitations: createInvitations({ ...common, ...changes, mode, days, known: made.invitations }),
    identities: createIdentities({ ...common, known: made.identities }),
    tokens: createTokens({ ...common, known: made.tokens }),
    factors: createFactors({ ...common, known: made.factors, state: parts.state.factors }),
    appPasswords: createAppPasswords({
      ...common,
      known: made.appPasswords,
      credentials,
      placeOf: (id) => places.of(id),
    }),
  }
}

/** What is known of people. */
function lookUps(
  people: People,
  state: Pick<PeopleState, 'photo'>,
): Pick<Directory, 'find' | 'get' | 'addedAt' | 'passwordName' | 'detailsOf' | 'photoOf' | 'list'> {
  return {
    find: (address) => shown(people.find(address)),
    get: (id) => shown(people.get(id)),
    addedAt: (id) => people.get(id)?.addedAt ?? null,
    passwordName: (id) => passwordName(people.get(id)),
    detailsOf: (id) => detailsIn(people.get(id)),
    photoOf: async (id) => (people.get(id)?.photo ? await state.photo(id) : null),
    list: () => people.list().flatMap((person) => shown(person) ?? []),
  }
}

function passwordName(person: StoredPerson | null): string | null {
  if (person === null) return null
  const { credential, source } = person
  return credential ?? `${source?.kind} ${source?.passwordAt}`
}

function detailsIn(person: StoredPerson | null): Details | null {
  if (person === null) return null
  const { state, suspendedBy, profile, photo, source } = person
  return { state, suspendedBy, profile, photo, source }
}

function isOfPerson(act: Act): act is PersonAct {
  return act.kind.startsWith('person.')
}

function isOfGroups(act: Act): act is PersonAct | GroupAct {
  return isOfPerson(act) || act.kind.startsWith('group.')
}
