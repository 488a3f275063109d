// Where the entries of the tree are from when not all bundles are there.

import { Broken, type RecordSource } from '../verify/ports.ts'
import { type Place } from '../bodies/ports.ts'
import { type Keys } from '../keys/ports.ts'
import { bodyLengthAt, decodeEntry, entryBytes, leafHash, type Entry } from '../ledger/entry.ts'
import { decodeBundle, encodeBundle, tilePath, tileWidth } from '../ledger/tiles.ts'
import { hashBytes } from '../ledger/tree.ts'
import { sameBytes } from '../../base/bytes.ts'
import { type LogPosition } from '../types.ts'
import { rawOpener } from '../verify/open-records.ts'

const bundleName = /^log\/tile\/entries\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d+))?$/
const statementsBucket = 0
/** An entry, and its length before it. */
const bundleItemBytes = 2 + entryBytes

export type EntryParts = {
  readonly source: Pick<RecordSource, 'read' | 'bodies'>
  readonly keys: Keys
  /** What mailbox.db says; null where it says nothing of that record, or is not there. */
  readonly place: (position: LogPosition) => Place | null
  /** Buckets that there are. */
  readonly buckets: readonly number[]
}

/** Reads as `source` does; a bundle that is not there, or that its tile contradicts, is put together of what lies before the bodies. */
export function entriesAnywhere(parts: EntryParts): Pick<RecordSource, 'read'> {
  const { source } = parts
  let inOrder: ReturnType<typeof entriesInOrder> | null = null
  return {
    async read(path) {
      const [, index, width] = bundleName.exec(path) ?? []
      if (index === undefined) return await source.read(path)
      const full = `log/tile/entries/${index}`
      const number = Number(index.replaceAll(/\D/g, ''))
      const count = width === undefined ? tileWidth : Number(width)
      const found = (await source.read(path)) ?? (await source.read(full))
      const stored = found?.subarray(0, count * bundleItemBytes) ?? null
      if (stored !== null && (await fitsTile(stored, { number, count }, source))) return stored
      const placed = placedEntries(number * tileWidth, count, parts)
      if (placed) return encodeBundle(placed, entryBytes)
      inOrder ??= entriesInOrder(parts)
      return await bundleOf(inOrder, number * tileWidth, count)
    },
  }
}

/** Whether the tile beside a bundle has its leaves; true where there is no tile. */
async function fitsTile(
  bundle: Uint8Array,
  { number, count }: { readonly number: number; readonly count: number },
  source: Pick<RecordSource, 'read'>,
): Promise<boolean> {
  const entries = decodeBundle(bundle)
  if (entries?.length !== count || entries.some(({ length }) => length !== entryBytes)) return false
  const tile = await source.read(`log/${tilePath({ level: 0, index: number, width: count })}`)
  if (tile?.length !== count * hashBytes) return true
  return entries.every((entry, i) =>
    sameBytes(leafHash(entry), tile.subarray(i * hashBytes, (i + 1) * hashBytes)),
  )
}

/** Null where mailbox.db does not say where all of them lie. */
function placedEntries(
  first: LogPosition,
  count: number,
  { place, source }: EntryParts,
): Uint8Array | null {
  const entries = new Uint8Array(count * entryBytes)
  for (let i = 0; i < count; i++) {
    const its = place(first + i)
    if (its === null) return null
    const bytes = source.bodies.read(its.bucket, its.offset, entryBytes)
    if (bytes.length < entryBytes) return null
    entries.set(bytes, i * entryBytes)
  }
  return entries
}

async function bundleOf(
  order: AsyncIterator<Placed>,
  first: LogPosition,
  count: number,
): Promise<Uint8Array> {
  const entries = new Uint8Array(count * entryBytes)
  for (let wanted = first; wanted < first + count;) {
    const { value, done } = await order.next()
    if (done === true) throw nowhere(wanted)
    const { position, entry }: Placed = value
    if (position < wanted) continue
    entries.set(entry, (wanted - first) * entryBytes)
    wanted++
  }
  return encodeBundle(entries, entryBytes)
}

type Placed = { readonly position: LogPosition; readonly entry: Uint8Array }

/** A bucket's file, from record to record. */
type Cursor = { bucket: number; offset: number; next: Placed | null }

/**
 * All entries in the order of the log, by the bodies alone: each envelope ends with its position, enciphered, and open statements, which have
 * none, fill what is left in the order in which they lie.
 */
async function* entriesInOrder({
  source,
  keys,
  buckets,
}: EntryParts): AsyncGenerator<Placed, undefined> {
  const open = rawOpener(keys)
  const cursors: Cursor[] = []
  const advance = async (cursor: Cursor): Promise<void> => {
    const { bucket, offset } = cursor
    const head = source.bodies.read(bucket, offset, entryBytes)
    const entry = head.length < entryBytes ? 'the end' : decodeEntry(head)
    if (typeof entry === 'string') {
      cursor.next = null
      return
    }
    const length = entryBytes + bodyLengthAt(head, 0)
    const body = source.bodies.read(bucket, offset + entryBytes, length - entryBytes)
    cursor.offset += length
    cursor.next = { entry: head, position: await positionOf({ entry, head, body }, { open, keys }) }
  }
  for (const bucket of buckets) {
    const cursor = { bucket, offset: 0, next: null }
    cursors.push(cursor)
    await advance(cursor)
  }
  const statements: Cursor = { bucket: statementsBucket, offset: 0, next: null }
  await advance(statements)
  for (let position = 0; ; position++) {
    const cursor =
      cursors.find(({ next }) => next?.position === position) ??
      (statements.next === null ? undefined : statements)
    if (cursor?.next === null || cursor === undefined) return
    yield { position, entry: cursor.next.entry }
    await advance(cursor)
  }
}

/** -1: an open statement. */
async function positionOf(
  {
    entry,
    head,
    body,
  }: { readonly entry: Entry; readonly head: Uint8Array; readonly body: Uint8Array },
  { open, keys }: { readonly open: ReturnType<typeof rawOpener>; readonly keys: Keys },
): Promise<LogPosition> {
  if (entry.type === 3) return -1
  const path = `bodies/${entry.bucket}`
  const texts = await open({ entry: head, body: () => body }, { entry, path, position: -1 })
  const [, id = ''] = /"stanza_id":"([^"]*)"\}$/.exec(texts?.envelope ?? '') ?? []
  const position = keys.positionOf(id)
  if (position !== null) return position
  throw new Broken(
    path,
    'a record without its key, and its place in the log was in log/tile/entries alone',
  )
}

function nowhere(position: LogPosition): Broken {
  return new Broken(
    `record ${position}`,
    'its entry lay in log/tile/entries alone: it was disposed of, or its body is lost',
  )
}
