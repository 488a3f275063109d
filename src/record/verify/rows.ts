// Holds the rows of mailbox.db against the record: each row that has to be there is there, says what it should, and no other is.

import { isSamePlace } from '../bodies/ports.ts'
import { rowsOf, type Integrable } from '../integrate/rows.ts'
import { codeOfKind } from '../mailbox/kinds.ts'
import {
  messageIdsAtOnce,
  type HeadCounts,
  type MailboxAudit,
  type MessageIdRow,
  type RowCounts,
  type StoredRow,
} from '../mailbox/audit.ts'
import { type Names } from '../mailbox/names.ts'
import { type Pseudonym, type RecordRows, type ViewRow } from '../mailbox/ports.ts'
import { type LogPosition } from '../types.ts'
import { Broken } from './ports.ts'
import { type Chain } from './chain.ts'
import { type DisposedCheck } from './disposed.ts'

const database = 'mailbox.db'

/** Follows the records in log order, as far as rows are looked at. */
export type RowCheck = {
  readonly below: LogPosition
  next(record: Integrable): void
  /** @param chain where conversations and senders stand after `size` records */
  reached(size: LogPosition, chain: Chain): void
  readonly rows: number
}

/** Counts of what has to be in the tables. */
type Expected = {
  records: number
  rows: number
  messageIds: number
  ticks: number
  /** First retraction of each record that was taken back. */
  readonly retracted: Map<LogPosition, LogPosition>
  /** Pseudonyms that have a number. */
  readonly names: Set<Pseudonym>
  second: number
}

/** @param below rows of later positions are not looked at: of a running server, those that it has not flushed */
export function checkRows(
  audit: MailboxAudit,
  { names, disposed }: { readonly names: Names; readonly disposed: DisposedCheck },
  below: LogPosition,
): RowCheck {
  const expected: Expected = {
    records: 0,
    rows: 0,
    messageIds: 0,
    ticks: 0,
    retracted: new Map(),
    names: new Set(),
    second: -1,
  }
  const waiting: MessageIdRow[] = []
  return {
    below,
    next(record) {
      const rows = rowsOf(record, names)
      checkRecord(rows, audit)
      tally(rows, expected, { audit, disposed })
      const { position, conversation } = rows
      if (conversation !== null) {
        for (const id of rows.messageIds)
          waiting.push({ position, conversation: conversation.name, id })
      }
      if (waiting.length >= messageIdsAtOnce) checkMessageIds(waiting, audit)
    },
    reached(size, chain) {
      if (size !== below) return
      while (waiting.length > 0) checkMessageIds(waiting, audit)
      const retracted = checkRetracted(expected, audit)
      const isAll = below >= audit.applied
      const found = audit.counts(isAll ? Number.MAX_SAFE_INTEGER : below)
      checkCounts(found, { ...expected, retracted }, chain.goneCount)
      if (!isAll) return
      checkHeads(chain, { audit, names, disposed, named: expected.names.size })
    },
    get rows() {
      return expected.rows
    },
  }
}

/** The record's place and its rows in archives. @throws {Broken} */
export function checkRecord(rows: RecordRows, audit: MailboxAudit): void {
  const { position, place, views } = rows
  const where = `${database}, record ${position}`
  const stored = audit.place(position)
  if (stored === null) throw new Broken(where, 'the row is missing')
  if (!isSamePlace(stored, place)) {
    throw new Broken(where, 'it names another place for the body')
  }
  const found = audit.rows(position)
  if (found.length !== views.length)
    throw new Broken(where, `it is in ${found.length} archives, and belongs into ${views.length}`)
  // Of two views of one archive the later one made the row.
  const wanted = new Map(views.map((view) => [view.owner, view]))
  for (const [i, { owner }] of views.entries()) {
    const [row, view] = [found[i] ?? null, wanted.get(owner)]
    if (row === null || !view) throw new Broken(where, 'the row of an archive is missing')
    const wrong = difference(row, view, rows)
    if (wrong !== null) throw new Broken(where, `the row of an archive has another ${wrong}`)
  }
}

/** Looks for ids some records later, many at a time. */
function checkMessageIds(waiting: MessageIdRow[], audit: MailboxAudit): void {
  const missing = audit.missingMessageId(waiting.splice(0, messageIdsAtOnce))
  if (missing === null) return
  throw new Broken(`${database}, record ${missing.position}`, 'its message id is missing')
}

function difference(row: StoredRow, view: ViewRow, { at, kind }: RecordRows): string | null {
  if (row.owner !== view.owner) return 'owner'
  if (row.peer !== view.peer) return 'peer'
  if (row.peerDevice !== view.peerDevice) return 'device'
  if (row.incoming !== view.incoming) return 'direction'
  if (row.at !== at) return 'time'
  if (row.kindCode !== codeOfKind(kind)) return 'kind'
  return null
}

