// Heads of our own log: by the keys that sign now, or by a pair that signed before.

import {
  type Checkpoint,
  verifyCheckpoint,
  verifyPlainSignature,
  type VerifiedCheckpoint,
} from '../ledger/checkpoint.ts'
import { parseVerifierKey, type VerifierKey } from '../ledger/note.ts'
import { type LogIdentity } from './ports.ts'

/** Both keys that signed at a time. */
type Pair = readonly VerifierKey[]

/** The pairs of a log that sign and once signed, the newest first. */
export function signingPairs({ verifierKeys, past }: LogIdentity): readonly Pair[] {
  const before = past.map((one) => one.verifierKeys).toReversed()
  return [verifierKeys, ...before].map((pair) => pair.map(keyIn))
}

/** A checkpoint with the signatures of both keys of one pair. @returns why the newest pair has not signed it, where none has */
export function verifyOwnHead(
  note: Uint8Array,
  origin: string,
  [newest = [], ...before]: readonly Pair[],
): VerifiedCheckpoint {
  const verified = verifyCheckpoint(note, origin, newest)
  if (verified.ok) return verified
  return before.map((pair) => verifyCheckpoint(note, origin, pair)).find(({ ok }) => ok) ?? verified
}

/** The Ed25519 key that has signed this head by itself; null when none of the log has. */
export function ownSignerOf(
  checkpoint: Checkpoint,
  signature: Uint8Array,
  log: LogIdentity,
): string | null {
  const pairs = [log.verifierKeys, ...log.past.map((one) => one.verifierKeys)]
  return (
    pairs.find(([ed25519]) => verifyPlainSignature(checkpoint, keyIn(ed25519), signature))?.[0] ??
    null
  )
}

function keyIn(text: string): VerifierKey {
  const key = parseVerifierKey(text)
  if (typeof key === 'string') throw new Error(`a key of our own: ${key}`)
  return key
}
