import { FatalError, OperatorError } from '../base/errors.ts'
import { type Log } from '../base/log.ts'
import { RecordRefused } from '../record/errors.ts'
import { type Record } from '../record/ports.ts'
import { type Appended, type LogPosition, type NewRecord } from '../record/types.ts'
import { actOf, directoryArchive, recordOf } from './acts.ts'
import { type Act, type Actor, type PeopleState } from './ports.ts'

/** Acts that wait for those before them. */
const waitingMax = 1_000

/** Acts on record that the state could not be written for, as when the disk is full. */
const pendingMax = 1_000

/** Rows that a start reads at a time. */
const rowsPerRead = 1_000

type Place = Pick<Appended, 'position' | 'at'>

/** Acts: on record first, then in memory, then in the state. */
export type ActsLog = {
  /** Applies what is on record and not in the state. Done at the start, before anybody is served. */
  catchUp(): Promise<void>
  /** One after another, so that what was checked still holds when it is written. */
  inTurn<T>(step: () => Promise<T>): Promise<T>
  /**
   * Writes an act. When it resolves it is on record and counts.
   * @throws {OperatorError} when the record takes nothing; then nothing has changed
   */
  write(act: Act, by: Actor): Promise<void>
}

export function createActsLog(parts: {
  readonly state: PeopleState
  readonly record: Record
  /** In memory. */
  readonly apply: (act: Act, at: LogPosition) => void
  readonly log: Log
  /** Position of the newest act in the state. */
  readonly applied: LogPosition
}): ActsLog {
  const { state, record, apply, log } = parts
  const pending: { readonly act: Act; readonly at: Place }[] = []

  /**
   * If we stop before this, the next start reads the act from the record. If the disk is full, the act counts all the
   * same, as it is on record and in memory, and is written with the next one.
   */
  async function writePending(): Promise<void> {
    await tryState(async () => {
      for (let next = pending[0]; next; next = pending[0]) {
        await state.apply(next.act, next.at)
        pending.shift()
      }
    })
  }

  async function tryState(step: () => Promise<void>): Promise<void> {
    try {
      await step()
    } catch (error) {
      if (error instanceof FatalError) throw error
      log.error('directory.state-behind', { acts: pending.length, error: String(error) })
    }
  }

  async function catchUp(): Promise<void> {
    const { size } = record
    if (parts.applied >= size) {
      throw new OperatorError(
        'directory.state-ahead',
        `state.db knows of record ${parts.applied}, but the log ends before it, at ${size}: restore both from the same backup`,
      )
    }
    await record.integrated(size)
    for (let after = parts.applied; ;) {
      const owner = directoryArchive
      const rows = record.mailbox.rows({ owner, after, limit: rowsPerRead, newestFirst: false })
      for (const { position, at } of rows) {
        const act = actOf(await record.read(position))
        apply(act, position)
        pending.push({ act, at: { position, at } })
        after = position
      }
      await writePending()
      if (rows.length < rowsPerRead) break
    }
    // What a pending act names looks unused as long as it is pending.
    if (pending.length === 0) await tryState(async () => await state.dropUnusedCredentials())
  }

  return {
    catchUp,
    inTurn: oneByOne(),

    async write(act, by) {
      if (pending.length > 0) await writePending()
      if (pending.length >= pendingMax) throw busy('state.db cannot be written')
      const at = await appendAct(record, recordOf(act, by))
      apply(act, at.position)
      pending.push({ act, at })
      await writePending()
    },
  }
}

function oneByOne(): ActsLog['inTurn'] {
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()
  return async (step) => {
    if (waiting >= waitingMax) throw busy('too many changes of people are waiting')
    waiting += 1
    const done = last.then(step).finally(() => {
      waiting -= 1
    })
    // Whoever asked for a step hears of its failure; the next one starts all the same.
    last = done.catch(() => null)
    return await done
  }
}

/** @throws {OperatorError} when the record takes nothing */
export async function appendAct(record: Pick<Record, 'append'>, act: NewRecord): Promise<Appended> {
  try {
    return await record.append(act)
  } catch (error) {
    if (!(error instanceof RecordRefused)) throw error
    throw new OperatorError(
      'directory.record-refused',
      `nothing was changed, as it could not be put on record: ${error.why.text}`,
      { cause: error },
    )
  }
}

function busy(why: string): OperatorError {
  return new OperatorError('directory.busy', `nothing was changed, as ${why}: try again later`)
}
