// XEP-0484: Fast Authentication Streamlining Tokens, version 0.2.0: tokens, without how they go over the wire.
// Source: https://xmpp.org/extensions/xep-0484.html
import { type Clock } from '../base/clock.ts'
import { type Log } from '../base/log.ts'
import { type Random } from '../base/random.ts'
import { personId } from '../record/ids.ts'
import { type Keys } from '../record/keys/ports.ts'
import { type ClientKeys, clientKeys } from './client-keys.ts'
import { createLanes } from '../base/lanes.ts'
import {
  type ClientState,
  type Directory,
  type Person,
  type PersonId,
  type StoredClient,
  type TokenSeed,
  type UserAgent,
} from './ports.ts'

/** Clients of one person that have tokens. The one that was not seen for longest makes room. */
const clientsPerPersonMax = 50
const dayMs = 86_400_000
/** A token that was given out so long ago is replaced when it is used. */
const rotateMs = dayMs
const seedBytes = 32
/** How old it may be when a client was seen last: each write waits for the disk, and all may come back at once. */
const seenMs = 3_600_000

/** Where a name is not that of anybody, or a client has no token: the same work is done. */
const nobody = personId('0'.repeat(32))
const decoy = Buffer.alloc(seedBytes)

/** What a client shows of its token. */
export type TokenProof = {
  /** Bare JID. */
  readonly address: string
  /** Of the installation. */
  readonly agentId: string
  readonly mechanism: string
  /** Whether the proof was made with this token. */
  readonly isOf: (token: string) => boolean
}

export type TokenSignIn =
  | {
      readonly kind: 'ok'
      readonly person: Person
      readonly isDue: boolean
      /** With what the client came in first, as `Opening` has it. */
      readonly key: string | null
    }
  | { readonly kind: 'refused' }
  /** It was good once. */
  | { readonly kind: 'expired' }

export type Token = { readonly token: string; readonly expiresAt: number }

/**
 * Clients of people, and the tokens with which they come back. A token is an HMAC under a key of the vault, of a random
 * seed and of all that it is good for: who reads state.db has no token, and one is worth nothing for another person,
 * client, mechanism or password.
 */
export type Clients = {
  /** False: nobody is given a token. */
  readonly isOn: boolean
  /** The same work is done whoever asks. A replaced token is good no more once its successor was used. */
  signIn(proof: TokenProof): Promise<TokenSignIn>
  /** In place of one that was given out and not used. Null when the person may not sign in now, or the client has no id. */
  issue(
    opening: { readonly person: PersonId; readonly key: string | null },
    agent: UserAgent,
    mechanism: string,
  ): Promise<Token | null>
  /** The client has given the password. */
  gavePassword(person: PersonId, agent: UserAgent): Promise<void>
  /** Takes its tokens from a client that says so. */
  invalidate(person: PersonId, agentId: string): Promise<void>
  /** What stands for a client of that person. */
  idOf(person: PersonId, agentId: string): string
  /** Those with a token that is good still, seen last first. */
  list(person: PersonId): Promise<readonly KnownClient[]>
  /** Takes its tokens from a client. */
  revoke(person: PersonId, id: string): Promise<void>
  /** Called when somebody has turned out a client. */
  onRevoked(listener: (person: PersonId, id: string) => void): void
}

/** `lastSeen` is to the hour. */
export type KnownClient = Pick<
  StoredClient,
  'id' | 'firstSeen' | 'lastSeen' | 'usesToken' | 'key'
> & {
  readonly agent: Pick<UserAgent, 'software' | 'device'>
}

type Parts = {
  readonly directory: Pick<
    Directory,
    'find' | 'list' | 'passwordName' | 'onRevoked' | 'opens' | 'get' | 'onOpeningsChanged'
  >
  readonly state: ClientState
  readonly keys: Pick<Keys, 'mac' | 'pseudonym' | 'seal' | 'unseal'>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** How long a token is good; 0: there are none. */
  readonly tokenMs: number
}

