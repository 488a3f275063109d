import { type LogPosition } from '../types.ts'

/**
 * What a key is asked for. A closed list: each question names one.
 *
 * - `write`: a record that comes in, on its way to the log.
 * - `history`: what people see of their own archives, and acts that the server reads back at a start.
 * - `index`: what is derived from the record, such as rows and the search index.
 * - `disposal`: holds and disposal.
 * - `check`: verification, scrubbing, proofs, rebuilding.
 */
export type PlainUse = (typeof plainUses)[number]

export const plainUses = ['write', 'history', 'index', 'disposal', 'check'] as const

/** An officer searches, or opens what he names: for an act that is on record, at that position. */
export type ActUse = { readonly for: 'search' | 'read'; readonly act: LogPosition }

export type Use = PlainUse | ActUse

/** A record, and that it is in a tree. */
export type Proved = {
  readonly position: LogPosition
  /** 112 bytes. */
  readonly entry: Uint8Array
  /** Its audit path, RFC 9162 section 2.1.3. */
  readonly path: readonly Uint8Array[]
}

/** What shows an officer's act to who has the vault open. */
export type Shown = {
  /** A head that the log has signed, as a C2SP note, of a tree that has all of it. */
  readonly head: string
  readonly act: Proved & { readonly body: Uint8Array }
  /** The record whose key is asked for; null where that of a conversation or an index is. */
  readonly record: Proved | null
}

/** Null for what is none: whoever asks may be anybody. */
export function useIn(value: unknown): Use | null {
  const plain = plainUses.find((use) => use === value)
  if (plain !== undefined) return plain
  if (typeof value !== 'object' || value === null || !('for' in value) || !('act' in value))
    return null
  const { for: kind, act } = value
  if ((kind !== 'search' && kind !== 'read') || typeof act !== 'number') return null
  return Number.isSafeInteger(act) && act >= 0 ? { for: kind, act } : null
}
