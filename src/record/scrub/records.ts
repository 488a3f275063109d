// Records in log order, a few at a time: the bundle of entries against the tiles, each body with everything checked, each row.

import { concatBytes, sameBytes } from '../../base/bytes.ts'
import { type Place } from '../bodies/ports.ts'
import { rowsOf } from '../integrate/rows.ts'
import { type Keys } from '../keys/ports.ts'
import { recordSecrets } from '../keys/record-secrets.ts'
import { type Entry, entryBytes, leafHash } from '../ledger/entry.ts'
import { perfectRoot } from '../ledger/proof.ts'
import { envelopeOfStatement } from '../ledger/statement.ts'
import { tileAt, tilePath, tileWidth } from '../ledger/tiles.ts'
import { hashBytes } from '../ledger/tree.ts'
import { type MailboxAudit, messageIdsAtOnce } from '../mailbox/audit.ts'
import { type Names } from '../mailbox/names.ts'
import { type RecordRows } from '../mailbox/ports.ts'
import { actsName } from '../retention/builtin.ts'
import { type Envelope, type LogPosition } from '../types.ts'
import { entryOf } from '../verify/open-records.ts'
import { Broken, type Opener, type RecordSource, type SealedRun } from '../verify/ports.ts'
import { checkRecord } from '../verify/rows.ts'
import { entriesOf } from '../verify/tiles.ts'

export type RecordParts = {
  readonly source: Pick<RecordSource, 'read' | 'bodies'>
  readonly audit: MailboxAudit
  readonly keys: Keys
  readonly names: Names
  readonly opener: Opener
}

/** What a bundle came to. */
export type Bundle = {
  readonly records: number
  readonly rows: number
  readonly messageIds: number
  readonly bytes: number
  /** An act is in a bucket that is not one of acts. */
  readonly hasOldActs: boolean
}

/** @param from the first record of a bundle @param size of the tree whose tiles are there @throws {Broken} */
export async function scrubBundle(
  from: LogPosition,
  size: LogPosition,
  parts: RecordParts,
): Promise<Bundle> {
  const { value: entries = [] } = await entriesOf(parts.source, size, from).next()
  const tiles = await checkTiles(entries, { from, size }, parts.source)
  let [records, rows, messageIds] = [0, 0, 0]
  let bytes = entries.length * entryBytes + tiles
  let hasOldActs = false
  const ofActs = new Set(
    parts.keys
      .knownBuckets()
      .flatMap(({ number, class: name }) => (name === actsName ? number : [])),
  )
  for (const one of await opened(entries, from, parts)) {
    const made = rowsOf(one, parts.names)
    await checkRows(made, size, parts)
    records++
    rows += new Set(made.views.map(({ owner }) => owner)).size
    messageIds += new Set(made.messageIds).size
    bytes += one.place.length
    hasOldActs ||= one.entry.type === 2 && !ofActs.has(one.entry.bucket)
  }
  return { records, rows, messageIds, bytes, hasOldActs }
}

/** The leaves against their tile, and a full tile against its place in the one above, up to the highest. @returns bytes that were read */
async function checkTiles(
  entries: readonly Uint8Array[],
  { from, size }: { readonly from: LogPosition; readonly size: LogPosition },
  source: RecordParts['source'],
): Promise<number> {
  const leaves = new Uint8Array(entries.length * hashBytes)
  for (const [i, entry] of entries.entries()) leaves.set(leafHash(entry), i * hashBytes)
  const first = from / tileWidth
  let tile = await readTile({ level: 0, index: first, size }, source)
  expectAt(tile, { slot: 0, hashes: leaves })
  let read = tile.bytes.length
  let index = first
  for (let level = 1; tile.isFull; level++) {
    const hash = perfectRoot(tile.bytes)
    tile = await readTile({ level, index: Math.floor(index / tileWidth), size }, source)
    expectAt(tile, { slot: index % tileWidth, hashes: hash })
    read += tile.bytes.length
    // Higher up, the next is looked at with the last of those below it.
    if (index % tileWidth !== tileWidth - 1) break
    index = Math.floor(index / tileWidth)
  }
  return read
}

type ReadTile = { readonly path: string; readonly bytes: Uint8Array; readonly isFull: boolean }

async function readTile(
  { level, index, size }: { readonly level: number; readonly index: number; readonly size: number },
  source: RecordParts['source'],
): Promise<ReadTile> {
  const width = tileAt(level, index, size)?.width ?? 0
  const path = `log/${tilePath({ level, index, width })}`
  const full = `log/${tilePath({ level, index, width: tileWidth })}`
  // A partial one goes when the full one is there.
  const bytes = (await source.read(path)) ?? (await source.read(full))
  if (bytes === null) throw new Broken(path, 'the file is missing')
  return { path, bytes: bytes.subarray(0, width * hashBytes), isFull: width === tileWidth }
}

function expectAt(
  { path, bytes }: ReadTile,
  { slot, hashes }: { readonly slot: number; readonly hashes: Uint8Array },
): void {
  const found = bytes.subarray(slot * hashBytes, slot * hashBytes + hashes.length)
  if (!sameBytes(found, hashes)) throw new Broken(path, 'it is not what the tree has here')
}

type OpenedHere = {
  readonly position: LogPosition
  readonly entry: Entry
  readonly leafHash: Uint8Array
  readonly envelope: Envelope
  readonly place: Place
}

