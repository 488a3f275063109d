// Checks a whole data folder: every entry, body, tile, checkpoint, number and row. What `onrecord verify --data` runs.

import { fromUtf8, sameBytes, toBase64 } from '../../base/bytes.ts'
import { isSamePlace, type Place } from '../bodies/ports.ts'
import { LogDamaged } from '../errors.ts'
import { type Keys } from '../keys/ports.ts'
import { decodeEntry, entryBytes, leafHash, type Entry } from '../ledger/entry.ts'
import { partIds } from '../ledger/parts.ts'
import { type Head } from '../ledger/ports.ts'
import { openRecord } from '../ledger/seal.ts'
import { type RecordSecret } from '../ledger/secret.ts'
import { growTree, type Tree } from '../ledger/tree.ts'
import { type MailboxAudit } from '../mailbox/audit.ts'
import { type Names } from '../mailbox/names.ts'
import { type Envelope, type LogPosition } from '../types.ts'
import { followChain, type Chain } from './chain.ts'
import { checkHeads, type HeadCheck } from './heads.ts'
import { Broken, type RecordSource, type Report, type Verified } from './ports.ts'
import { readAhead } from './read-ahead.ts'
import { checkRows, type RowCheck } from './rows.ts'
import { digestOf, readTail, type Tail } from './tail.ts'
import { recordSecrets } from './secrets.ts'
import { checkStrays } from './strays.ts'
import { checkTiles, entriesOf, type TileCheck } from './tiles.ts'

/** What is needed beside the files. */
export type Verifying = {
  readonly keys: Keys
  readonly names: Names
  /** Is shown each record once it was checked, in log order. */
  readonly see: (record: Checked) => void
}

/** A record as its entry, its body and its commitments agree on it. */
export type Checked = {
  readonly position: LogPosition
  readonly envelope: Envelope
  readonly content: string
}

/** Checks everything, in log order, and stops at the first thing that is wrong. Writes nothing. */
export async function verifyRecord(source: RecordSource, verifying: Verifying): Promise<Verified> {
  let audit: MailboxAudit | null = null
  try {
    // In this order, since a running server moves the rows first and the checkpoint last.
    const heads = await checkHeads(source, verifying.keys)
    audit = source.openRows()
    // First of all rows: what is broken in itself cannot be asked.
    const unsound = audit.unsound()
    if (unsound !== null) throw new Broken('mailbox.db', unsound)
    await checkStrays(source)
    return { ok: true, report: await verifyAll({ ...verifying, source, heads, audit }) }
  } catch (error) {
    if (error instanceof Broken) return { ok: false, finding: error.finding }
    if (error instanceof LogDamaged)
      return { ok: false, finding: { where: 'wal', what: error.message } }
    throw error
  } finally {
    audit?.close()
  }
}

type Verification = Verifying & {
  readonly source: RecordSource
  readonly heads: HeadCheck
  readonly audit: MailboxAudit
}

/** What goes on from record to record. */
type Checks = {
  readonly body: ReturnType<typeof readAhead>
  readonly secret: ReturnType<typeof recordSecrets>
  readonly tree: Tree
  readonly chain: Chain
  readonly tiles: TileCheck
  readonly rows: RowCheck
  readonly ends: Map<number, number>
  readonly tail: Tail
}

async function verifyAll(of: Verification): Promise<Report> {
  const { source, keys, names, heads, audit } = of
  const durable = audit.durable?.position ?? 0
  const head = await source.head()
  const tail = source.isServed ? noTail : await readTail({ source, durable, head })
  const checks: Checks = {
    body: readAhead(source.bodies),
    secret: recordSecrets(keys),
    tree: growTree(),
    chain: followChain((position) => keys.stanzaId(position)),
    tiles: await checkTiles(source, durable, heads.sizes),
    rows: checkRows(audit, names, source.isServed ? durable : audit.applied),
    ends: new Map(),
    tail,
  }
  heads.at(0, () => checks.tree.root())
  checks.rows.reached(0, checks.chain)
  for await (const entries of entriesOf(source, durable))
    for (const entry of entries) await inArchive(entry, of, checks)
  checkFrontier(audit, checks.tree)
  await checkBodyFiles(of, checks, head)
  for (const record of tail.records) await inTail(record, of, checks)
  if (!source.isServed && audit.applied > checks.tree.size) {
    throw new Broken(
      'mailbox.db',
      `it has rows of ${audit.applied} records, the log has ${checks.tree.size}`,
    )
  }
  if (head?.closedAt && durable !== head.size)
    throw new Broken(
      'mailbox.db',
      `it stands at ${durable} records, the log was closed with ${head.size}`,
    )
  checks.tiles.end()
  heads.end(checks.tree.size)
  return {
    origin: keys.log.origin,
    records: checks.tree.size,
    root: toBase64(checks.tree.root()),
    signed: heads.signed,
    checkpoints: heads.checkpoints,
    conversations: checks.chain.conversations.size,
    senders: checks.chain.senders.size,
    rows: checks.rows.rows,
    waiting: checks.tree.size - durable,
    tornBytes: tail.tornBytes,
  }
}

const noTail: Tail = { logged: new Map(), records: [], roots: new Map(), tornBytes: 0 }

