import { concatBytes, toHex, u64 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { type Tree } from '../ledger/tree.ts'
import { type LogPosition } from '../types.ts'
import { type Survivors } from './runs.ts'

/** A leaf of the tree over what survives of a bucket: SHA-256(0x00 ‖ u64 position ‖ leaf hash). */
export function survivorHash({
  position,
  leafHash,
}: {
  readonly position: LogPosition
  readonly leafHash: Uint8Array
}): Uint8Array {
  return sha256(concatBytes(new Uint8Array([0]), u64(position), leafHash))
}

/** @param tree of `survivorHash` of each, in log order */
export function survivorsOf(tree: Tree): Survivors {
  return { count: tree.size, root: toHex(tree.root()) }
}
