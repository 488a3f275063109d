// State whose changes are entries of the record: the act is appended, counts in memory, and goes into the state with its position. DESIGN.md §3.

import { FatalError, OperatorError } from '../base/errors.ts'
import { type Log } from '../base/log.ts'
import { type Opened } from './bodies/opened.ts'
import { RecordRefused } from './errors.ts'
import { type Record } from './ports.ts'
import { type Appended, type LogPosition, type NewRecord, type PersonId } from './types.ts'

/** Acts on record that the state could not be written for, as when the disk is full. */
const pendingMax = 1_000
/** Acts that wait for those before them. */
const waitingMax = 100
/** Rows that a start reads at a time. */
const rowsPerRead = 1_000

/** What acts are appended to and read from again. */
export type ActsRecord = Pick<Record, 'append' | 'size' | 'integrated' | 'read' | 'mailbox'>

/** Acts of one kind of state. */
export type ActsOnRecord<Act> = {
  /** Applies what is on record and not in the state. Before anybody is served. */
  catchUp(): Promise<void>
  /** One after another, so that what was checked still holds when it is written. */
  inTurn<T>(step: () => Promise<T>): Promise<T>
  /**
   * On record when it resolves, and it counts. Within `inTurn`.
   * @throws {OperatorError} when the record takes nothing; then nothing has changed
   */
  write(act: Act, record: NewRecord): Promise<Appended>
}

export function createActsOnRecord<Act>(parts: {
  /** Of the state, for names of events and errors. */
  readonly name: string
  readonly record: ActsRecord
  /** Whose archive the acts are in. */
  readonly archive: PersonId
  readonly actOf: (opened: Opened) => Act
  /** In memory. */
  readonly apply: (act: Act, at: Pick<Appended, 'position' | 'at'>) => void
  /** In the state. Doing it again changes nothing. */
  readonly store: (act: Act, at: Pick<Appended, 'position' | 'at'>) => Promise<void>
  /** Position of the newest act in the state, -1 before the first. */
  readonly applied: LogPosition
  readonly log: Log
}): ActsOnRecord<Act> {
  const { name, record, archive, apply, store, log } = parts
  const pending: { readonly act: Act; readonly at: Pick<Appended, 'position' | 'at'> }[] = []
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()

  /** If we stop before this, the next start reads the act from the record. On a full disk it counts all the same. */
  async function writePending(): Promise<void> {
    try {
      for (let next = pending[0]; next; next = pending[0]) {
        await store(next.act, next.at)
        pending.shift()
      }
    } catch (error) {
      if (error instanceof FatalError) throw error
      log.error(`${name}.state-behind`, { acts: pending.length, error: String(error) })
    }
  }

  return {
    async catchUp() {
      const { size } = record
      if (parts.applied >= size)
        throw new OperatorError(
          `${name}.state-ahead`,
          `state.db knows of record ${parts.applied}, but the log ends before it, at ${size}: restore both from the same backup`,
        )
      await record.integrated(size)
      for (let after = parts.applied, isMore = true; isMore;) {
        const query = { owner: archive, after, limit: rowsPerRead, newestFirst: false }
        const rows = record.mailbox.rows(query)
        for (const { position, at } of rows) {
          const act = parts.actOf(await record.read(position))
          apply(act, { position, at })
          pending.push({ act, at: { position, at } })
          after = position
        }
        await writePending()
        isMore = rows.length === rowsPerRead
      }
    },

    async inTurn(step) {
      if (waiting >= waitingMax) throw busy(name, 'too many changes are waiting')
      waiting++
      const done = last.then(step).finally(() => {
        waiting--
      })
      // Whoever asked for a step hears of its failure; the next one starts all the same.
      last = done.catch(() => null)
      return await done
    },

    async write(act, entry) {
      if (pending.length > 0) await writePending()
      if (pending.length >= pendingMax) throw busy(name, 'state.db cannot be written')
      const at = await appendAct(record, entry, name)
      apply(act, at)
      pending.push({ act, at })
      await writePending()
      return at
    },
  }
}

async function appendAct(
  record: Pick<Record, 'append'>,
  entry: NewRecord,
  name: string,
): Promise<Appended> {
  try {
    return await record.append(entry)
  } catch (error) {
    if (!(error instanceof RecordRefused)) throw error
    throw new OperatorError(
      `${name}.record-refused`,
      `nothing was changed, as it could not be put on record: ${error.why.text}`,
      { cause: error },
    )
  }
}

function busy(name: string, why: string): OperatorError {
  return new OperatorError(`${name}.busy`, `nothing was changed, as ${why}: try again later`)
}
