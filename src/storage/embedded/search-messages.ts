import { type LogFields } from '../../base/log.ts'
import { type Changed, type Found, type Question, type Removed } from '../../record/search/ports.ts'
import { type LogPosition } from '../../record/types.ts'
import { type Failure } from './failure.ts'

/** What the thread of searches is started with, beside the place. */
export type SearchSettings = {
  /** Memory for indexes that do not grow. */
  readonly memoryBytes: number
  /** Records in `mailbox.db` at the start. */
  readonly size: LogPosition
}

export type SearchAsk =
  | { readonly kind: 'follow'; readonly size: LogPosition; readonly isBusy: boolean }
  | { readonly kind: 'find'; readonly epoch: number; readonly question: Question }
  | { readonly kind: 'changed'; readonly epoch: number; readonly size: LogPosition }
  | { readonly kind: 'reached'; readonly position: LogPosition }
  | { readonly kind: 'forget' | 'rebuild'; readonly epoch: number; readonly bucket: number }
  | { readonly kind: 'forget-all'; readonly epoch: number; readonly gone: Removed }
  | { readonly kind: 'seal' | 'close' }

/** What goes into the log: the thread has none of its own. */
export type SearchEvent = {
  readonly level: 'info' | 'warn' | 'error'
  readonly event: string
  readonly fields: LogFields
}

export type SearchAnswer =
  | {
      readonly kind: 'done'
      readonly indexed: LogPosition
      readonly events: readonly SearchEvent[]
    }
  | { readonly kind: 'found'; readonly found: Found }
  | { readonly kind: 'changed'; readonly changed: Changed | null }
  | { readonly kind: 'too-wide'; readonly why: string }
  /** No key was given for it. */
  | { readonly kind: 'refused'; readonly failure: Failure }

/** What is said between the two threads. */
export type Searching = { readonly ask: SearchAsk; readonly answer: SearchAnswer }
