// Holds and runs: on record first, then in memory, then in the state. One turn for all of them, so that the log orders them.

import { FatalError, OperatorError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { RecordRefused } from '../errors.ts'
import { holdRegister, type HoldRegister } from '../holds/register.ts'
import { type Record } from '../ports.ts'
import { type Appended, type LogPosition } from '../types.ts'
import {
  isEvent,
  placedEvent,
  recordOfAct,
  recordsArchive,
  statementOf,
  type PlacedEvent,
  type RecordsAct,
  type RecordsEvent,
} from './events.ts'
import { type EventStore } from './ports.ts'
import { runRegister, type RunRegister, type RunStatement } from './runs.ts'

/** Rows that a start reads at a time. */
const rowsPerRead = 1_000
/** Who waits for his turn. */
const waitingMax = 1_000

type Written = Pick<Appended, 'position' | 'at'>

export type Book = {
  readonly holds: HoldRegister
  readonly runs: RunRegister
  /** One after another: what was looked at still holds when something is put on record. Steps may not be nested. */
  inTurn<T>(step: (turn: Turn) => Promise<T>): Promise<T>
}

/** Of whoever has the turn. What is put on record counts when it resolves. @throws {OperatorError} when the record takes nothing */
export type Turn = {
  act(act: RecordsAct): Promise<Written>
  state(statement: RunStatement): Promise<Written>
}

export type BookParts = {
  readonly record: Pick<Record, 'append' | 'state' | 'size' | 'integrated' | 'mailbox' | 'readSome'>
  readonly store: EventStore
  readonly log: Log
}

/** Reads what is on record. @throws {OperatorError} when the state is of another record */
export async function openBook(parts: BookParts): Promise<Book> {
  const { record, store } = parts
  const holds = holdRegister()
  const runs = runRegister()
  const apply = ({ event, ...place }: PlacedEvent): void => {
    if (event.kind === 'hold.place' || event.kind === 'hold.release') holds.apply(event, place)
    else runs.apply(event, place)
  }
  const pending = await pendingEvents(parts, apply)

  async function write(event: RecordsEvent, append: () => Promise<Appended>): Promise<Written> {
    const { position, at } = await appended(append)
    const placed = { position, at, event }
    apply(placed)
    await pending.add([placed], position)
    return { position, at }
  }
  const turn: Turn = {
    act: async (act) => await write(act, async () => await record.append(recordOfAct(act))),
    state: async (said) => await write(said, async () => await record.state(statementOf(said))),
  }
  const { applied, events } = await store.load()
  if (applied >= record.size)
    throw new OperatorError(
      'records.state-ahead',
      `state.db knows of record ${applied}, but the log ends before it, at ${record.size}: restore both from the same backup`,
    )
  for (const event of events) apply(event)
  await pending.catchUp(applied)
  const inTurn = oneByOne()
  return { holds, runs, inTurn: async (step) => await inTurn(async () => await step(turn)) }
}

/** What is on record and in memory, and could not be written into the state yet, as when the disk is full. The next start reads it from the record. */
async function pendingEvents(
  { record, store, log }: BookParts,
  apply: (event: PlacedEvent) => void,
): Promise<{
  add(events: readonly PlacedEvent[], applied: LogPosition): Promise<void>
  catchUp(applied: LogPosition): Promise<void>
}> {
  let waiting: PlacedEvent[] = []

  async function add(events: readonly PlacedEvent[], applied: LogPosition): Promise<void> {
    waiting.push(...events)
    try {
      await store.add(waiting, applied)
      waiting = []
    } catch (error) {
      if (error instanceof FatalError) throw error
      log.error('records.state-behind', { events: waiting.length, error: String(error) })
    }
  }

  /** Acts are in their archive; statements are in none, and found by their place. */
  async function positionsAfter(after: LogPosition): Promise<readonly LogPosition[]> {
    const query = { owner: recordsArchive, after, limit: rowsPerRead, newestFirst: false }
    const acts = record.mailbox.rows(query).map(({ position }) => position)
    const statements = record.mailbox.statements(after, rowsPerRead)
    const ends = [acts, statements].filter(({ length }) => length === rowsPerRead)
    const upTo = Math.min(...ends.map((positions) => positions.at(-1) ?? -1))
    return [...acts, ...statements].filter((position) => position <= upTo).toSorted((a, b) => a - b)
  }

  return {
    add,
    async catchUp(applied) {
      const { size } = record
      await record.integrated(size)
      for (let after = applied; ;) {
        const positions = await positionsAfter(after)
        const last = positions.at(-1)
        if (last === undefined) break
        const events = await eventsAt(record, positions)
        for (const event of events) apply(event)
        await add(events, last)
        after = last
      }
      // So that the next start does not look at all of this again.
      if (size > 0) await add([], size - 1)
    },
  }
}

async function eventsAt(
  record: Pick<Record, 'readSome'>,
  positions: readonly LogPosition[],
): Promise<readonly PlacedEvent[]> {
  const events: PlacedEvent[] = []
  let rest = positions
  while (rest.length > 0) {
    const some = await record.readSome(rest)
    for (const opened of some) if (isEvent(opened.start.kind)) events.push(placedEvent(opened))
    rest = rest.slice(some.length)
  }
  return events
}

async function appended(append: () => Promise<Appended>): Promise<Appended> {
  try {
    return await append()
  } catch (error) {
    if (!(error instanceof RecordRefused)) throw error
    throw new OperatorError(
      'records.record-refused',
      `nothing was changed, as it could not be put on record: ${error.why.text}`,
      { cause: error },
    )
  }
}

function oneByOne(): <T>(step: () => Promise<T>) => Promise<T> {
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()
  return async (step) => {
    if (waiting >= waitingMax)
      throw new OperatorError(
        'records.busy',
        'nothing was changed, as too much is waiting: try again later',
      )
    waiting++
    const done = last.then(step).finally(() => {
      waiting--
    })
    // Whoever asked for a step hears of its failure; the next one starts all the same.
    last = done.catch(() => null)
    return await done
  }
}
