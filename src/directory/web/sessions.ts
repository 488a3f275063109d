// Who has signed in in a browser. A session is good for as long as it is used, and no longer than its person may sign in.
import { toHex, utf8 } from '../../base/bytes.ts'
import { type Clock } from '../../base/clock.ts'
import { sha256 } from '../../base/crypto.ts'
import { createLanes } from '../../base/lanes.ts'
import { type Log } from '../../base/log.ts'
import { type Random } from '../../base/random.ts'
import { Secret } from '../../base/secret.ts'
import { type Directory, type PersonId } from '../ports.ts'
import { type ProviderSession, type SessionState, type StoredSession } from './ports.ts'

/** Of one person. The one that was not seen for longest makes room. */
const perPersonMax = 50
const secretBytes = 32
/** How old it may be when a session was seen last: each write waits for the disk. */
const seenMs = 3_600_000
/** However much it is used. */
const lifeMsMax = 90 * 86_400_000
/** What a browser says of itself, in characters. */
const agentCharsMax = 200

export type Session = Omit<StoredSession, 'secretHash' | 'credential'> & {
  /** When somebody has last proved there who he is, in ms since 1970. */
  readonly provedAt: number
  /** ms since 1970, if it is not used again. */
  readonly endsAt: number
}

export type Sessions = {
  /** @returns the secret, which is nowhere else. @throws {Error} where the person may not sign in */
  start(
    person: PersonId,
    agent: string,
    provider?: ProviderSession | null,
  ): Promise<{ session: Session; secret: Secret<string> }>
  /** Null where it has ended, or never was: nobody can tell these apart. */
  find(secret: string): Session | null
  /** Seen last, first. */
  list(person: PersonId): readonly Session[]
  /** False where that person has none of that id. */
  end(person: PersonId, id: string): Promise<boolean>
  /** All of that person but one. */
  endOthers(person: PersonId, but: string | null): Promise<void>
  /** Somebody has proved there who he is, once more. Forgotten at a stop. */
  proved(id: string): void
  /** Called when one has ended other than by its age. */
  onEnded(listener: (id: string) => void): void
}

type Parts = {
  readonly state: SessionState
  readonly directory: Pick<Directory, 'get' | 'passwordName' | 'onRevoked'>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** How long one is good that is not used. */
  readonly idleMs: number
}

/** Reads those that there are. */
export async function openSessions(parts: Parts): Promise<Sessions> {
  const { state, directory, clock, log } = parts
  const known = createKnown()
  const inTurn = createLanes()
  const listeners: ((id: string) => void)[] = []
  const start = createStart({ ...parts, known, drop })
  const proofs = new Map<string, number>()
  const isGood = createIsGood(parts)
  const shown = ({ secretHash: _hash, credential: _name, ...session }: StoredSession): Session => ({
    ...session,
    provedAt: proofs.get(session.id) ?? session.since,
    endsAt: endOf(session, parts.idleMs),
  })

  async function drop(session: StoredSession): Promise<void> {
    known.forget(session)
    proofs.delete(session.id)
    for (const listener of listeners) listener(session.id)
    await state.remove(session.id)
  }

  /** If this cannot be written, the session is older than it is at the next start. */
  function saw(session: StoredSession): StoredSession {
    const now = clock.now()
    if (now - session.seenAt < seenMs) return session
    const seen = { ...session, seenAt: now }
    known.put(seen)
    state.put(seen).catch((error: unknown) => {
      log.error('directory.session-not-noted', { person: session.person, error: String(error) })
    })
    return seen
  }

  await state.dropBefore(clock.now() - lifeMsMax)
  for (const session of await state.load()) known.put(session)
  directory.onRevoked((person) => {
    for (const session of known.of(person))
      drop(session).catch((error: unknown) => {
        // It is good for nothing by then.
        log.error('directory.session-kept', { person, error: String(error) })
      })
  })

  return {
    async start(person, agent, provider = null) {
      const { session, secret } = await inTurn(
        person,
        async () => await start(person, agent, provider),
      )
      return { session: shown(session), secret }
    },
    find(secret) {
      const session = known.byHash(hashOf(secret))
      return session !== null && isGood(session) ? shown(saw(session)) : null
    },
    list: (person) => known.of(person).filter(isGood).map(shown),
    async end(person, id) {
      const session = known.of(person).find((one) => one.id === id)
      if (session === undefined) return false
      await drop(session)
      return true
    },
    async endOthers(person, but) {
      for (const session of known.of(person)) if (session.id !== but) await drop(session)
    },
    proved(id) {
      proofs.set(id, clock.now())
    },
    onEnded: (listener) => listeners.push(listener),
  }
}

/** As of now: who was disabled, removed, or has a new password is signed in no more, whatever the state has. */
function createIsGood({ directory, clock, idleMs }: Parts): (session: StoredSession) => boolean {
  return (session) =>
    clock.now() < endOf(session, idleMs) &&
    directory.get(session.person)?.enabled === true &&
    directory.passwordName(session.person) === session.credential
}

type Known = {
  byHash(secretHash: string): StoredSession | null
  /** Seen last, first. */
  of(person: PersonId): readonly StoredSession[]
  put(session: StoredSession): void
  forget(session: StoredSession): void
}

function createKnown(): Known {
  const byHash = new Map<string, StoredSession>()
  const ofPerson = new Map<PersonId, Map<string, StoredSession>>()
  return {
    byHash: (hash) => byHash.get(hash) ?? null,
    of: (person) =>
      [...(ofPerson.get(person)?.values() ?? [])].toSorted((a, b) => b.seenAt - a.seenAt),
    put(session) {
      byHash.set(session.secretHash, session)
      const own = ofPerson.get(session.person) ?? new Map<string, StoredSession>()
      ofPerson.set(session.person, own.set(session.id, session))
    },
    forget({ id, person, secretHash }) {
      byHash.delete(secretHash)
      const own = ofPerson.get(person)
      own?.delete(id)
      if (own?.size === 0) ofPerson.delete(person)
    },
  }
}

function createStart(
  parts: Parts & {
    readonly known: Known
    readonly drop: (session: StoredSession) => Promise<void>
  },
): (
  person: PersonId,
  agent: string,
  provider: ProviderSession | null,
) => Promise<{ readonly session: StoredSession; readonly secret: Secret<string> }> {
  const { state, directory, clock, random, known, drop } = parts
  const isGood = createIsGood(parts)
  return async (person, agent, provider) => {
    for (const [place, old] of known.of(person).entries())
      if (place >= perPersonMax - 1 || !isGood(old)) await drop(old)
    const credential = directory.passwordName(person)
    if (credential === null) throw new Error('somebody signs in who has no account')
    const secret = Buffer.from(random.bytes(secretBytes)).toString('base64url')
    const now = clock.now()
    const session: StoredSession = {
      id: toHex(random.bytes(16)),
      person,
      credential,
      agent: agent.slice(0, agentCharsMax),
      since: now,
      seenAt: now,
      provider,
      secretHash: hashOf(secret),
    }
    await state.put(session)
    known.put(session)
    return { session, secret: new Secret(secret) }
  }
}

function endOf({ seenAt, since }: Pick<StoredSession, 'seenAt' | 'since'>, idleMs: number): number {
  return Math.min(seenAt + idleMs, since + lifeMsMax)
}

function hashOf(secret: string): string {
  return toHex(sha256(utf8(secret)))
}
