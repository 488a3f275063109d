import { type LogPosition } from '../types.ts'
import { type PlacedEvent } from './events.ts'

/** Keeps what is on record of holds and disposal, so that a start need not read all of the record again. What people wrote in it lies sealed. */
export type EventStore = {
  /** In log order, and the position up to which the record was looked at, -1 before the first. */
  load(): Promise<{ readonly applied: LogPosition; readonly events: readonly PlacedEvent[] }>
  /** All of them and the position, or nothing; durable when it resolves. What is there already changes nothing. */
  add(events: readonly PlacedEvent[], applied: LogPosition): Promise<void>
}
