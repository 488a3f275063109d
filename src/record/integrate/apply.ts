import { FatalError } from '../../base/errors.ts'
import { type BodyStore } from '../bodies/ports.ts'
import { type Keys } from '../keys/ports.ts'
import { decodeEntry, entryBytes, leafHash } from '../ledger/entry.ts'
import { fromUtf8 } from '../../base/bytes.ts'
import { partIds } from '../ledger/parts.ts'
import { type DurableBatch } from '../ledger/ports.ts'
import { openRecord, type SealedRecord } from '../ledger/seal.ts'
import { envelopeOfStatement, openStatement } from '../ledger/statement.ts'
import { type Names } from '../mailbox/names.ts'
import { type MailboxStore, type RecordRows } from '../mailbox/ports.ts'
import { type Envelope, type LogPosition } from '../types.ts'
import { rowsOf } from './rows.ts'
import { type TreeTiles } from './tree-tiles.ts'

/** What a batch goes into. */
export type Derived = {
  readonly keys: Keys
  readonly names: Names
  readonly bodies: BodyStore
  readonly mailbox: MailboxStore
  readonly tiles: TreeTiles
  /** By bucket: where its file of bodies ends. Moved when a batch is in. */
  readonly bodyEnds: Map<number, number>
}

/** Records of one bucket that lie one behind the other in the batch, and go as one piece into the bucket's file. */
type Run = { readonly bucket: number; readonly offset: number; from: number; to: number }

/**
 * Takes one batch in: bodies, then all rows in one transaction, then the tree.
 * When it throws, nothing is half done: bodies lie past the ends that we know, where the next try writes the same bytes.
 *
 * @throws {NoSpace} and the same batch may be given again
 * @throws {FatalError} when the batch is not the next one, or is not what the log promises
 */
export async function applyBatch(batch: DurableBatch, derived: Derived): Promise<void> {
  const { bodies, mailbox, tiles, bodyEnds } = derived
  if (batch.first !== tiles.size) {
    throw new FatalError(`a batch from record ${batch.first} on, expected ${tiles.size}`)
  }
  const { rows, runs, leaves } = await readBatch(batch, derived)
  for (const { bucket, offset, from, to } of runs) {
    await bodies.write(bucket, offset, batch.records.subarray(from, to))
  }
  await mailbox.apply(rows)
  for (const { hash, at } of leaves) tiles.append(hash, batch.records, at)
  for (const { bucket, offset, from, to } of runs) bodyEnds.set(bucket, offset + to - from)
}

type Leaf = { readonly hash: Uint8Array; readonly at: number }

async function readBatch(
  { first, count, records, envelopes }: DurableBatch,
  { keys, names, bodyEnds }: Derived,
): Promise<{ rows: RecordRows[]; runs: Run[]; leaves: Leaf[] }> {
  const runs = runsAfter(bodyEnds)
  const rows: RecordRows[] = []
  const leaves: Leaf[] = []
  let at = 0
  for (let i = 0; i < count; i++) {
    const position = first + i
    const entry = decodeEntry(records.subarray(at, at + entryBytes))
    if (typeof entry === 'string') throw new FatalError(`record ${position}: ${entry}`)
    const length = entryBytes + entry.bodyLength
    if (at + length > records.length) throw new FatalError(`record ${position} is cut short`)
    const json =
      envelopes === null
        ? await openEnvelope(
            {
              entry,
              entryBytes: records.subarray(at, at + entryBytes),
              body: records.subarray(at + entryBytes, at + length),
            },
            position,
            keys,
          )
        : envelopes[i]
    if (json === undefined) throw new FatalError(`record ${position} came without its envelope`)
    const envelope = entry.type === 3 ? envelopeOfStatement(json) : envelopeOf(json)
    const hash = leafHash(records, at)
    const place = { bucket: entry.bucket, offset: runs.add(entry.bucket, at, length), length }
    rows.push(rowsOf({ position, entry, leafHash: hash, envelope, place }, names))
    leaves.push({ hash, at })
    at += length
  }
  if (at !== records.length)
    throw new FatalError(`${records.length - at} bytes after the last record`)
  return { rows, runs: runs.all, leaves }
}

/** Collects what goes where. */
function runsAfter(bodyEnds: ReadonlyMap<number, number>): {
  readonly all: Run[]
  /** @returns the offset in the bucket's file */
  add(bucket: number, at: number, length: number): number
} {
  const all: Run[] = []
  const ends = new Map<number, number>()
  return {
    all,
    add(bucket, at, length) {
      const offset = ends.get(bucket) ?? bodyEnds.get(bucket) ?? 0
      ends.set(bucket, offset + length)
      const last = all.at(-1)
      if (last?.bucket === bucket) last.to = at + length
      else all.push({ bucket, offset, from: at, to: at + length })
      return offset
    },
  }
}

/** After a crash nobody has the envelopes in clear. */
async function openEnvelope(
  record: SealedRecord,
  position: LogPosition,
  keys: Keys,
): Promise<string> {
  const { type, bucket, handle, seq, salt } = record.entry
  if (type === 3) return statementIn(record, position)
  const secret = await keys.record({ bucket, handle, seq, salt, position }, 'index')
  if (secret === null) throw new FatalError(`the key of record ${position} is gone`)
  const opened = openRecord(record, secret, { check: 'tag' })
  if (!opened.ok) throw new FatalError(`record ${position}: ${opened.reason}`)
  const envelope = opened.parts.find(({ id }) => id === partIds.envelope)
  const json = envelope === undefined ? null : fromUtf8(envelope.bytes)
  if (json === null) throw new FatalError(`record ${position} has no envelope`)
  return json
}

function statementIn(record: SealedRecord, position: LogPosition): string {
  const opened = openStatement(record)
  if (!opened.ok) throw new FatalError(`record ${position}: ${opened.reason}`)
  return opened.json
}

function envelopeOf(json: string): Envelope {
  return JSON.parse(json)
}
