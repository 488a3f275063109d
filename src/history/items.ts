// Rows of an archive, and the records that they stand for, opened, with what became of them.
import { type Opened } from '../record/bodies/opened.ts'
import { type MailboxQuery, type MailboxRow, type Record } from '../record/ports.ts'
import { readLeft } from '../record/read-left.ts'
import { type LogPosition, type PersonId } from '../record/types.ts'
import { type HistoryItem, type HistoryQuery } from './ports.ts'

/** UTF-16 units of one page, counted in stanzas: who sends much at once keeps nobody from reading on. One item always fits. */
const pageCharsMax = 2_097_152

export type Reader = Pick<
  Record,
  | 'size'
  | 'integrated'
  | 'notWritable'
  | 'read'
  | 'readSome'
  | 'stanzaId'
  | 'positionOf'
  | 'shedding'
  | 'mailbox'
>

/** Range by range: membership comes and goes a few times at most. */
export function rowsWithin(
  { mailbox }: Reader,
  query: MailboxQuery,
  within: HistoryQuery['within'],
): readonly MailboxRow[] {
  if (within === undefined) return mailbox.rows(query)
  const rows: MailboxRow[] = []
  for (const { from, to } of query.newestFirst ? within.toReversed() : within) {
    const after = Math.max(query.after ?? -1, from - 1)
    const before = Math.min(query.before ?? Infinity, to)
    const limit = query.limit - rows.length
    if (limit === 0) break
    if (after + 1 >= before) continue
    const isOpen = before === Infinity
    rows.push(...mailbox.rows({ ...query, after, limit, ...(!isOpen && { before }) }))
  }
  return rows
}

/** What fits on a page, and how many rows that were: what was disposed of is no item. */
type Fitting = { readonly items: HistoryItem[]; readonly taken: number }

/** The first of them, as many as fit on a page. */
export async function itemsOf(
  record: Reader,
  owner: PersonId,
  rows: readonly MailboxRow[],
): Promise<Fitting> {
  const items: HistoryItem[] = []
  let chars = 0
  let taken = 0
  while (taken < rows.length) {
    for (const item of await readItems(record, owner, rows.slice(taken))) {
      chars += item?.content.opened.wire.length ?? 0
      if (chars > pageCharsMax && items.length > 0) return { items, taken }
      if (item) items.push(item)
      taken++
    }
  }
  return { items, taken }
}

/** The first of them, as many as the record reads at once. */
async function readItems(
  record: Reader,
  owner: PersonId,
  wanted: readonly MailboxRow[],
): Promise<(HistoryItem | null)[]> {
  const opened = await readLeft(
    record,
    wanted.map(({ position }) => position),
  )
  const rows = wanted.slice(0, opened.length)
  const takenBack = retractionsOf(record, owner, { rows, opened })
  const retractions = await readRetractions(record, takenBack)
  return rows.map(({ position, at }, index): HistoryItem | null => {
    const one = opened[index]
    if (!one) return null
    const id = one.stanzaId
    const retraction = takenBack[index] ?? null
    if (retraction === null) return { id, position, at, content: { kind: 'message', opened: one } }
    // The retraction may be gone before what it took back, which is held: it stays taken back.
    const by = retractions.get(retraction) ?? {
      retractedAt: at,
      retractedBy: null,
      moderation: null,
    }
    return { id, position, at, content: { kind: 'retracted', opened: one, ...by } }
  })
}

type Retraction = Pick<
  Extract<HistoryItem['content'], { readonly kind: 'retracted' }>,
  'retractedAt' | 'retractedBy' | 'moderation'
>

/** By position. Of each only what a tombstone says is kept: a retraction can be as long as any message. */
async function readRetractions(
  record: Reader,
  takenBack: readonly (LogPosition | null)[],
): Promise<ReadonlyMap<LogPosition, Retraction>> {
  const read = new Map<LogPosition, Retraction>()
  // A message and what corrects it go with one retraction.
  let rest = [...new Set(takenBack)].filter((by) => by !== null)
  while (rest.length > 0) {
    const some = await readLeft(record, rest)
    for (const opened of some) {
      if (!opened) continue
      const { position, envelope, wire } = opened
      read.set(position, {
        retractedAt: envelope.t_server,
        retractedBy: envelope.message_id,
        moderation: envelope.kind === 'moderation' ? wire : null,
      })
    }
    rest = rest.slice(some.length)
  }
  return read
}

/**
 * The retraction that took each row back: its own, or that of the message that it corrects. A correction always names the
 * original (XEP-0308 §3), and says what that says, so that one goes with the other.
 */
function retractionsOf(
  { mailbox }: Reader,
  owner: PersonId,
  {
    rows,
    opened,
  }: { readonly rows: readonly MailboxRow[]; readonly opened: readonly (Opened | null)[] },
): (LogPosition | null)[] {
  // The row says what it is, so that no other envelope has to be read.
  const corrected = rows.map(({ kind }, i) =>
    kind === 'correction' ? (opened[i]?.envelope.refs?.position ?? -1) : -1,
  )
  const positions = corrected.filter((position) => position >= 0)
  if (positions.length === 0) return rows.map(({ retractedBy }) => retractedBy)
  const originals = mailbox.rows({ owner, positions, limit: positions.length, newestFirst: false })
  const takenBack = new Map(originals.map(({ position, retractedBy }) => [position, retractedBy]))
  return rows.map(({ retractedBy }, i) => retractedBy ?? takenBack.get(corrected[i] ?? -1) ?? null)
}
