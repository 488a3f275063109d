import { type About, type Recorded } from './outbound.ts'
import {
  type LogPosition,
  type ConversationId,
  type PersonId,
  type Reference,
  type View,
} from '../record/types.ts'
import { type Draft } from './draft.ts'

/** What became of a draft. `refused`: what was said is not on record, and nobody gets it. `withheld`: it is on record and nobody gets it. */
export type Accepted =
  | { readonly kind: 'recorded'; readonly message: Recorded }
  | { readonly kind: 'repeated'; readonly position: LogPosition }
  | {
      readonly kind: 'withheld'
      readonly notice: string
      readonly condition: 'forbidden' | 'not-allowed' | 'policy-violation'
    }
  | { readonly kind: 'refused'; readonly why: Refusal }

/** Why a draft was refused; `text` is a sentence that the sender is shown. */
export type Refusal = {
  readonly reason:
    | 'space'
    | 'behind'
    | 'stopping'
    | 'clock'
    | 'keys'
    | 'foreign-target'
    | 'too-late'
    | 'end-to-end-encrypted'
    | 'too-many-files'
  readonly text: string
}

/** The only door. Whatever delivers anything to anybody goes through it, or is transient by the table. */
export type Intake = {
  /** Resolves in log order, so that delivering in the continuation is delivering in log order. */
  accept(draft: Draft): Promise<Accepted>

  /** A device or another server has it, or its person has seen it. Recorded coalesced: at most one entry a conversation a second. */
  mark(mark: Mark): void

  /** The same, of a message that is named by the `id` that its author gave it. One that we never had is not marked. */
  markNamed(mark: NamedMark): void

  /** Writes the marks that wait. Called when the server stops. */
  flushMarks(): Promise<void>
}

/** What the record of a message has of the files of ours that it names. One of `bound` and `released` follows. */
export type Attached = {
  readonly kind: 'attached'
  /** Part 3 of the record. */
  readonly files: string
  /** Where it is found again. */
  readonly view: View
  /** It is on record there. @param refs what it refers to */
  bound(position: LogPosition, refs: Reference | null): void
  /** It was not written. */
  released(): void
}

/** Finds what a message names. */
export type Attachments = {
  /** Null at once where it names none, as nearly all do. */
  named(
    draft: Draft,
    verdict: { readonly isWithheld: boolean },
  ): Promise<
    Attached | { readonly kind: 'none' } | { readonly kind: 'refused'; readonly why: Refusal }
  > | null
}

export type Mark = DeviceMark | ServerMark

type Marked = {
  /** Its members are asked for when the conversation's first mark waits, and not for each. */
  readonly about: Pick<About, 'conversation' | 'members'>
  readonly position: LogPosition
}

type DeviceMark = Marked & {
  readonly kind: 'delivered' | 'displayed'
  readonly person: PersonId
  /** The resource that has it. */
  readonly device: string
}

/** Of a message to somebody on another server. `handed`: that server has confirmed it; `unanswered`: it was sent, and nothing came back. */
export type ServerMark = Marked & { readonly kind: 'handed' | 'unanswered' }

/** How long after it was sent its author may change a message, in ms: 0 is never, null is without end. */
export type IntakeSettings = {
  readonly correctMs: number | null
  readonly retractMs: number | null
}

export type NamedMark = Omit<DeviceMark, 'position' | 'about'> & {
  readonly conversation: ConversationId
  readonly members: readonly PersonId[]
  readonly author: PersonId
  readonly messageId: string
}
