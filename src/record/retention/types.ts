import { type ConversationId, type LogPosition, type PersonId, type RecordKind } from '../types.ts'
import { type RetentionPeriod } from './period.ts'

/** What a period is counted from: the record itself, the day on which its people have left, or the end of a matter. */
export type CountedFrom = 'creation' | 'leaver' | `matter ${string}`

/** A retention class: how long its records are kept, and why. */
export type RetentionClass = {
  /** 1 to 40 of a-z, 0-9 and `-`, beginning with a letter. */
  readonly name: string
  readonly keep: RetentionPeriod
  readonly after: CountedFrom
  /** It can be made longer and nothing else, for ever. */
  readonly locked: boolean
  /** The duty that asks for it, in words. */
  readonly authority: string
}

/** All that are named must hold, and of each the list has any. Without any it is for everything. */
export type RuleCondition = {
  /** Somebody who writes or can see it was in the group then. */
  readonly groups?: readonly string[]
  readonly rooms?: readonly ConversationId[]
  /** XEP-0258: what its sender marked it with. */
  readonly labels?: readonly string[]
  /** Where it came from: `native`, `s2s:example.org`, `component:sms.example.org`; `s2s:*` is any of them. */
  readonly networks?: readonly string[]
  readonly kinds?: readonly RecordKind[]
}

/** Which class records go into. Of several that fit, the class that is kept longest. */
export type RetentionRule = {
  /** As a class's. */
  readonly name: string
  readonly class: string
  readonly when: RuleCondition
}

/** The rules that stand, and where they were put on record; -1 where nobody has made any. */
export type StandingRules = {
  readonly position: LogPosition
  readonly rules: readonly RetentionRule[]
}

/** What somebody may be exempt from. What he says is on record in any case: recording ends when the class `exempt` says so. */
export type ExemptFrom = 'recording' | 'review' | 'retention'

export type Exemption = {
  /** 16 hex digits. */
  readonly id: string
  readonly person: PersonId
  readonly from: ExemptFrom
  readonly reason: string
  /** Two, and neither is the person. */
  readonly approvals: readonly PersonId[]
}

/** Something has happened that periods are counted from. @property at ms since 1970 */
export type RetentionEvent =
  | { readonly event: 'leaver'; readonly person: PersonId; readonly at: number }
  | { readonly event: 'matter'; readonly matter: string; readonly at: number }

/** What is changed, as it goes on record. */
export type RetentionAct =
  | { readonly kind: 'retention.class'; readonly class: RetentionClass }
  | { readonly kind: 'retention.rules'; readonly rules: readonly RetentionRule[] }
  | { readonly kind: 'retention.exempt'; readonly exemption: Exemption }
  | { readonly kind: 'retention.exempt-end'; readonly id: string }
  | { readonly kind: 'retention.event'; readonly event: RetentionEvent }

export function isRetentionKind(kind: string): kind is RetentionAct['kind'] {
  return /^retention\.(?:class|rules|exempt|exempt-end|event)$/.test(kind)
}
