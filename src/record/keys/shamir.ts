// A secret in shares, so many of which give it back, and fewer tell nothing. A. Shamir, "How to share a secret", 1979;
// byte by byte over GF(256) with the polynomial of AES (FIPS 197 section 4.2).

import { type Random } from '../../base/random.ts'

/** The value at `x`, 1 to 255, of a polynomial for each byte of the secret, which is the value at 0. */
export type Share = { readonly x: number; readonly bytes: Uint8Array }

/** @param threshold how many give the secret back: 2 to `of` @param of how many there are: up to 255 */
export function splitSecret(
  secret: Uint8Array,
  { threshold, of }: { readonly threshold: number; readonly of: number },
  random: Random,
): readonly Share[] {
  if (threshold < 2 || threshold > of || of > 255) throw new RangeError(`${threshold} of ${of}`)
  // The coefficients above the secret's, each for all bytes.
  const above = Array.from({ length: threshold - 1 }, () => random.bytes(secret.length))
  return Array.from({ length: of }, (_, i) => {
    const x = i + 1
    const bytes = secret.map((lowest, at) => {
      const highestFirst = above.map((coefficients) => coefficients[at] ?? 0)
      return (
        multiply(
          highestFirst.reduce((sum, next) => multiply(sum, x) ^ next, 0),
          x,
        ) ^ lowest
      )
    })
    return { x, bytes }
  })
}

/** The secret, if there are as many shares as its threshold; else bytes that tell nothing. @throws {RangeError} when two are the same share */
export function combineShares(shares: readonly Share[]): Uint8Array {
  const xs = shares.map(({ x }) => x)
  if (new Set(xs).size < xs.length) throw new RangeError('one share twice')
  const length = shares[0]?.bytes.length ?? 0
  const secret = new Uint8Array(length)
  for (const { x, bytes } of shares) {
    // Lagrange's polynomial of this share, at 0.
    const weight = xs
      .filter((other) => other !== x)
      .reduce((product, other) => multiply(product, multiply(other, inverse(other ^ x))), 1)
    for (let at = 0; at < length; at++) {
      secret[at] = (secret[at] ?? 0) ^ multiply(bytes[at] ?? 0, weight)
    }
  }
  return secret
}

/** In GF(256). Without tables and branches on the factors. */
function multiply(left: number, right: number): number {
  let product = 0
  let shifted = left
  for (let bit = 0; bit < 8; bit++) {
    product ^= shifted & -((right >> bit) & 1)
    shifted = ((shifted << 1) ^ (0x11b & -((shifted >> 7) & 1))) & 0xff
  }
  return product
}

/** a^254: the multiplicative group has 255 elements. */
function inverse(value: number): number {
  let power = value
  for (let i = 0; i < 6; i++) power = multiply(multiply(power, power), value)
  return multiply(power, power)
}
