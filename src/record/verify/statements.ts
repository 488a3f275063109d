// Open statements, read before the tree is walked. What they say is believed when the walk has seen the same ones.

import { type BodyFiles } from '../bodies/ports.ts'
import { bodyLengthAt, entryBytes } from '../ledger/entry.ts'
import { statementBytesMax } from '../ledger/statement.ts'
import { readAhead } from './read-ahead.ts'

/** The texts (JSON) in `bodies/0`, in log order, up to what is no statement: that is found when the tree is walked. @param length bytes that are durable */
export function* statementTexts(bodies: BodyFiles, length: number): Generator<string> {
  const read = readAhead(bodies)
  for (let at = 0; at + entryBytes <= length;) {
    const entry = read(0, at, entryBytes)
    const bytes = entry.length < entryBytes ? Infinity : bodyLengthAt(entry, 0)
    if (bytes > statementBytesMax) return
    yield new TextDecoder().decode(read(0, at + entryBytes, bytes))
    at += entryBytes + bytes
  }
}

/** What a statement of one of these kinds says, as JSON; null for others, and for what is none. */
export function saidBy(
  text: string,
  isWanted: (kind: string) => boolean,
): { readonly kind: string; readonly says: string } | null {
  const [, kind = ''] = /^\{"v":1,"kind":"([a-z.]+)"/.exec(text) ?? []
  if (!isWanted(kind)) return null
  try {
    const { says }: { says?: unknown } = JSON.parse(text)
    return { kind, says: JSON.stringify(says) }
  } catch (error) {
    // The walk over the tree says what is wrong with it.
    if (error instanceof SyntaxError) return null
    throw error
  }
}
