import { type LogPosition } from '../../record/types.ts'

/** One thing that stands, under its key; null: nothing does any more. Its text is sealed where it lies. */
export type AccessItem = { readonly key: string; readonly text: string | null }

/** Keeps what stands of grants, so that a start need not read all acts again. It follows from the record. */
export type AccessState = {
  /** What was written last under each key, and the position of the newest act of all, -1 before the first. */
  load(): Promise<StoredAccess>
  /** All of it and the position, or nothing; durable when it resolves. What is applied already changes nothing. */
  apply(items: readonly AccessItem[], position: LogPosition): Promise<void>
}

export type StoredAccess = {
  readonly applied: LogPosition
  /** Null: it does not open, and was not written by this server. */
  readonly texts: readonly (string | null)[]
}
