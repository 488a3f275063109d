// Makes rows and tiles again from entries, bodies and keys. What comes of it counts only when its tree has the root that was signed.

import { sameBytes } from '../../base/bytes.ts'
import { OperatorError } from '../../base/errors.ts'
import { rowsOf } from '../integrate/rows.ts'
import { openTreeTiles, type TreeTiles } from '../integrate/tree-tiles.ts'
import { type TileStore } from '../integrate/ports.ts'
import { decodeEntry, entryBytes, leafHash, type Entry } from '../ledger/entry.ts'
import { type Head } from '../ledger/ports.ts'
import { envelopeOfStatement } from '../ledger/statement.ts'
import { growTree, hashBytes } from '../ledger/tree.ts'
import { tileWidth } from '../ledger/tiles.ts'
import { type Names } from '../mailbox/names.ts'
import { type GoneHead, type MailboxStore, type RecordRows } from '../mailbox/ports.ts'
import { type Envelope, type LogPosition } from '../types.ts'
import { openedRuns, type Run } from '../verify/opened-runs.ts'
import { type Opener, type RecordSource } from '../verify/ports.ts'
import { partialPaths } from '../verify/tiles.ts'

export type RebuildParts = {
  /** Entries by bundle, wherever they are from. */
  readonly source: Pick<RecordSource, 'read'>
  readonly opener: Opener
  readonly names: Names
  /** New ones, beside what is there: what an earlier try has made of them is gone on with. */
  readonly mailbox: MailboxStore
  readonly tileStore: TileStore
  /** Whether a bucket's file is there no more because all of it was disposed of. */
  readonly isDestroyed: (bucket: number) => Promise<boolean>
  /** The newest that was registered, and how large trees were that were signed. */
  readonly head: Head
  readonly signed: readonly number[]
}

export type Rebuilt = {
  readonly records: number
  /** Records without rows: their keys are destroyed. */
  readonly gone: number
  /** Where an earlier try had come to. */
  readonly from: LogPosition
}

/** Bundles after which what was made is durable: 32,768 records. */
const bundlesPerFlush = 128
/** Bundles whose rows go into one transaction. */
const bundlesPerWrite = 8

/** @throws {OperatorError} when what comes of it is not what was signed */
export async function rebuildDerived(parts: RebuildParts): Promise<Rebuilt> {
  const { source, opener, mailbox, head } = parts
  const durable = mailbox.durable ?? {
    position: 0,
    frontier: growTree().save(),
    bodyEnds: new Map<number, number>(),
  }
  // A try that ended is not at the beginning of a bundle.
  const from = durable.position
  const ends = new Map(durable.bodyEnds)
  const tiles = await openTreeTiles(durable.frontier, parts.tileStore)
  const made = { gone: 0 }
  if (from < head.size) {
    let waiting: Run[] = []
    for await (const run of openedRuns(source, head.size, opener, { from, ends })) {
      waiting.push(run)
      if (waiting.length < bundlesPerWrite) continue
      made.gone += await take(waiting, { ...parts, tiles, ends })
      waiting = []
      if (tiles.size % (bundlesPerFlush * tileWidth) === 0) await flush(parts, { tiles, ends })
    }
    made.gone += await take(waiting, { ...parts, tiles, ends })
  }
  const { root } = tiles.snapshot()
  if (!sameBytes(root, head.root))
    throw new OperatorError(
      'rebuild.other-tree',
      `What there is of ${head.size} records does not make the tree that was signed: an entry is not the one that it was. See onrecord verify, and restore a backup.`,
    )
  await flush(parts, { tiles, ends })
  await writePartials(parts)
  return { records: head.size, gone: made.gone, from }
}

type Made = { readonly tiles: TreeTiles; readonly ends: Map<number, number> }

/** @returns how many of them have no key any more */
async function take(
  runs: readonly Run[],
  { mailbox, names, tiles, ends, isDestroyed }: RebuildParts & Made,
): Promise<number> {
  const rows: RecordRows[] = []
  const gone: GoneHead[] = []
  for (const { entries, opened } of runs) {
    for (const [i, bytes] of entries.entries()) {
      const json = opened.envelopes[i]
      if (json === undefined) throw unsound(opened.finding)
      const position = tiles.size
      const entry = entryOf(bytes, position)
      const place = placeOf(entry, ends)
      const hash = leafHash(bytes)
      if (json === null) {
        const { bucket, handle, seq } = entry
        gone.push({ bucket, handle, nextSeq: seq + 1, last: position })
      } else {
        const envelope: Envelope = entry.type === 3 ? envelopeOfStatement(json) : JSON.parse(json)
        rows.push(rowsOf({ position, entry, leafHash: hash, envelope, place }, names))
      }
      tiles.append(hash, bytes, 0)
    }
  }
  await mailbox.apply(rows)
  // Of a bucket that is gone whole nothing is kept.
  const whole = new Set<number>()
  for (const bucket of new Set(gone.map((one) => one.bucket)))
    if (await isDestroyed(bucket)) whole.add(bucket)
  await mailbox.applyGone(gone.filter(({ bucket }) => !whole.has(bucket)))
  return gone.length
}

function entryOf(bytes: Uint8Array, position: LogPosition): Entry {
  const entry = decodeEntry(bytes)
  if (typeof entry === 'string') throw unsound({ where: `record ${position}`, what: entry })
  return entry
}

function placeOf(
  { bucket, bodyLength }: Entry,
  ends: Map<number, number>,
): { readonly bucket: number; readonly offset: number; readonly length: number } {
  const offset = ends.get(bucket) ?? 0
  const length = entryBytes + bodyLength
  ends.set(bucket, offset + length)
  return { bucket, offset, length }
}

function unsound(finding: { readonly where: string; readonly what: string } | null): OperatorError {
  const { where, what } = finding ?? { where: 'bodies', what: 'a record was not opened' }
  return new OperatorError(
    'rebuild.unsound',
    `${where}: ${what}. What was lost there follows from nothing else: restore a backup. Nothing was changed.`,
  )
}

/** In the order in which the integrator makes things durable. */
async function flush(
  { tileStore, mailbox, isDestroyed }: RebuildParts,
  { tiles, ends }: Made,
): Promise<void> {
  const snapshot = tiles.snapshot()
  const { frontier, full, partial } = snapshot
  await tileStore.write([...full, ...partial])
  const bodyEnds = new Map<number, number>()
  for (const [bucket, end] of ends) if (!(await isDestroyed(bucket))) bodyEnds.set(bucket, end)
  await mailbox.setDurable({ position: tiles.size, frontier, bodyEnds })
  tiles.written(snapshot)
  for (const { path } of full) await tileStore.removePartials(path)
}

/** Partial tiles of heads that were signed and whose full ones are not there yet: each is the beginning of the one at the edge. */
async function writePartials({ tileStore, head, signed }: RebuildParts): Promise<void> {
  const edges = new Map<string, Uint8Array>()
  const files: { path: string; bytes: Uint8Array }[] = []
  for (const path of partialPaths(head.size, [])) {
    const bytes = await tileStore.read(path)
    if (bytes) edges.set(stemOf(path), bytes)
  }
  const sizes = signed.filter((size) => size <= head.size)
  for (const path of partialPaths(head.size, sizes)) {
    const edge = edges.get(stemOf(path))
    if (edge === undefined) continue
    const width = Number(path.slice(path.lastIndexOf('/') + 1))
    const itemBytes = path.startsWith('tile/entries/') ? entryBytes + 2 : hashBytes
    files.push({ path, bytes: edge.subarray(0, width * itemBytes) })
  }
  await tileStore.write(files)
}

function stemOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}
