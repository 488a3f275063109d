// What a password is checked with that is typed into a web page: Argon2id (RFC 9106), which is slow for who has stolen the keys.
// An XMPP client proves that it knows the password without showing it; SCRAM's keys are for that, and these are not.
import { argon2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { type WebKey } from './ports.ts'

const derive = promisify(argon2)

/** In KiB, and passes over it: what OWASP's password storage cheat sheet asks for at least. */
const cost = { memory: 19_456, passes: 2 } as const
export const webSaltBytes = 16
const tagBytes = 32

/** @param password prepared */
export async function webKeyOf(password: string, salt: Buffer): Promise<WebKey> {
  return { salt, ...cost, tag: await tagOf(password, { salt, ...cost }) }
}

export async function fitsWebKey(password: string, key: WebKey): Promise<boolean> {
  return timingSafeEqual(await tagOf(password, key), key.tag)
}

/** No password fits it. @param salt the same for the same name, so that its work is */
export function decoyWebKey(salt: Buffer): WebKey {
  return { salt, ...cost, tag: Buffer.alloc(tagBytes) }
}

async function tagOf(
  password: string,
  { salt, memory, passes }: Omit<WebKey, 'tag'>,
): Promise<Buffer> {
  const how = {
    message: password,
    nonce: salt,
    parallelism: 1,
    tagLength: tagBytes,
    memory,
    passes,
  }
  return Buffer.from(await derive('argon2id', how))
}