/** A record below the durable position: its entry is in a bundle, entry and body in a bucket's file. */
async function inArchive(bytes: Uint8Array, of: Verification, checks: Checks): Promise<void> {
  const position = checks.tree.size
  const place = of.audit.place(position)
  if (place === null) throw new Broken(`mailbox.db, record ${position}`, 'the row is missing')
  const entry = decodeEntry(bytes)
  if (typeof entry === 'string') throw new Broken(`record ${position}`, entry)
  const { bucket, bodyLength } = entry
  const path = `bodies/${bucket}`
  const expected = { bucket, offset: checks.ends.get(bucket) ?? 0, length: entryBytes + bodyLength }
  if (!isSamePlace(place, expected)) {
    throw new Broken(`mailbox.db, record ${position}`, 'it names another place for the body')
  }
  const stored = checks.body(bucket, place.offset, place.length)
  if (stored.length < place.length) {
    throw new Broken(path, `it ends before the body of record ${position}`)
  }
  if (!sameBytes(stored.subarray(0, entryBytes), bytes)) {
    throw new Broken(`${path}, record ${position}`, 'its entry is not the one in the tree')
  }
  const body = stored.subarray(entryBytes)
  const logged = checks.tail.logged.get(position)
  if (logged && logged.digest !== digestOf({ entry: bytes, body }))
    throw new Broken(
      `${path}, record ${position}`,
      `it is not what log segment ${logged.segment} has`,
    )
  await oneRecord({ bytes, body, place, path }, of, checks)
}

/** A record that only the log has yet. */
async function inTail(
  { entry, body }: Tail['records'][number],
  of: Verification,
  checks: Checks,
): Promise<void> {
  const decoded = decodeEntry(entry)
  const bucket = typeof decoded === 'string' ? 0 : decoded.bucket
  const length = entryBytes + body.length
  const place = { bucket, offset: checks.ends.get(bucket) ?? 0, length }
  await oneRecord({ bytes: entry, body, place, path: 'wal' }, of, checks)
}

type Found = {
  readonly bytes: Uint8Array
  readonly body: Uint8Array
  readonly place: Place
  readonly path: string
}

async function oneRecord(found: Found, of: Verification, checks: Checks): Promise<void> {
  const { bytes, place } = found
  const { tree, chain, tiles, rows, ends, tail } = checks
  const position = tree.size
  const entry = decodeEntry(bytes)
  if (typeof entry === 'string') throw new Broken(`record ${position}`, entry)
  const hash = leafHash(bytes)
  tree.append(hash)
  const compared = tiles.leaf(hash, bytes)
  if (compared !== null) await compared
  const { bucket, handle, seq, salt } = entry
  const secret = await checks.secret({ bucket, handle, seq, salt, position })
  if (secret === null) throw new Broken('vault', `the key of record ${position} is not in it`)
  const record = open(entry, found, { position, secret })
  const { envelope } = record
  chain.next(position, { entry, leafHash: hash, envelope })
  if (position < rows.below) rows.next({ position, entry, leafHash: hash, envelope, place })
  rows.reached(tree.size, chain)
  of.see(record)
  ends.set(place.bucket, place.offset + place.length)
  of.heads.at(tree.size, () => tree.root())
  const root = tail.roots.get(tree.size)
  if (root && !sameBytes(root, tree.root())) {
    throw new Broken('wal', `the batch that ends with record ${position} has another tree root`)
  }
}

/** Opens the record with everything checked: hash, tag, commitments. */
function open(
  entry: Entry,
  { bytes, body, path }: Found,
  { position, secret }: { readonly position: LogPosition; readonly secret: RecordSecret },
): Checked {
  const where = `${path}, record ${position}`
  const opened = openRecord({ entry, entryBytes: bytes, body }, secret, { check: 'all' })
  if (!opened.ok) throw new Broken(where, opened.reason)
  const textOf = (wanted: number): string | null => {
    const part = opened.parts.find(({ id }) => id === wanted)
    return part === undefined ? null : fromUtf8(part.bytes)
  }
  const json = textOf(partIds.envelope)
  if (json === null) throw new Broken(where, 'it has no envelope')
  const envelope: Envelope = JSON.parse(json)
  return {
    position,
    envelope,
    // Decoded when it is asked for: of most records nobody does.
    get content() {
      return textOf(partIds.content) ?? ''
    },
  }
}

function checkFrontier(audit: MailboxAudit, tree: Tree): void {
  if (audit.durable === null || sameBytes(audit.durable.frontier, tree.save())) return
  throw new Broken('mailbox.db', 'the edge of the tree that it keeps is not that of the tree')
}

/** Bytes behind the last body: after a crash a batch that was not finished, after a clean stop somebody's doing. */
async function checkBodyFiles(
  { source, audit }: Verification,
  { ends }: Checks,
  head: Head | null,
): Promise<void> {
  const kept = audit.bodyEnds()
  for (const [bucket, end] of ends) {
    if (kept.get(bucket) !== end)
      throw new Broken('mailbox.db', `the file of bucket ${bucket} ends elsewhere`)
  }
  if (kept.size !== ends.size)
    throw new Broken('mailbox.db', 'it has buckets that the record does not have')
  if (source.isServed || head?.closedAt === null) return
  for (const path of await source.list('bodies')) {
    const bucket = Number(path.slice('bodies/'.length))
    const end = ends.get(bucket)
    if (end === undefined || path !== `bodies/${bucket}`)
      throw new Broken(path, 'the record has no such bucket')
    const size = await source.size(path)
    if (size !== end) throw new Broken(path, `${size - end} bytes behind the last body`)
  }
}
