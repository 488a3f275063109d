// Checks a whole data folder: every entry, body, tile, checkpoint, number and row. What `onrecord verify --data` runs.

import { sameBytes, toBase64 } from '../../base/bytes.ts'
import { isSamePlace, type Place } from '../bodies/ports.ts'
import { LogDamaged } from '../errors.ts'
import { type Keys } from '../keys/ports.ts'
import { entryBytes, leafHash } from '../ledger/entry.ts'
import { type RawRecord } from '../ledger/frame.ts'
import { type Head } from '../ledger/ports.ts'
import { envelopeOfStatement } from '../ledger/statement.ts'
import { growTree, type Tree } from '../ledger/tree.ts'
import { type MailboxAudit } from '../mailbox/audit.ts'
import { type Names } from '../mailbox/names.ts'
import { type Envelope, type LogPosition } from '../types.ts'
import { followChain, type Chain } from './chain.ts'
import { checkDisposed, checkNothingLeft, type DisposedCheck } from './disposed.ts'
import { checkHeads, type HeadCheck } from './heads.ts'
import { entryOf, rawOpener, type OpenedTexts } from './open-records.ts'
import { openedRuns } from './opened-runs.ts'
import {
  Broken,
  type OpenedRun,
  type Opener,
  type RecordSource,
  type Report,
  type Verified,
} from './ports.ts'
import { checkRows, type RowCheck } from './rows.ts'
import { digestWith, readTail, type Tail } from './tail.ts'
import { checkRetention, type RetentionCheck } from './retention.ts'
import { checkSigners, type SignerCheck } from './signers.ts'
import { checkStated, type StatedCheck } from './stated.ts'
import { checkStrays } from './strays.ts'
import { checkTiles, type TileCheck } from './tiles.ts'

/** What is needed beside the files. */
export type Verifying = {
  readonly keys: Keys
  readonly names: Names
  /** Opens the records of the archive, of which there are so many. Is closed in the end. */
  readonly openerFor: (records: number) => Opener
  /** Is shown each record once it was checked, in log order. */
  readonly see: (record: Checked) => void
}

/** A record as its entry, its body and its commitments agree on it. */
export type Checked = {
  readonly position: LogPosition
  readonly envelope: Envelope
  /** Of acts; '' for messages. */
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
  readonly openRaw: ReturnType<typeof rawOpener>
  readonly tree: Tree
  readonly chain: Chain
  readonly tiles: TileCheck
  readonly rows: RowCheck
  readonly retention: RetentionCheck
  readonly signers: SignerCheck
  readonly disposed: DisposedCheck
  readonly stated: StatedCheck
  readonly ends: Map<number, number>
  readonly tail: Tail
  /** Acts that were disposed of. */
  goneActs: number
}

async function verifyAll(of: Verification): Promise<Report> {
  const { source, keys, names, heads, audit } = of
  const durable = audit.durable?.position ?? 0
  const head = await source.head()
  const tail = source.isServed ? noTail : await readTail({ source, durable, head })
  const statements = audit.bodyEnds().get(statementsBucket) ?? 0
  const disposed = checkDisposed(source.bodies, statements)
  const chain = followChain((position) => keys.stanzaId(position))
  const stating = { bodies: source.bodies, archived: statements, tail: tail.records }
  const checks: Checks = {
    openRaw: rawOpener(keys),
    tree: growTree(),
    chain,
    tiles: await checkTiles(source, durable, heads.sizes),
    rows: checkRows(audit, { names, disposed }, source.isServed ? durable : audit.applied),
    retention: checkRetention(keys.knownBuckets()),
    signers: checkSigners(keys.log, (count) => heads.hashOf(count)),
    disposed,
    stated: checkStated({ ...stating, chain, heads }),
    ends: new Map(),
    tail,
    goneActs: 0,
  }
  heads.at(0, () => checks.tree.root())
  checks.rows.reached(0, checks.chain)
  await archived(of, checks, durable)
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
  const gone = disposed.end()
  checks.stated.end(checks.goneActs === 0)
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
    disposed: { ...gone, acts: checks.goneActs },
  }
}

/** Open statements have no bucket, and lie where those of bucket 0 would. */
const statementsBucket = 0

const noTail: Tail = { logged: new Map(), records: [], roots: new Map(), tornBytes: 0 }

/** Records below the durable position: the entry is in a bundle, entry and body in a bucket's file. */
async function archived(of: Verification, checks: Checks, durable: LogPosition): Promise<void> {
  const opener = of.openerFor(durable)
  try {
    for await (const { entries, opened } of openedRuns(of.source, durable, opener)) {
      for (const [i, bytes] of entries.entries()) {
        const [envelope, content] = [opened.envelopes[i], opened.contents[i]]
        if (envelope === undefined || content === undefined) throw brokenBy(opened)
        if (envelope === null) {
          await goneRecord(bytes, of, checks)
          continue
        }
        const place = placeOf(bytes, of, checks)
        checkLogged(bytes, checks)
        await oneRecord({ bytes, place, envelope, content }, of, checks)
      }
    }
  } finally {
    await opener.close()
  }
}

function brokenBy({ finding }: OpenedRun): Error {
  return finding === null
    ? new Error('a record was not opened')
    : new Broken(finding.where, finding.what)
}

/** Where the record with this entry is to lie, and its row says that it does. */
function placeOf(bytes: Uint8Array, { audit }: Verification, checks: Checks): Place {
  const position = checks.tree.size
  const stored = audit.place(position)
  if (stored === null) throw new Broken(`mailbox.db, record ${position}`, 'the row is missing')
  const place = placeInFile(bytes, checks)
  if (isSamePlace(stored, place)) return place
  throw new Broken(`mailbox.db, record ${position}`, 'it names another place for the body')
}

