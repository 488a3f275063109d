import { outboxArchive } from '../record/ids.ts'
import { type Opened } from '../record/bodies/opened.ts'
import { type MailboxRow } from '../record/ports.ts'
import { type LogPosition } from '../record/types.ts'
import { readLeft } from '../record/read-left.ts'
import { itemsOf, type Reader } from './items.ts'
import { type Outbox } from './ports.ts'

/**
 * Rows that are looked at: messages to other servers, and what says what became of them. Above the position up to which all
 * is settled there are few, unless one server cannot be reached and much goes to others meanwhile.
 */
const rowsMax = 20_000
const rowsPerRead = 1_000

/** Messages of one page at most. */
const pageMax = 250

/** The archive of what goes to other servers, which is nobody's. */
export function createOutbox(record: Reader): Outbox {
  // What is sent from now on is on its way already.
  const before = record.size
  return {
    async unsettled(after) {
      await record.integrated(before)
      const rows = rowsBetween(record, { after, before })
      const messages = rows.filter(({ incoming }) => incoming)
      const notes = rows.filter(({ incoming }) => !incoming)
      const settled = messages.length > 0 ? await settledBy(record, notes) : new Set()
      const positions = messages
        .map(({ position }) => position)
        .filter((position) => !settled.has(position))
      return { positions: positions.toReversed(), isWhole: rows.length < rowsMax }
    },
    async read(positions) {
      const some = positions.slice(0, pageMax)
      const query = { owner: outboxArchive, limit: pageMax, newestFirst: false }
      const rows = record.mailbox.rows({ ...query, positions: some })
      const { items, taken } = await itemsOf(record, outboxArchive, rows)
      const end = taken === rows.length ? some.at(-1) : rows[taken - 1]?.position
      return { items, rest: positions.filter((position) => position > (end ?? -1)) }
    },
  }
}

/** Newest first. */
function rowsBetween(
  { mailbox }: Reader,
  bounds: { readonly after: LogPosition; readonly before: LogPosition },
): readonly MailboxRow[] {
  const rows: MailboxRow[] = []
  while (rows.length < rowsMax) {
    const before = rows.at(-1)?.position ?? bounds.before
    const query = { owner: outboxArchive, limit: rowsPerRead, newestFirst: true }
    const found = mailbox.rows({ ...query, after: bounds.after, before })
    rows.push(...found)
    if (found.length < rowsPerRead) break
  }
  return rows
}

async function settledBy(
  record: Reader,
  notes: readonly MailboxRow[],
): Promise<ReadonlySet<LogPosition>> {
  const settled = new Set<LogPosition>()
  let rest = notes.map(({ position }) => position)
  while (rest.length > 0) {
    const some = await readLeft(record, rest)
    for (const position of some.flatMap((opened) => (opened ? settledIn(opened) : [])))
      settled.add(position)
    rest = rest.slice(some.length)
  }
  return settled
}

/** Marks of `intake/marks.ts`, or an error that names what did not get there. */
function settledIn({ envelope, content }: Opened): readonly LogPosition[] {
  if (envelope.kind !== 'marks') return envelope.refs ? [envelope.refs.position] : []
  const { handed = [], unanswered = [] }: { handed?: number[]; unanswered?: number[] } =
    JSON.parse(content)
  return [...handed, ...unanswered]
}
