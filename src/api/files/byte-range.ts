/** A part of what goes out: from (inclusive) to (exclusive). */
export type ByteRange = { readonly from: number; readonly to: number }

/**
 * RFC 9110 section 14.1.2. A header that is not well formed is not there, and neither is one that asks for several parts: section 14.2 leaves
 * that to us, and one part is what players and browsers ask for.
 *
 * @returns null for all of it
 */
export function rangeOf(
  header: string | undefined,
  length: number,
): ByteRange | 'unsatisfiable' | null {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return null
  if (first === '') {
    if (Number(last) === 0 || length === 0) return 'unsatisfiable'
    return { from: Math.max(length - Number(last), 0), to: length }
  }
  const from = Number(first)
  if (last !== '' && Number(last) < from) return null
  if (from >= length) return 'unsatisfiable'
  return { from, to: last === '' ? length : Math.min(Number(last) + 1, length) }
}
