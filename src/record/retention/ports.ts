import { type LogPosition, type NewRecord } from '../types.ts'
import { type RetentionPeriod } from './period.ts'

/** What a record's class is chosen by: it is there before the record has a number. */
export type Facts = Pick<
  NewRecord,
  'kind' | 'conversation' | 'members' | 'sender' | 'origin' | 'label'
>

/** Fixed when a record is accepted, and in its envelope for ever. Names need no escaping in JSON. */
export type Classified = {
  /** The retention class. */
  readonly class: string
  /**
   * Which rule said so: `builtin:<name>`, or the position of the act that made the rules and the rule's name, `812:traders`. Behind a plus sign other
   * classes that it is kept for as well, where the class is counted from an event: `812:leavers+sec-17a-4`.
   */
  readonly policy: string
}

/** How wide the buckets of a class are: a calendar month, or so many days, counted from 1970-01-01, in UTC. */
export type BucketWidth = 'month' | { readonly days: number }

/** For how long a class asks for its records, as the vault has to know it. */
export type ClassDuty = {
  readonly keep: RetentionPeriod
  /** It can be made longer and nothing else. */
  readonly locked: boolean
}

/** A class that records may go into. @property duty undefined: nothing is said of it */
export type BucketClass = {
  readonly name: string
  readonly width: BucketWidth
  readonly duty?: ClassDuty
}

/** The rules as the sequencer asks them: at once, with nothing to wait for. */
export type Schedule = {
  /**
   * The strongest of the rules that fit: the longest.
   * @param target the class of the record that this one refers to; null where there is none. What refers to it is kept as long at least
   */
  classOf(facts: Facts, target: string | null): Classified
  /** Whether records are in more than one class, so that the target of a reference matters. */
  readonly looksAtTargets: boolean
  /** Those that records may go into: they have a bucket before its period begins. */
  readonly classes: readonly BucketClass[]
}

/**
 * Keeps what stands of classes, rules, exemptions and events, so that a start need not read all acts again. It follows from the record.
 * Texts are sealed where they lie.
 */
export type RetentionState = {
  /** What was written last under each key, in the order of the positions, and the position of the newest of all, -1 before the first. */
  load(): Promise<{
    readonly applied: LogPosition
    readonly items: readonly { readonly position: LogPosition; readonly text: string }[]
  }>

  /** Both or neither, durable when it resolves; what was applied before changes nothing. @param item.text null: nothing stands any more */
  apply(item: {
    readonly key: string
    readonly text: string | null
    readonly position: LogPosition
  }): Promise<void>
}

/** All that the state has. */
export type StoredRetention = {
  /** Position of the newest act in it, -1 before the first. */
  readonly applied: LogPosition
  /** By pseudonym; `text` null where the row does not open. */
  readonly items: ReadonlyMap<
    string,
    { readonly position: LogPosition; readonly text: string | null }
  >
}
