// Our log, as it is shown to witnesses and held against what they have seen.

import { fromUtf8, sameBytes, utf8 } from '../../base/bytes.ts'
import { type Checkpoint, type VerifiedCheckpoint, verifyCheckpoint } from '../ledger/checkpoint.ts'
import { verifyOwnHead } from '../keys/own-heads.ts'
import { type Note, parseNote, type VerifierKey } from '../ledger/note.ts'
import { proveConsistency, rootOf, tileReader } from '../ledger/proof.ts'

export type OwnLog = {
  readonly origin: string
  /** Both keys that sign heads, and before them those that once did, the newest first. */
  readonly pairs: () => readonly (readonly VerifierKey[])[]
  /** The newest signed head as a note; null before the first. */
  readonly head: () => Promise<string | null>
  /** A tile of what is signed; null when there is none at this path. */
  readonly readTile: (path: string) => Promise<Uint8Array | null>
}

/** A head of ours that was verified. */
export type OwnHead = Checkpoint & { readonly note: Note; readonly text: string }

/** @throws {Error} when what is there is no head of ours */
export async function newestHead(log: OwnLog): Promise<OwnHead | null> {
  const text = await log.head()
  if (text === null) return null
  const verified = verifyOwn(utf8(text), log)
  const note = parseNote(utf8(text))
  if (!verified.ok) throw new Error(`the newest checkpoint is none: ${verified.reason}`)
  if (typeof note === 'string') throw new Error(`the newest checkpoint is none: ${note}`)
  return { ...verified.checkpoint, note, text }
}

/** @param old 0 to the head's size; the proof is empty at both ends */
export async function proofFrom(
  old: number,
  { size }: OwnHead,
  log: OwnLog,
): Promise<readonly Uint8Array[]> {
  if (old === 0 || old === size) return []
  return await proveConsistency(
    old,
    size,
    tileReader(size, async (path) => await log.readTile(path)),
  )
}

/** Whether our tree begins with that one. @param theirs no larger than `ours` */
export async function beginsWith(theirs: Checkpoint, ours: OwnHead, log: OwnLog): Promise<boolean> {
  if (theirs.size === ours.size) return sameBytes(theirs.root, ours.root)
  const read = tileReader(ours.size, async (path) => await log.readTile(path))
  return sameBytes(await rootOf(theirs.size, read), theirs.root)
}

/** A checkpoint with the signatures of both keys that signed at its time. */
export function verifyOwn(
  bytes: Uint8Array,
  { origin, pairs }: Pick<OwnLog, 'origin' | 'pairs'>,
): VerifiedCheckpoint {
  return verifyOwnHead(bytes, origin, pairs())
}

/**
 * A head that somebody else shows us, and that a key of ours has signed; null when none has. Who shows it does not matter: nobody else
 * can have signed it.
 */
export function provedHead(
  bytes: Uint8Array,
  { origin, pairs }: Pick<OwnLog, 'origin' | 'pairs'>,
): Checkpoint | null {
  // Any one key: he keeps the lines that he knows.
  for (const key of pairs().flat()) {
    const verified = verifyCheckpoint(bytes, origin, [key])
    if (verified.ok) return verified.checkpoint
  }
  return null
}

/** As text; '' for what is none. */
export function textOf(bytes: Uint8Array): string {
  return fromUtf8(bytes) ?? ''
}
