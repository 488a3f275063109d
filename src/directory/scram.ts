import { createHmac, hash, pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'
import { utf8 } from '../base/bytes.ts'
import { hmac256, type SecretKey } from '../base/crypto.ts'
import { type ScramHash, type ScramKeys } from './ports.ts'

const hashes = {
  'sha-1': { digest: 'sha1', bytes: 20 },
  'sha-256': { digest: 'sha256', bytes: 32 },
} as const

const saltBytes = 16
const derive = promisify(pbkdf2)

/** RFC 5802 §3. Off the main thread: it takes milliseconds. */
export async function scramKeys(
  password: string,
  { salt, iterations, with: name }: { salt: Buffer; iterations: number; with: ScramHash },
): Promise<ScramKeys> {
  const { digest, bytes } = hashes[name]
  const salted = await derive(password, salt, iterations, bytes, digest)
  const clientKey = createHmac(digest, salted).update('Client Key').digest()
  const storedKey = hash(digest, clientKey, 'buffer')
  const serverKey = createHmac(digest, salted).update('Server Key').digest()
  return { salt, iterations, storedKey, serverKey }
}

/** Bytes of a salt. */
export const scramSaltBytes = saltBytes

/** Salt and count of PBKDF2: what a client is told before it proves anything. */
export type ScramPlace = Readonly<Record<ScramHash, Pick<ScramKeys, 'salt' | 'iterations'>>>

/** Keys that nobody has the password of: for a name that is not there, the same each time that it is asked for. */
export type Decoys = (address: string, hash: ScramHash) => Decoy

/** `keys`: as many as a proof is held against, none like another, as those of people are. */
export type Decoy = Pick<ScramKeys, 'salt' | 'iterations'> & {
  readonly keys: readonly Pick<ScramKeys, 'storedKey' | 'serverKey'>[]
}

/** The account's own password, and those of its clients. */
export const scramSlots = 11

/**
 * Nobody ever sees a decoy's keys, nor what they sign, so that all names share them. Salt and count are shown: each has a salt of its own, and
 * the counts are as frequent as among people, who keep the one that was set when they got their passwords.
 *
 * @param secret of this installation, so that nobody outside can tell a decoy's salt from a real one
 * @param counts of all people; none: nobody is there
 * @param iterations where nobody is there
 */
export function createDecoys(
  secret: SecretKey,
  iterations: number,
  counts: readonly number[] = [],
): Decoys {
  const sorted = counts.toSorted((a, b) => a - b)
  const countFor = (address: string): number => {
    const place = part(`count ${address}`).readUInt32BE() / 2 ** 32
    return sorted[Math.floor(place * sorted.length)] ?? iterations
  }
  const part = (label: string): Buffer => Buffer.from(hmac256(secret, utf8(`decoy ${label}`)))
  const keysFor = (name: ScramHash): Decoy['keys'] => {
    const { bytes } = hashes[name]
    return Array.from({ length: scramSlots }, (_, i) => ({
      storedKey: part(`stored ${name} ${i}`).subarray(0, bytes),
      serverKey: part(`server ${name} ${i}`).subarray(0, bytes),
    }))
  }
  const keys = { 'sha-1': keysFor('sha-1'), 'sha-256': keysFor('sha-256') }
  return (address, name) => {
    const salt = part(`salt ${name} ${address}`).subarray(0, saltBytes)
    return { salt, iterations: countFor(address), keys: keys[name] }
  }
}
