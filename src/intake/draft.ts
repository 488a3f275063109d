import {
  type ConversationId,
  type PersonId,
  type RecordKind,
  type RecordOrigin,
  type Reference,
  type View,
} from '../record/types.ts'

export type { LogPosition, RecordKind, RecordOrigin, View } from '../record/types.ts'

/** What somebody wants to have delivered, before policy and record have seen it. Plain data: it can be sent to another node. */
export type Draft = {
  readonly kind: RecordKind
  readonly conversation: ConversationId
  readonly members: readonly PersonId[]
  readonly sender: PersonId | null
  readonly device: string
  readonly to: string
  readonly views: readonly View[]
  readonly messageId: string | null
  readonly originId: string | null
  readonly origin: RecordOrigin
  /** The id that a correction, retraction or reaction names; null for all else. */
  readonly refersTo: string | null
  /** The record that it is a copy of; null for all else. */
  readonly refs: Reference | null
  readonly claimedAt: string | null
  /** How its sender has marked it, XEP-0258; absent where he has not. */
  readonly label?: string
  readonly content: string
  /** The stanza as it will be delivered, less the stanza-id: `from` stamped, foreign stanza-ids gone, XML that stands alone. */
  readonly wire: string
}
