// XEP-0185: Dialback Key Generation and Validation, version 1.0
// Source: https://xmpp.org/extensions/xep-0185.html
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** What a dialback key is for: one stream, from one domain to another. */
export type DialbackUse = {
  readonly originating: string
  readonly receiving: string
  readonly streamId: string
}

/** Makes keys and knows them again, without keeping any. */
export type DialbackKeys = {
  keyFor(use: DialbackUse): string
  isKey(key: string, use: DialbackUse): boolean
}

/** @param secret 16 bytes or more, that nobody else knows */
export function dialbackKeys(secret: Uint8Array): DialbackKeys {
  // Section 3: HMAC-SHA256 under the hex digits of the secret's hash.
  const hashed = createHash('sha256').update(secret).digest('hex')
  const keyFor = ({ receiving, originating, streamId }: DialbackUse): string =>
    createHmac('sha256', hashed).update(`${receiving} ${originating} ${streamId}`).digest('hex')
  return {
    keyFor,
    isKey(key, use) {
      const [given, expected] = [Buffer.from(key), Buffer.from(keyFor(use))]
      return given.length === expected.length && timingSafeEqual(given, expected)
    },
  }
}