function placeInFile(bytes: Uint8Array, { tree, ends }: Checks): Place {
  const { bucket, bodyLength } = entryOf(bytes, tree.size)
  return { bucket, offset: ends.get(bucket) ?? 0, length: entryBytes + bodyLength }
}

/** A record whose key is destroyed. Its entry stays, and says where it stood. */
async function goneRecord(bytes: Uint8Array, of: Verification, checks: Checks): Promise<void> {
  const { tree, chain, rows, disposed, tail } = checks
  const position = tree.size
  const entry = entryOf(bytes, position)
  const place = placeInFile(bytes, checks)
  if (disposed.stageOf(entry.bucket) === 'certified') {
    const isInLog = tail.logged.has(position)
    checkNothingLeft({ position, place }, { audit: of.audit, bodies: of.source.bodies, isInLog })
  }
  if (entry.type === 2) checks.goneActs++
  const hash = await oneLeaf(bytes, { hasKey: false }, checks)
  chain.gone(position, { entry, leafHash: hash })
  rows.reached(tree.size, chain)
  afterRecord(place, of, checks)
}

/** What the log still has of the archive is the same. */
function checkLogged(bytes: Uint8Array, { tree, tail }: Checks): void {
  const position = tree.size
  const logged = tail.logged.get(position)
  if (logged === undefined) return
  const { bucket, bodyHash } = entryOf(bytes, position)
  if (logged.digest === digestWith(bytes, bodyHash)) return
  throw new Broken(
    `bodies/${bucket}, record ${position}`,
    `it is not what log segment ${logged.segment} has`,
  )
}

/** A record that only the log has yet. */
async function inTail(raw: RawRecord, of: Verification, checks: Checks): Promise<void> {
  const { tree, ends, openRaw } = checks
  const position = tree.size
  const entry = entryOf(raw.entry, position)
  const { bucket } = entry
  const place = { bucket, offset: ends.get(bucket) ?? 0, length: entryBytes + raw.body.length }
  const at = { entry, position, path: 'wal' }
  const texts = await openRaw({ entry: raw.entry, body: () => raw.body }, at)
  // Nothing goes before it is in the archive.
  if (texts === null) throw new Broken('vault', `the key of record ${position} is not in it`)
  await oneRecord({ bytes: raw.entry, place, ...texts }, of, checks)
}

/** A record whose body was opened. */
type Found = OpenedTexts & { readonly bytes: Uint8Array; readonly place: Place }

async function oneRecord(found: Found, of: Verification, checks: Checks): Promise<void> {
  const { bytes, place, content } = found
  const { tree, chain, rows, retention, signers, disposed, stated } = checks
  const position = tree.size
  const entry = entryOf(bytes, position)
  const hash = await oneLeaf(bytes, { hasKey: true }, checks)
  const envelope: Envelope =
    entry.type === 3 ? envelopeOfStatement(found.envelope) : JSON.parse(found.envelope)
  chain.next(position, { entry, leafHash: hash, envelope })
  if (position < rows.below) rows.next({ position, entry, leafHash: hash, envelope, place })
  rows.reached(tree.size, chain)
  retention.next(position, { entry, envelope, content })
  signers.next({ position, envelope, content })
  if (entry.type === 3) {
    disposed.stated(envelope.kind, content)
    stated.stated(position, envelope.kind, content)
  }
  if (entry.type === 2) stated.act(envelope.kind, content)
  of.see({ position, envelope, content })
  afterRecord(place, of, checks)
}

/** The entry is the tree's next leaf. @returns its hash */
async function oneLeaf(
  bytes: Uint8Array,
  { hasKey }: { readonly hasKey: boolean },
  { tree, tiles, disposed }: Checks,
): Promise<Uint8Array> {
  const position = tree.size
  const { type, bucket } = entryOf(bytes, position)
  const hash = leafHash(bytes)
  tree.append(hash)
  if (type !== 3) disposed.next({ position, bucket, leafHash: hash, hasKey })
  const compared = tiles.leaf(hash, bytes)
  if (compared !== null) await compared
  return hash
}

function afterRecord(place: Place, of: Verification, { tree, ends, tail, stated }: Checks): void {
  const position = tree.size - 1
  if (place.bucket !== statementsBucket) stated.grown(place.bucket)
  stated.reached(tree.size)
  ends.set(place.bucket, place.offset + place.length)
  of.heads.at(tree.size, () => tree.root())
  const root = tail.roots.get(tree.size)
  if (root && !sameBytes(root, tree.root())) {
    throw new Broken('wal', `the batch that ends with record ${position} has another tree root`)
  }
}

function checkFrontier(audit: MailboxAudit, tree: Tree): void {
  if (audit.durable === null || sameBytes(audit.durable.frontier, tree.save())) return
  throw new Broken('mailbox.db', 'the edge of the tree that it keeps is not that of the tree')
}

/** Bytes behind the last body: after a crash a batch that was not finished, after a clean stop somebody's doing. */
async function checkBodyFiles(
  { source, audit }: Verification,
  { ends, disposed }: Checks,
  head: Head | null,
): Promise<void> {
  const kept = audit.bodyEnds()
  let missing = 0
  for (const [bucket, end] of ends) {
    const found = kept.get(bucket)
    if (found === undefined && disposed.stageOf(bucket) !== 'untouched') missing++
    else if (found !== end)
      throw new Broken('mailbox.db', `the file of bucket ${bucket} ends elsewhere`)
  }
  if (kept.size !== ends.size - missing)
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