function tally(
  rows: RecordRows,
  expected: Expected,
  { audit, disposed }: { readonly audit: MailboxAudit; readonly disposed: DisposedCheck },
): void {
  expected.records++
  expected.rows += new Set(rows.views.map(({ owner }) => owner)).size
  expected.messageIds += new Set(rows.messageIds).size
  noteNames(rows, expected.names)
  const head = rows.conversation?.head
  if (head?.nextSeq === 1 && audit.handle(rows.place.bucket, head.handle) === null) {
    throw new Broken(`${database}, record ${rows.position}`, 'its handle is missing')
  }
  const second = Math.floor(rows.at / 1000)
  if (second !== expected.second) {
    expected.second = second
    expected.ticks++
    const noted = audit.tick(second)
    // What came before it in that second may have been disposed of: when that was nobody can tell any more.
    const isOfGone = noted !== null && noted < rows.position && disposed.isGone(noted)
    if (noted !== rows.position && !isOfGone) {
      throw new Broken(
        `${database}, record ${rows.position}`,
        'its second is noted for another record',
      )
    }
  }
  if (rows.retracts !== null && !expected.retracted.has(rows.retracts)) {
    expected.retracted.set(rows.retracts, rows.position)
  }
}

function noteNames({ conversation, sender, views }: RecordRows, names: Set<Pseudonym>): void {
  if (conversation !== null) names.add(conversation.name)
  if (sender !== null) names.add(sender)
  for (const { owner, peer, peerDevice } of views)
    for (const name of [owner, peer, peerDevice]) if (name !== null) names.add(name)
}

/** @returns how many rows are marked as taken back */
function checkRetracted({ retracted }: Expected, audit: MailboxAudit): number {
  let marked = 0
  for (const [position, by] of retracted) {
    for (const row of audit.rows(position)) {
      marked++
      if (row?.retractedBy === by) continue
      throw new Broken(
        `${database}, record ${position}`,
        `it is not marked as taken back by record ${by}`,
      )
    }
  }
  return marked
}

type Heads = {
  readonly audit: MailboxAudit
  readonly names: Names
  readonly disposed: DisposedCheck
  readonly named: number
}

function checkHeads(chain: Chain, { audit, names, disposed, named }: Heads): void {
  for (const [conversation, head] of chain.conversations) {
    const stored = audit.conversation(names.conversation(conversation))
    const isSame = stored?.nextConvSeq === head.nextConvSeq && stored.prev === head.prev
    // Its newest records may have been disposed of.
    const isFurther =
      stored !== null && stored.nextConvSeq > head.nextConvSeq && chain.isGoneEnd(stored.prev)
    if (!isSame && !isFurther)
      throw new Broken(
        database,
        `a conversation does not stand where its record ${head.prev} leaves it`,
      )
  }
  let handles = 0
  const inBuckets = [...chain.handles.values()].flatMap((one) => [...one.values()])
  for (const { bucket, handle, conversation, nextSeq, last } of inBuckets) {
    const stored = audit.handle(bucket, handle)
    if (stored !== null) handles++
    const isOf = conversation === null || stored?.conversation === names.conversation(conversation)
    const isSame = isOf && stored?.nextSeq === nextSeq && stored.last === last
    // Of a bucket that is gone whole nothing is kept.
    const mayBeGone =
      stored === null && conversation === null && disposed.stageOf(bucket) !== 'untouched'
    if (!isSame && !mayBeGone)
      throw new Broken(
        database,
        `a conversation does not stand in bucket ${bucket} where its record ${last} leaves it`,
      )
  }
  for (const [sender, seq] of chain.senders) {
    const stored = audit.nextSenderSeq(names.person(sender))
    const mayBeFurther = stored > seq && stored - seq <= chain.goneCount
    if (stored !== seq && !mayBeFurther) {
      throw new Broken(database, 'a sender does not stand where the record leaves him')
    }
  }
  const found = audit.heads()
  const wanted: HeadCounts = {
    conversations: chain.conversations.size,
    senders: chain.senders.size,
    handles,
    names: named,
  }
  checkEqual(found, wanted, ['handles'])
  // Numbers go on from where they were, so that who has said nothing else is still known.
  const others = ['conversations', 'senders', 'names'] as const
  if (chain.goneCount === 0) checkEqual(found, wanted, others)
  else checkAtLeast(found, wanted, others)
  if (chain.goneCount === 0 ? audit.lastAt !== chain.lastAt : audit.lastAt < chain.lastAt)
    throw new Broken(database, 'the time of the newest record is another')
}

const countedTables = ['records', 'rows', 'retracted', 'messageIds', 'ticks'] as const

/** Of what was disposed of there is no row, but for seconds that were noted for it, and marks of a retraction that is gone. */
function checkCounts(found: RowCounts, wanted: RowCounts, goneCount: number): void {
  if (goneCount === 0) return checkEqual(found, wanted, countedTables)
  checkAtLeast(found, wanted, countedTables)
  const ticks = found.ticks - wanted.ticks
  if (ticks > goneCount)
    throw new Broken(database, `it has ${ticks} seconds more than the record makes`)
}

function checkAtLeast<Table extends string>(
  found: Readonly<Record<Table, number>>,
  wanted: Readonly<Record<Table, number>>,
  tables: readonly Table[],
): void {
  const short = tables.find((table) => found[table] < wanted[table])
  if (short !== undefined) checkEqual(found, wanted, [short])
}

/** Everything that has to be there was found; so what is more should not be there. */
function checkEqual<Table extends string>(
  found: Readonly<Record<Table, number>>,
  wanted: Readonly<Record<Table, number>>,
  tables: readonly Table[],
): void {
  for (const table of tables) {
    if (found[table] === wanted[table]) continue
    throw new Broken(
      database,
      `it has ${found[table]} ${table}, and the record makes ${wanted[table]}`,
    )
  }
}
