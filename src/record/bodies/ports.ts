import { type Use } from '../keys/uses.ts'
import { type LogPosition } from '../types.ts'

/** Where a record lies: its entry and its body, one behind the other. */
export type Place = {
  readonly bucket: number
  readonly offset: number
  /** Bytes of entry and body together. */
  readonly length: number
}

export function isSamePlace(a: Place, b: Place): boolean {
  return a.bucket === b.bucket && a.offset === b.offset && a.length === b.length
}

/**
 * Keeps records (112-byte entry, then the body) in one growing file per bucket.
 * It is not trusted: what it gives back is checked against the entry in the tree, or at least the AEAD tag.
 */
export type BodyStore = {
  /**
   * Puts bytes at `offset`, where the file ends, or over what an earlier try left there. Not durable before `flush`.
   * @throws {NoSpace} and the same call may be made again
   */
  write(bucket: number, offset: number, bytes: Uint8Array): Promise<void>

  /** All that was written before the call is durable when it resolves. A failure leaves doubt: it is fatal. */
  flush(): Promise<void>

  /** Lets go of files, so that one that is removed or replaced is gone: what is written next opens its file again. */
  release(): Promise<void>

  /**
   * Cuts each bucket's file to its length here, and removes the files of other buckets.
   * @throws {FatalError} when a file is shorter than that: flushed bodies are missing
   */
  reset(ends: ReadonlyMap<number, number>): Promise<void>

  close(): Promise<void>
}

/** Reads of the same files, in the thread that serves people. */
export type BodyFiles = {
  /** Fewer bytes than asked for where the file is shorter, none where there is no file. */
  read(bucket: number, offset: number, length: number): Buffer
  /** Lets go of files: what is read next opens its file again. */
  close(): void
}

/**
 * A record that was opened for reading: its AEAD tag was checked with the key that its place in the key tree gives, and its envelope
 * names its position. Texts alone, so that it can cross threads.
 */
export type Checked = {
  readonly position: LogPosition
  /** XEP-0359, the one that the envelope ends with. */
  readonly stanzaId: string
  /** The 112 bytes that the tree hashes, a character each (latin1). */
  readonly entry: string
  /** JSON, as it was sealed. */
  readonly envelope: string
  readonly content: string
  readonly wire: string
  readonly files: string
}

/** Opens records for employees. It is trusted with keys and with what it says it has checked. */
export type RecordOpener = {
  /**
   * Opens the first of them, in their order: as many as have 1 MiB together, one at least.
   *
   * @param positions 1 to 1,000 of them, ascending or descending for speed
   * @param use what for, where that is not what the opener was made for
   * @throws {RecordUnreadable} for the first that is not integrated, whose key is destroyed, or that does not open
   */
  open(positions: readonly LogPosition[], use?: Use): Promise<readonly Checked[]>
}
