// Heads that were signed, a few thousand at a time, and those that others have signed: each has to be one of the tree's.

import { sameBytes } from '../../base/bytes.ts'
import { historyItemBytes, itemMac } from '../integrate/checkpoint-history.ts'
import { type Keys } from '../keys/ports.ts'
import { type Checkpoint } from '../ledger/checkpoint.ts'
import { rootOf, type SubtreeReader, tileReader } from '../ledger/proof.ts'
import { type LogPosition } from '../types.ts'
import { historyOf, historyPath, notePath, ourCheckpoint, signersOf } from '../verify/heads.ts'
import { outsideHeads } from '../verify/outside-heads.ts'
import { Broken, type RecordSource } from '../verify/ports.ts'

/** Verified in one step: a quarter of a second. */
export const headsAtOnce = 2_048

export type HeadParts = {
  readonly source: RecordSource
  /** Part of a file; shorter at its end. */
  readonly readPart: (path: string, from: number, length: number) => Promise<Uint8Array>
  readonly keys: Keys
}

/** @param first its number @returns the number of the next; null at the end @throws {Broken} */
export async function scrubHistory(
  first: number,
  size: LogPosition,
  { source, readPart, keys }: HeadParts,
): Promise<{ readonly next: number | null; readonly bytes: number }> {
  const from = Math.max(0, first - 1)
  const length = (headsAtOnce + 1) * historyItemBytes
  const bytes = await readPart(historyPath, from * historyItemBytes, length)
  const whole = bytes.subarray(0, bytes.length - (bytes.length % historyItemBytes))
  const items = historyOf(whole, signersOf(keys), itemMac(keys), from)
  const read = treeOf(size, source)
  for (const [i, item] of items.entries())
    await expectRoot(item, `${historyPath}, checkpoint ${from + i}`, { size, read })
  return { next: bytes.length < length ? null : from + items.length, bytes: bytes.length }
}

/** The newest head, what outsiders have signed, and the head register. @throws {Broken} */
export async function scrubOutside(
  size: LogPosition,
  { source, keys }: HeadParts,
): Promise<{ readonly bytes: number }> {
  if ((await source.head()) === null) throw new Broken('head register', 'it does not know this log')
  const verifying = signersOf(keys)
  const ours = (note: Uint8Array, where: string): Checkpoint =>
    ourCheckpoint(note, verifying, where)
  const note = await source.read(notePath)
  if (note === null && size > 0) throw new Broken(notePath, 'the file is missing')
  const newest = note === null ? [] : [{ ...ours(note, notePath), where: notePath }]
  const { heads } = await outsideHeads(source, ours)
  const read = treeOf(size, source)
  for (const head of [...newest, ...heads]) await expectRoot(head, head.where, { size, read })
  return { bytes: (heads.length + 1) * outsideHeadBytes }
}

/** About: a note with cosignatures, or with a time stamp. */
const outsideHeadBytes = 8_192

/** Of newer ones the next pass knows. */
async function expectRoot(
  head: Pick<Checkpoint, 'size' | 'root'>,
  where: string,
  { size, read }: { readonly size: LogPosition; readonly read: SubtreeReader },
): Promise<void> {
  if (head.size > size) return
  const root = await rootOf(head.size, read).catch((error: unknown) => {
    throw new Broken('log/tile', error instanceof Error ? error.message : String(error))
  })
  if (!sameBytes(root, head.root))
    throw new Broken(where, `the tree of ${head.size} records has another root`)
}

/** Tiles that one step keeps: heads ascend, so that the next needs nearly the same. */
const tilesKept = 64

function treeOf(size: LogPosition, source: Pick<RecordSource, 'read'>): SubtreeReader {
  const kept = new Map<string, Uint8Array>()
  return tileReader(size, async (path) => {
    const known = kept.get(path)
    if (known !== undefined) return known
    const bytes = await source.read(`log/${path}`)
    if (kept.size >= tilesKept) kept.clear()
    if (bytes !== null) kept.set(path, bytes)
    return bytes
  })
}