export function createClients(parts: Parts): Clients {
  const { directory, state, clock, tokenMs } = parts
  const keys = clientKeys(parts.keys, directory)
  const inTurn = createLanes()
  const issue = createIssue({ ...parts, keys })
  const idOf = (person: PersonId, agentId: string): string => keys.idOf(person, agentId)
  const revoked: Parameters<Clients['onRevoked']>[0][] = []
  const drop = async (person: PersonId, id: string): Promise<void> =>
    await inTurn(person, async () => await state.remove(person, id))

  revokeWithPeople(parts, inTurn)
  return {
    isOn: tokenMs > 0,
    async signIn(proof) {
      const owner = directory.find(proof.address)?.id ?? nobody
      const lane = owner === nobody ? proof.address : owner
      return await inTurn(lane, async () => await signIn(owner, proof, { ...parts, keys }))
    },
    async issue({ person, key }, agent, mechanism) {
      if (agent.id === null || tokenMs === 0) return null
      const client = { person, id: idOf(person, agent.id), key }
      return await inTurn(person, async () => await issue(client, agent, mechanism))
    },
    async gavePassword(person, { id: agentId }) {
      if (agentId === null || tokenMs === 0) return
      await inTurn(person, async () => {
        const client = await state.find(person, idOf(person, agentId))
        if (client?.usesToken) await state.put({ ...client, usesToken: false })
      })
    },
    invalidate: async (person, agentId) => await drop(person, idOf(person, agentId)),
    idOf,
    async list(person) {
      const stored = await state.of(person)
      return stored
        .filter((client) => expiryOf(client) > clock.now())
        .map((client) => {
          const { id, firstSeen, lastSeen, usesToken, key, agent } = client
          return { id, firstSeen, lastSeen, usesToken, key, agent: keys.open(client, agent) }
        })
    },
    async revoke(person, id) {
      await drop(person, id)
      for (const listener of revoked) listener(person, id)
    },
    onRevoked: (listener) => revoked.push(listener),
  }
}

type WithKeys = Omit<Parts, 'keys'> & { readonly keys: ClientKeys }

async function signIn(
  owner: PersonId,
  { agentId, mechanism, isOf }: TokenProof,
  { directory, state, keys, clock }: WithKeys,
): Promise<TokenSignIn> {
  const id = keys.idOf(owner, agentId)
  const client = await state.find(owner, id)
  const key = client?.key ?? null
  const at = { person: owner, id, key }
  const fits = (slot: TokenSeed | null | undefined): boolean =>
    isOf(keys.tokenOf(at, slot ?? { seed: decoy, mechanism }))
  const [isNext, isCurrent] = [fits(client?.next), fits(client?.current)]
  const used = (isNext ? client?.next : isCurrent && client?.current) || null
  const person = directory.get(owner)
  if (!client || !used || used.mechanism !== mechanism || !person?.enabled)
    return { kind: 'refused' }
  if (!directory.opens(owner, key)) return { kind: 'refused' }
  const now = clock.now()
  if (now >= used.expiresAt) return { kind: 'expired' }
  if (isNext || !client.usesToken || now - client.lastSeen >= seenMs) {
    const next = isNext ? null : client.next
    await state.put({ ...client, current: used, next, lastSeen: now, usesToken: true })
  }
  return { kind: 'ok', person, key, isDue: now - used.issuedAt >= rotateMs }
}

function createIssue(
  parts: WithKeys,
): (
  at: Pick<StoredClient, 'person' | 'id' | 'key'>,
  agent: UserAgent,
  mechanism: string,
) => Promise<Token | null> {
  const { directory, state, keys, clock, random, tokenMs } = parts
  let sweptAt = -Infinity

  async function sweep(now: number): Promise<void> {
    if (now - sweptAt < dayMs) return
    sweptAt = now
    await state.dropExpired(now)
  }

  async function makeRoom(person: PersonId): Promise<void> {
    const others = await state.of(person)
    for (const old of others.slice(clientsPerPersonMax - 1)) await state.remove(person, old.id)
  }

  return async (at, agent, mechanism) => {
    const now = clock.now()
    await sweep(now)
    const known = await state.find(at.person, at.id)
    if (!known) await makeRoom(at.person)
    if (!directory.opens(at.person, at.key)) return null
    const seed = Buffer.from(random.bytes(seedBytes))
    const next = { seed, mechanism, issuedAt: now, expiresAt: now + tokenMs }
    const before = known ?? { firstSeen: now, usesToken: false, current: null }
    await state.put({ ...before, ...at, agent: keys.seal(at, agent), lastSeen: now, next })
    return { token: keys.tokenOf(at, next), expiresAt: next.expiresAt }
  }
}

function expiryOf({ current, next }: StoredClient): number {
  return Math.max(current?.expiresAt ?? 0, next?.expiresAt ?? 0)
}

/**
 * Who is disabled, removed, or has a new password loses all tokens, and with an application password go those that came of it. They are good
 * for nothing by then, as `opens()` says, or as they were made with the old password's name; what could not be removed before a stop goes at
 * the start, where the person may not sign in.
 */
function revokeWithPeople(
  { directory, state, log }: Parts,
  inTurn: <T>(lane: string, step: () => Promise<T>) => Promise<T>,
): void {
  const within = (person: PersonId, step: () => Promise<void>): void => {
    inTurn(person, step).catch((error: unknown) => {
      log.error('directory.tokens-kept', { person, error: String(error) })
    })
  }
  const remove = (person: PersonId): void =>
    within(person, async () => await state.removeAll(person))
  directory.onRevoked(remove)
  directory.onOpeningsChanged((person) =>
    within(person, async () => {
      for (const { id, key } of await state.of(person))
        if (!directory.opens(person, key)) await state.remove(person, id)
    }),
  )
  for (const { id, enabled } of directory.list()) if (!enabled) remove(id)
}
