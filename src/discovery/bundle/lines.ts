// The lines of a bundle's files: JSON, each with its fields in one order, so that the same bundle has the same bytes.

import { fromUtf8, toBase64, utf8 } from '../../base/bytes.ts'
import { type DisclosedPart } from '../../record/evidence/ports.ts'
import { commitPart } from '../../record/ledger/parts.ts'
import { type LogPosition } from '../../record/types.ts'

/** A record: each part with its salt, or the commitment to it alone. */
export function recordLine(
  index: LogPosition,
  parts: readonly DisclosedPart[],
  masked: readonly number[],
): string {
  const shown = parts.map((part) => (masked.includes(part.id) ? maskedPart(part) : openPart(part)))
  return line({ index, parts: shown })
}

/** An open statement: its body is its proof. */
export function statementLine(index: LogPosition, body: Uint8Array): string {
  return line({ index, body: fromUtf8(body) ?? '' })
}

export function line(object: object): string {
  return `${JSON.stringify(object)}\n`
}

/** Text as text, so that people can read it: its UTF-8 are the bytes. */
function openPart({ id, salt, bytes }: DisclosedPart): object {
  const text = fromUtf8(bytes)
  const head = { id, salt: toBase64(salt) }
  return text === null ? { ...head, bytes: toBase64(bytes) } : { ...head, text }
}

function maskedPart({ id, salt, bytes }: DisclosedPart): object {
  return { id, c: toBase64(commitPart({ id, bytes }, salt).commitment) }
}

const pieceChars = 65_536

/** Lines as pieces for a file. */
export async function* piecesOf(
  lines: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<Uint8Array> {
  let piece = ''
  for await (const one of lines) {
    piece += one
    if (piece.length < pieceChars) continue
    yield utf8(piece)
    piece = ''
  }
  if (piece !== '') yield utf8(piece)
}
