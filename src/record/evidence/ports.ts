import { type LogPosition } from '../types.ts'

/** A part of a record with the salt that proves it to whoever has the entry: it discloses this part and no other. LEDGER.md §3.3. */
export type DisclosedPart = {
  readonly id: number
  readonly bytes: Uint8Array
  /** 32 bytes. */
  readonly salt: Uint8Array
}

/**
 * What came of opening a record with everything checked: the entry beside the body, the body's hash, its tag, its commitments. `destroyed`:
 * its key is not in the vault, or its body is gone. `damaged` says in a clause what does not fit.
 */
export type Disclosed =
  | { readonly kind: 'record'; readonly parts: readonly DisclosedPart[] }
  /** An open statement: its body is clear JSON, without personal data. */
  | { readonly kind: 'statement'; readonly body: Uint8Array }
  | { readonly kind: 'destroyed' }
  | { readonly kind: 'damaged'; readonly what: string }

/** An entry as the tree has it. */
export type EntryAt = {
  readonly position: LogPosition
  /** 112 bytes. */
  readonly bytes: Uint8Array
}

/** Reads what proves a record to outsiders, and opens records for them. It writes nothing. */
export type Evidence = {
  /** The newest signed head, as a note. */
  checkpoint(): Promise<Uint8Array | null>
  /** A tile, such as `tile/0/000`; null when there is no such file. */
  tile(path: string): Promise<Uint8Array | null>
  /** Entries from (inclusive) to (exclusive), in order, of a tree of `size`. @throws {EvidenceMissing} */
  entries(range: { from: LogPosition; to: LogPosition }, size: number): AsyncGenerator<EntryAt>
  disclose(entry: EntryAt): Promise<Disclosed>
}
