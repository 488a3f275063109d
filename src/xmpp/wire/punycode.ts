// RFC 3492: Punycode, decoding alone. Written out because browsers offer none, and the wire code runs there too.

const base = 36
const [tMin, tMax, skew, damp] = [1, 26, 38, 700]

/**
 * The Unicode of an A-label's part after `xn--`.
 *
 * @param encoded in lower case
 * @returns null when it is no Punycode
 */
export function decodePunycode(encoded: string): string | null {
  const dash = encoded.lastIndexOf('-')
  const points = dash > 0 ? Array.from(encoded.slice(0, dash), (char) => char.charCodeAt(0)) : []
  let [point, bias, index] = [128, 72, 0]
  for (let at = dash > 0 ? dash + 1 : 0; at < encoded.length;) {
    const start = index
    for (let [weight, k] = [1, base]; ; k += base) {
      const digit = digitOf(encoded.charCodeAt(at++))
      if (digit < 0) return null
      index += digit * weight
      if (index > 0x7fffffff) return null
      const threshold = Math.min(Math.max(k - bias, tMin), tMax)
      if (digit < threshold) break
      weight *= base - threshold
    }
    const count = points.length + 1
    bias = adapt(index - start, count, start === 0)
    point += Math.floor(index / count)
    index %= count
    if (point > 0x10ffff) return null
    points.splice(index++, 0, point)
  }
  return String.fromCodePoint(...points)
}

/** NaN, past the end, is no digit. */
function digitOf(code: number): number {
  if (code >= 97 && code <= 122) return code - 97
  if (code >= 48 && code <= 57) return code - 48 + 26
  return -1
}

/** RFC 3492 section 6.1. */
function adapt(distance: number, count: number, isFirst: boolean): number {
  let delta = Math.floor(distance / (isFirst ? damp : 2))
  delta += Math.floor(delta / count)
  let k = 0
  for (; delta > ((base - tMin) * tMax) / 2; k += base) delta = Math.floor(delta / (base - tMin))
  return k + Math.floor(((base - tMin + 1) * delta) / (delta + skew))
}
