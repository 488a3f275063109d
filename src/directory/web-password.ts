// What a password is checked with that is typed into a web page: Argon2id (RFC 9106), which is slow for who has stolen the keys.
// An XMPP client proves that it knows the password without showing it; SCRAM's keys are for that, and these are not.
import { argon2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { type WebKey } from './ports.ts'

const derive = promisify(argon2)

/** Memory in KiB, and passes over it. */
export type WebCost = Pick<WebKey, 'memory' | 'passes'>

/** What OWASP's password storage cheat sheet asks for at least. */
export const webCost: WebCost = { memory: 19_456, passes: 2 }
export const webSaltBytes = 16
const tagBytes = 32

/** @param password prepared */
export async function webKeyOf(password: string, salt: Buffer, cost: WebCost): Promise<WebKey> {
  return { salt, ...cost, tag: await tagOf(password, { salt, ...cost }) }
}

export async function fitsWebKey(password: string, key: WebKey): Promise<boolean> {
  return timingSafeEqual(await tagOf(password, key), key.tag)
}

/** No password fits it. @param salt the same for the same name, so that its work is */
export function decoyWebKey(salt: Buffer, cost: WebCost): WebKey {
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
