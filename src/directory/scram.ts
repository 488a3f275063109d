import { createHmac, hash, pbkdf2, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
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

/**
 * Keys that nobody has the password of: for a name that is not there, the same each time that it is asked for.
 *
 * @param secret of this installation, so that nobody outside can tell a decoy's salt from a real one
 */
export function decoyKeys(
  secret: KeyObject,
  of: { readonly address: string; readonly with: ScramHash; readonly iterations: number },
): ScramKeys {
  const { bytes } = hashes[of.with]
  const part = (label: string): Buffer =>
    createHmac('sha256', secret).update(`decoy ${label} ${of.with} ${of.address}`).digest()
  return {
    salt: part('salt').subarray(0, saltBytes),
    iterations: of.iterations,
    storedKey: part('stored').subarray(0, bytes),
    serverKey: part('server').subarray(0, bytes),
  }
}