/** Those that have a key, opened and checked. */
async function opened(
  entries: readonly Uint8Array[],
  from: LogPosition,
  parts: RecordParts,
): Promise<readonly OpenedHere[]> {
  const found: OpenedHere[] = []
  for (const run of await runsOf(entries, from, parts)) {
    const { envelopes, finding } = await parts.opener.open(run)
    if (finding !== null) throw new Broken(finding.where, finding.what)
    for (const [i, text] of envelopes.entries()) {
      const place = run.places[i]
      if (text === null || place === undefined) continue
      const bytes = run.entries.subarray(i * entryBytes, (i + 1) * entryBytes)
      const position = run.first + i
      const entry = entryOf(bytes, position)
      const envelope: Envelope = entry.type === 3 ? envelopeOfStatement(text) : JSON.parse(text)
      found.push({ position, entry, leafHash: leafHash(bytes), envelope, place })
    }
  }
  return found
}

type PlacedRun = SealedRun & { readonly places: readonly Place[] }

/** Records in a row that have a place by the rows. @throws {Broken} when one has none, and a key */
async function runsOf(
  entries: readonly Uint8Array[],
  from: LogPosition,
  { audit, keys }: RecordParts,
): Promise<readonly PlacedRun[]> {
  const secrets = recordSecrets(keys, 'check')
  const runs: { first: LogPosition; entries: Uint8Array[]; places: Place[] }[] = []
  let isInRow = false
  for (const [i, bytes] of entries.entries()) {
    const position = from + i
    const place = audit.place(position)
    const entry = entryOf(bytes, position)
    if (place === null) {
      if (entry.type === 3 || (await secrets.of({ ...entry, position })) !== null)
        throw new Broken(`mailbox.db, record ${position}`, 'the row is missing')
      isInRow = false
      continue
    }
    const isSame = place.bucket === entry.bucket && place.length === entryBytes + entry.bodyLength
    if (!isSame)
      throw new Broken(`mailbox.db, record ${position}`, 'it names another place for the body')
    if (!isInRow) runs.push({ first: position, entries: [], places: [] })
    isInRow = true
    runs.at(-1)?.entries.push(bytes)
    runs.at(-1)?.places.push(place)
  }
  return runs.map(({ first, entries: its, places }) => ({
    first,
    entries: concatBytes(...its),
    offsets: places.map(({ offset }) => offset),
    places,
  }))
}

/** What is kept of a record, and whether it was taken back. */
async function checkRows(rows: RecordRows, size: LogPosition, parts: RecordParts): Promise<void> {
  const { audit } = parts
  const { position, conversation, messageIds, retracts } = rows
  checkRecord(rows, audit)
  const where = `mailbox.db, record ${position}`
  if (conversation !== null) {
    const ids = messageIds.map((id) => ({ position, conversation: conversation.name, id }))
    for (let i = 0; i < ids.length; i += messageIdsAtOnce)
      if (audit.missingMessageId(ids.slice(i, i + messageIdsAtOnce)) !== null)
        throw new Broken(where, 'its message id is missing')
    checkStanding(rows, conversation, audit)
  }
  const noted = audit.tick(Math.floor(rows.at / 1_000))
  if (noted === null || noted > position) throw new Broken(where, 'its second is not noted')
  for (const row of retracts === null ? [] : audit.rows(retracts))
    if (row !== null && (row.retractedBy === null || row.retractedBy > position))
      throw new Broken(
        `mailbox.db, record ${retracts}`,
        `it is not marked as taken back by record ${position}`,
      )
  const marks = new Set(audit.rows(position).flatMap((row) => row?.retractedBy ?? []))
  for (const by of marks)
    if (by < size && (await retractedIn(by, parts)) !== position)
      throw new Broken(where, `it is marked as taken back by record ${by}, which does not`)
}

/** Numbers go on from where the newest record leaves them. */
function checkStanding(
  { position, place, sender, nextSenderSeq }: RecordRows,
  { name, head }: NonNullable<RecordRows['conversation']>,
  audit: MailboxAudit,
): void {
  const handle = audit.handle(place.bucket, head.handle)
  const isNewest = handle?.last === position
  const isThere = handle !== null && handle.last >= position && handle.conversation === name
  if (!isThere || (isNewest ? handle.nextSeq !== head.nextSeq : handle.nextSeq <= head.nextSeq))
    throw new Broken(
      'mailbox.db',
      `a conversation does not stand in bucket ${place.bucket} where its record ${position} leaves it`,
    )
  const stands = audit.conversation(name)
  const [isSame, isAt] = [stands?.prev === head.prev, stands?.nextConvSeq === head.nextConvSeq]
  if (stands === null || stands.nextConvSeq < head.nextConvSeq || isSame !== isAt)
    throw new Broken(
      'mailbox.db',
      `a conversation does not stand where its record ${position} leaves it`,
    )
  if (sender !== null && audit.nextSenderSeq(sender) < nextSenderSeq)
    throw new Broken('mailbox.db', `a sender does not stand where record ${position} leaves him`)
}

/** What that record takes back; null when it takes back nothing, or is gone. */
async function retractedIn(position: LogPosition, parts: RecordParts): Promise<LogPosition | null> {
  const place = parts.audit.place(position)
  if (place === null) return null
  const entry = parts.source.bodies.read(place.bucket, place.offset, entryBytes)
  const [one] = await opened([entry], position, parts)
  return one === undefined ? null : rowsOf(one, parts.names).retracts
}
