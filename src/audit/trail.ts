// The trail of all acts: what was done, newest first, whatever it was about.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { RecordUnreadable } from '../record/errors.ts'
import { auditArchive } from '../record/ids.ts'
import { type MailboxQuery, type MailboxRow, type Record } from '../record/ports.ts'
import { type LogPosition } from '../record/types.ts'
import { entryOf, isInScope } from './entry.ts'
import { type AuditEntry, type AuditFilter, type AuditScope } from './ports.ts'

/** Rows that are read at a time. */
const rowsPerRead = 500
/** Rows that one page looks at: where few fit, it is short, and says where to go on. */
const rowsPerPageMax = 5_000
/** Acts that are opened before others have their turn. */
const openedPerTurn = 50

type Wanted = AuditFilter & { readonly scope: AuditScope }

export type AuditPage = {
  readonly entries: readonly AuditEntry[]
  /** Where to go on; null: there is no more. */
  readonly next: LogPosition | null
}

export type Trail = {
  /** Newest first. @param page `before`: what the page before said; null: from the newest on */
  page(
    wanted: Wanted,
    page: { readonly before: LogPosition | null; readonly limit: number },
  ): Promise<AuditPage>
  /** Oldest first, behind a position: what is on record at the call. */
  after(position: LogPosition, wanted: Wanted): AsyncGenerator<AuditEntry>
  /** The position of the newest act; -1 where there is none. */
  newest(): Promise<LogPosition>
}

export type TrailRecord = Pick<Record, 'mailbox' | 'read' | 'size' | 'integrated'>

export function createTrail(record: TrailRecord): Trail {
  async function opened({ position }: MailboxRow): Promise<AuditEntry | null> {
    try {
      return entryOf(await record.read(position))
    } catch (error) {
      // It was disposed of, or is damaged: `verify` says which.
      if (error instanceof RecordUnreadable) return null
      throw error
    }
  }
  return {
    async page(wanted, { before, limit }) {
      await record.integrated(record.size)
      const entries: AuditEntry[] = []
      let place = before
      for (let looked = 0; looked < rowsPerPageMax;) {
        const query = { ...queryOf(wanted), newestFirst: true, limit: rowsPerRead }
        const rows = record.mailbox.rows(place === null ? query : { ...query, before: place })
        for (const row of rows) {
          place = row.position
          const entry = mayFit(row, wanted) ? await opened(row) : null
          if (entry === null || !fits(entry, wanted)) continue
          entries.push(entry)
          if (entries.length === limit) return { entries, next: place }
          if (entries.length % openedPerTurn === 0) await nextTurn()
        }
        looked += rows.length
        if (rows.length < rowsPerRead) return { entries, next: null }
        await nextTurn()
      }
      return { entries, next: place }
    },
    async *after(position, wanted) {
      const { size } = record
      await record.integrated(size)
      for (let after = position, isMore = true; isMore;) {
        const query = { ...queryOf(wanted), newestFirst: false, limit: rowsPerRead, after }
        const rows = record.mailbox.rows({ ...query, before: size })
        for (const row of rows) {
          after = row.position
          const entry = mayFit(row, wanted) ? await opened(row) : null
          if (entry !== null && fits(entry, wanted)) yield entry
        }
        isMore = rows.length === rowsPerRead
        await nextTurn()
      }
    },
    async newest() {
      await record.integrated(record.size)
      const query = { owner: auditArchive, newestFirst: true, limit: 1 }
      return record.mailbox.rows(query)[0]?.position ?? -1
    },
  }
}

function queryOf({ by, since, until }: AuditFilter): Pick<MailboxQuery, 'owner'> {
  return {
    owner: auditArchive,
    ...(by !== undefined && { peer: by === 'machine' ? null : by }),
    ...(since !== undefined && { from: since }),
    ...(until !== undefined && { until }),
  }
}

/** What a row tells without being opened. */
function mayFit({ kind }: MailboxRow, { kinds, scope }: Wanted): boolean {
  if (!isInScope(kind, scope)) return false
  return kinds === undefined || kinds.some((one) => kind === one || kind.startsWith(`${one}.`))
}

function fits(entry: AuditEntry, { by, about, purpose, matter }: Wanted): boolean {
  if (by === 'machine' && entry.actor !== 'machine') return false
  if (about !== undefined && !entry.about.includes(about)) return false
  if (matter !== undefined && entry.matter !== matter) return false
  return (
    purpose === undefined || entry.purpose?.toLowerCase().includes(purpose.toLowerCase()) === true
  )
}
