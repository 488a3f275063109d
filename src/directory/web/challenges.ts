// What somebody is asked to prove, for the few minutes that he has for it. After a stop everybody begins anew.
import { timingSafeEqual } from 'node:crypto'
import { type Clock } from '../../base/clock.ts'
import { hmac256, secretKey } from '../../base/crypto.ts'
import { type Random } from '../../base/random.ts'
import { type PersonId } from '../../record/types.ts'

/** What a proof is for: to be let in, to do something that wants a fresh sign-in, or to have a new factor. */
export type Purpose = 'sign-in' | 'fresh' | 'passkey' | 'totp'

export type Challenge = {
  /** Also what an authenticator signs. base64url of 32 bytes. */
  readonly id: string
  readonly person: PersonId
  readonly purpose: Purpose
  /** Where he has signed in; null: not yet. */
  readonly session: string | null
  /** Which password he had: with another one it is over. */
  readonly credential: string | null
  /** Of a new app. */
  readonly key: Buffer | null
  readonly expiresAt: number
}

export type Challenges = {
  make(wanted: Pick<Challenge, 'person' | 'purpose' | 'session' | 'credential' | 'key'>): Challenge
  /** Null where it is unknown, used, too old, or for something else. */
  find(id: string, purpose: Purpose): Challenge | null
  /** It was used. False where it was already: two may come with it at once. */
  use(id: string): boolean
  /** For somebody who says who he is with the answer. Nothing is kept of it before it is used. */
  forAnybody(): string
  /** Whether it was made for anybody, and not used. It is, then. */
  useForAnybody(id: string): boolean
}

const idBytes = 32
const lifeMs = 300_000
/** Of one person: he has given his password for each. The oldest makes room. */
const perPersonMax = 10
const randomBytes = 10
const timeBytes = 6
const macBytes = idBytes - randomBytes - timeBytes

export function createChallenges({
  clock,
  random,
}: {
  readonly clock: Clock
  readonly random: Random
}): Challenges {
  const known = new Map<string, Challenge>()
  const ofPerson = new Map<PersonId, readonly string[]>()
  // Who has an authenticator has used them: a bound of its own is not needed.
  const used = new Map<string, number>()
  const key = secretKey(Buffer.from(random.bytes(32)))
  const isGood = ({ expiresAt }: Pick<Challenge, 'expiresAt'>): boolean => clock.now() < expiresAt

  function drop(id: string): void {
    const challenge = known.get(id)
    if (challenge === undefined || !known.delete(id)) return
    const left = (ofPerson.get(challenge.person) ?? []).filter((one) => one !== id)
    if (left.length === 0) ofPerson.delete(challenge.person)
    else ofPerson.set(challenge.person, left)
  }

  /** In the order in which they were made, which is that in which they end. */
  function dropOld(): void {
    for (const challenge of known.values()) {
      if (isGood(challenge)) break
      drop(challenge.id)
    }
    for (const [id, expiresAt] of used) if (!isGood({ expiresAt })) used.delete(id)
  }

  function macOf(signed: Uint8Array): Buffer {
    return Buffer.from(hmac256(key, signed)).subarray(0, macBytes)
  }

  return {
    make(wanted) {
      dropOld()
      const own = ofPerson.get(wanted.person) ?? []
      const [oldest] = own.length >= perPersonMax ? own : []
      if (oldest !== undefined) drop(oldest)
      const id = Buffer.from(random.bytes(idBytes)).toString('base64url')
      const challenge = { ...wanted, id, expiresAt: clock.now() + lifeMs }
      known.set(id, challenge)
      ofPerson.set(wanted.person, [...(ofPerson.get(wanted.person) ?? []), id])
      return challenge
    },
    find(id, purpose) {
      const challenge = known.get(id)
      if (challenge === undefined || !isGood(challenge)) return null
      return challenge.purpose === purpose ? challenge : null
    },
    use(id) {
      const wasThere = known.has(id)
      drop(id)
      return wasThere
    },
    forAnybody() {
      const time = Buffer.alloc(timeBytes)
      time.writeUIntBE(clock.now() + lifeMs, 0, timeBytes)
      const signed = Buffer.concat([Buffer.from(random.bytes(randomBytes)), time])
      return Buffer.concat([signed, macOf(signed)]).toString('base64url')
    },
    useForAnybody(id) {
      dropOld()
      const bytes = Buffer.from(id, 'base64url')
      if (bytes.length !== idBytes || bytes.toString('base64url') !== id) return false
      const signed = bytes.subarray(0, idBytes - macBytes)
      if (!timingSafeEqual(macOf(signed), bytes.subarray(idBytes - macBytes))) return false
      const expiresAt = signed.readUIntBE(randomBytes, timeBytes)
      if (!isGood({ expiresAt }) || used.has(id)) return false
      used.set(id, expiresAt)
      return true
    },
  }
}
