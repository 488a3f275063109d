// Bodies in large pieces: verification reads each bucket's file from its beginning to its end.

import { type BodyFiles } from '../bodies/ports.ts'

const pieceBytes = 256 * 1024
/** Buckets whose records take turns: one for each retention class, and twice as many at the turn of a month. */
const piecesMax = 16

/** Where a piece of a bucket's file begins, and its bytes. */
type Piece = { readonly offset: number; readonly bytes: Uint8Array }

/** Reads as `BodyFiles.read` does, from files that do not change there meanwhile. What it gives is a view. */
export function readAhead(
  files: BodyFiles,
): (bucket: number, offset: number, length: number) => Uint8Array {
  const pieces = new Map<number, Piece>()
  return (bucket, offset, length) => {
    const piece = pieces.get(bucket)
    const from = piece === undefined ? -1 : offset - piece.offset
    if (piece !== undefined && from >= 0 && from + length <= piece.bytes.length)
      return piece.bytes.subarray(from, from + length)
    const bytes = files.read(bucket, offset, Math.max(length, pieceBytes))
    pieces.delete(bucket)
    const [oldest] = pieces.keys()
    if (pieces.size >= piecesMax && oldest !== undefined) pieces.delete(oldest)
    pieces.set(bucket, { offset, bytes })
    return bytes.subarray(0, length)
  }
}
