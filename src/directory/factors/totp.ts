// RFC 6238: TOTP, Time-Based One-Time Password Algorithm, over RFC 4226's HOTP
import { createHmac, timingSafeEqual } from 'node:crypto'
import { toBase32 } from './base32.ts'

/** Section 4.1, and what every app takes without being told. */
const stepMs = 30_000
const digits = 6
/** RFC 4226 section 4, R6: 160 bits. */
export const totpKeyBytes = 20
/** Steps before and after that of now: clocks differ, and people type slowly (section 5.2). */
const stepsAround = 1

/** @param step which one since 1970 */
export function totpCode(key: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', key).update(counter).digest()
  // RFC 4226 section 5.3: four bytes from where the last nibble says, without the sign.
  const at = mac.readUInt8(mac.length - 1) & 15
  const number = (mac.readUInt32BE(at) & 0x7f_ff_ff_ff) % 10 ** digits
  return String(number).padStart(digits, '0')
}

/**
 * The step whose code that is, of those around now and after `after`: each is good once (section 5.2).
 *
 * @param code six digits
 * @returns null where it is none. The same work is done in each case.
 */
export function totpStep(
  key: Uint8Array,
  code: string,
  { now, after }: { readonly now: number; readonly after: number },
): number | null {
  const current = Math.floor(now / stepMs)
  let found: number | null = null
  for (let step = current - stepsAround; step <= current + stepsAround; step++) {
    const fits = timingSafeEqual(Buffer.from(totpCode(key, step)), sized(code))
    if (fits && step > after && found === null) found = step
  }
  return found
}

/** What fits nothing where it has another length. */
function sized(code: string): Buffer {
  const bytes = Buffer.from(code)
  return bytes.length === digits ? bytes : Buffer.alloc(digits)
}

/** For an app to take, as most do from a picture of it: https://github.com/google/google-authenticator/wiki/Key-Uri-Format */
export function totpUri(
  key: Uint8Array,
  { issuer, address }: { readonly issuer: string; readonly address: string },
): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(address)}`
  const secret = toBase32(key).toUpperCase()
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`
}
