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
