import { type Place } from '../bodies/ports.ts'
import { type RecordPlace } from '../keys/ports.ts'
import { type Gone } from '../ledger/ports.ts'
import { type LogPosition } from '../types.ts'
import { type PlacedEvent } from './events.ts'

/** Keeps what is on record of holds and disposal, so that a start need not read all of the record again. What people wrote in it lies sealed. */
export type EventStore = {
  /** In log order, and the position up to which the record was looked at, -1 before the first. */
  load(): Promise<{ readonly applied: LogPosition; readonly events: readonly PlacedEvent[] }>
  /** All of them and the position, or nothing; durable when it resolves. What is there already changes nothing. */
  add(events: readonly PlacedEvent[], applied: LogPosition): Promise<void>
}

/** Deletes bodies of buckets that take no more. Doing it again changes nothing. */
export type BodyEraser = {
  /** Removes a bucket's file. Durable when it resolves. */
  remove(bucket: number): Promise<void>
  /**
   * Keeps these places as they are, and nothing else of the file. Durable when it resolves; whenever we stop, the old file or the new one
   * is there, whole.
   * @param places ascending
   * @throws {NoSpace} and it may be tried again
   */
  keepOnly(bucket: number, places: readonly Omit<Place, 'bucket'>[]): Promise<void>
}

/** What was worked out before a commit, so that after a stop the same survives. */
export type PlanStore = {
  /** Durable when it resolves. In place of what was there of that run. */
  put(run: LogPosition, plans: readonly StoredPlan[]): Promise<void>
  get(run: LogPosition): Promise<readonly StoredPlan[]>
  drop(run: LogPosition): Promise<void>
}

/** Of one bucket: what the vault is told. */
export type StoredPlan = {
  readonly bucket: number
  readonly conversations: readonly Uint8Array[]
  readonly records: readonly RecordPlace[]
  /** One that goes: while its key is there, the vault was not turned. Null where nothing goes. */
  readonly sample: RecordPlace | null
}

/** Something else that has to do with records and is kept apart from them: files, search partitions. */
export type Forgetter = {
  /** For the log. */
  readonly name: string
  /** Nothing of these records is left there when it resolves. Doing it again changes nothing. */
  forget(gone: Gone): Promise<void>
}
