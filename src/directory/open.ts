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
import { createGuests, mayStay } from './guests/guests.ts'
import { createKnownGuests, guestIn } from './guests/known.ts'
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
  type Person,
  type PersonAct,
  type PersonId,
  type StoredPerson,
} from './ports.ts'
import { createDecoys } from './scram.ts'
import { createSignIn, decoyCredentials, type SignInElsewhere } from './sign-in.ts'
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
  const known = knownOf(loaded, parts)
  const { people, invitations, tokens, factors, identities, appPasswords, guests, groups } = known
  const { openings, shownNow } = known
  const acts = createActsLog({ ...parts, ...applying(known, loaded) })
  await acts.catchUp()
  const counts = loaded.credentials.map(({ keys }) => keys['sha-256'].iterations)
  const decoys = createDecoys(secretKey(await decoySecret(parts)), iterations, counts)
  const credentials = createCredentials({ state, random, cost: parts.webCost }, [
    ...loaded.credentials,
    ...decoyCredentials(decoys),
  ])
  warnOfMissing(credentials, people, log)
  const { listeners, revoked } = listening()

  const places = createPlaces({ people, credentials, appPasswords, decoys, iterations })
  const common = { ...parts, people, groups, invitations, credentials, places, acts, revoked }
  const changes = createChanges(common)
  return {
    ...lookUps(people, shownNow, state),
    access: await openAccess({
      ...parts,
      state: parts.access,
      mayHave: (id) => shownNow(id)?.enabled === true && people.get(id)?.role !== 'bot',
    }),
    groupsOf: (id) => groups.groupsOf(id),
    get groupsVersion() {
      return groups.version
    },
    groups: createDirectoryGroups(common),
    following: createFollowing({ known: known.following, groups, acts }),
    isPlainOnly: parts.elsewhere?.isPlainOnly ?? false,
    ...createSignIn({ ...parts, people, credentials, appPasswords, openings, decoys }),
    opens: openings.opens,
    onOpeningsChanged: openings.onOpeningsChanged,
    ...changes,
    ...createComings(parts, {
      ...common,
      shownNow,
      changes,
      tokens,
      factors,
      identities,
      appPasswords,
      guests: { known: guests, revoked, listeners: known.guestListeners },
    }),
    onRevoked: (listener) => listeners.push(listener),
    onAct: (listener) => known.acted.push(listener),
  }
}

/** What was loaded, in memory, and what follows from it. */
function knownOf(loaded: Loaded, { clock, opening }: Pick<Parts, 'clock' | 'opening'>) {
  const people = createPeople(loaded.people)
  const tokens = createKnownTokens(loaded.tokens)
  const factors = createKnownFactors(loaded.factors)
  const appPasswords = createKnownAppPasswords(loaded.appPasswords)
  const guests = createKnownGuests(loaded.guests)
  const guestListeners: ((id: PersonId) => void)[] = []
  const acted: ((act: Act) => void)[] = []
  const mayStayNow = (id: PersonId): boolean => mayStay(guests, id, clock.now())
  const shownNow: ShownNow = (id) => shownAt(people.get(id), mayStayNow)
  const openings = createOpenings({
    mayStay: mayStayNow,
    rules: opening,
    people,
    factors: { guards: (id) => isGuarded(factors.of(id)) },
    appPasswords,
    tokens,
    clock,
  })
  return {
    people,
    invitations: createKnownInvitations(loaded.invitations, clock),
    tokens,
    factors,
    identities: createKnownIdentities(loaded.identities),
    following: createKnownFollowing(loaded.following),
    acted,
    appPasswords,
    guests,
    guestListeners,
    groups: createGroups(loaded.groups.groups, loaded.groups.memberships),
    openings,
    shownNow,
  }
}

type Loaded = Awaited<ReturnType<PeopleState['load']>>

/** How far the state is, and how an act counts in memory. Groups were dated later than people, and may have to be made of older acts. */
function applying(
  known: ReturnType<typeof knownOf>,
  loaded: Loaded,
): { readonly applied: LogPosition; readonly apply: (act: Act, at: LogPosition) => void } {
  const { people, groups, openings, guestListeners } = known
  const { invitations, tokens, factors, identities, appPasswords, guests } = known
  const others = [invitations, tokens, factors, identities, appPasswords, guests, known.following]
  return {
    applied: Math.min(loaded.applied, loaded.groups.applied),
    apply(act, at) {
      if (at > loaded.groups.applied && isOfGroups(act)) groups.apply(act)
      if (at <= loaded.applied) return
      const tell = openings.before(act)
      if (isOfPerson(act)) people.apply(act, at)
      for (const one of others) one.apply(act)
      tell()
      const guest = guestIn(act)
      if (guest !== null) for (const listener of guestListeners) listener(guest)
      for (const listener of known.acted) listener(act)
    },
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

/** As everybody else has him in this moment: a guest is in until his date. */
type ShownNow = (id: PersonId) => Person | null

function shownAt(
  person: StoredPerson | null,
  mayStayNow: (id: PersonId) => boolean,
): Person | null {
  const found = shown(person)
  return found && (mayStayNow(found.id) ? found : { ...found, enabled: false })
}

/** With what people come in, beside passwords. */
function createComings(
  parts: Pick<Parts, 'state' | 'domain' | 'invitations' | 'clock' | 'random' | 'log'>,
  made: {
    readonly shownNow: ShownNow
    readonly changes: ReturnType<typeof createChanges>
    readonly acts: ActsLog
    readonly invitations: KnownInvitations
    readonly tokens: KnownTokens
    readonly factors: KnownFactors
    readonly identities: KnownIdentities
    readonly appPasswords: KnownAppPasswords
    readonly guests: Pick<Parameters<typeof createGuests>[0], 'known' | 'revoked' | 'listeners'>
    readonly credentials: Credentials
    readonly places: Places
  },
): Pick<
  Directory,
  'invitations' | 'tokens' | 'factors' | 'identities' | 'appPasswords' | 'guests'
> {
  const { changes, acts, credentials, places } = made
  const common = { ...parts, acts, personOf: made.shownNow }
  const { mode, days } = parts.invitations
  const guests = createGuests({ ...common, ...made.guests })
  return {
    invitations: createInvitations({
      ...common,
      ...changes,
      mode,
      days,
      known: made.invitations,
      checkGuest: (terms) => guests.check(terms),
    }),
    identities: createIdentities({ ...common, known: made.identities }),
    tokens: createTokens({ ...common, known: made.tokens }),
    factors: createFactors({ ...common, known: made.factors, state: parts.state.factors }),
    guests,
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
  shownNow: ShownNow,
  state: Pick<PeopleState, 'photo'>,
): Pick<Directory, 'find' | 'get' | 'addedAt' | 'passwordName' | 'detailsOf' | 'photoOf' | 'list'> {
  return {
    find(address) {
      const person = people.find(address)
      return person && shownNow(person.id)
    },
    get: shownNow,
    addedAt: (id) => people.get(id)?.addedAt ?? null,
    passwordName: (id) => passwordName(people.get(id)),
    detailsOf: (id) => detailsIn(people.get(id)),
    photoOf: async (id) => (people.get(id)?.photo ? await state.photo(id) : null),
    list: () => people.list().flatMap(({ id }) => shownNow(id) ?? []),
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
