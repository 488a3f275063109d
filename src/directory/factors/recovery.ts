// Codes on paper for who has lost his other factors. Each is good once.
import { timingSafeEqual } from 'node:crypto'
import { toHex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { toBase32 } from './base32.ts'

export const recoveryCodes = 10
/** 80 bits: nobody guesses that, so that a quick hash is enough. */
export const recoveryCodeBytes = 10

/** As it is printed: four times four letters and digits. */
export function recoveryCode(bytes: Uint8Array): string {
  return (toBase32(bytes).match(/.{4}/g) ?? []).join('-')
}

export function recoveryHash(code: string): string {
  return toHex(sha256(utf8(plain(code))))
}

/** However it was typed. */
function plain(code: string): string {
  return code.toLowerCase().replaceAll(/[\s-]/g, '')
}

/** Those that are left when that one was used; null where it is none. All are compared in each case. */
export function withoutUsed(hashes: readonly string[], code: string): readonly string[] | null {
  const wanted = Buffer.from(recoveryHash(code))
  const left = hashes.filter((hash) => !timingSafeEqual(Buffer.from(hash), wanted))
  return left.length < hashes.length ? left : null
}
