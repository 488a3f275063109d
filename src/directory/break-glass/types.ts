import { type LogPosition, type PersonId } from '../../record/types.ts'
import { type DoneBy } from '../access/types.ts'

/** Roles that an envelope can give. */
export const sealedRoles = ['examiner', 'auditor', 'officer'] as const

export type SealedRole = (typeof sealedRoles)[number]

/** What a code is checked with: Argon2id, RFC 9106. Base64. */
export type CodeKey = {
  readonly salt: string
  readonly tag: string
  readonly memory: number
  readonly passes: number
}

/** A right that is prepared, and lies sealed until somebody opens it who has its code. */
export type Envelope = {
  /** 32 hex digits. It is no secret. */
  readonly id: string
  /** Who has the roles once it is open. */
  readonly person: PersonId
  readonly roles: readonly SealedRole[]
  /** Names; none: everything. */
  readonly matters: readonly string[]
  /** How long it is open. */
  readonly hours: number
  /** On how many papers its code is, and how many it takes. 1 of 1: one envelope. */
  readonly threshold: number
  readonly of: number
  readonly reason: string
}

/** `prepared`: its code was not printed yet. `ended`: it is used up, or was destroyed. */
export type StandingEnvelope = Envelope & {
  readonly by: DoneBy
  readonly position: LogPosition
  /** Null before it was printed, and when it has ended. */
  readonly key: CodeKey | null
  /** ms since 1970; null: it was not opened. */
  readonly openedAt: number | null
  readonly until: number | null
  readonly ended: {
    readonly at: number
    readonly by: PersonId | null
    readonly reason: string
  } | null
}

/** A change of it, as it is on record. */
export type BreakGlassAct =
  | { readonly kind: 'break-glass.seal'; readonly by: DoneBy; readonly envelope: Envelope }
  /** Its code was drawn, and is told once. */
  | {
      readonly kind: 'break-glass.seal'
      readonly by: DoneBy
      readonly printed: string
      readonly key: CodeKey
    }
  | {
      readonly kind: 'break-glass.open'
      readonly by: DoneBy
      readonly opened: string
      readonly person: PersonId
      readonly purpose: string
      /** ms since 1970 */
      readonly until: number
    }
  | {
      readonly kind: 'break-glass.end'
      /** None: its time was over. */
      readonly by: DoneBy
      readonly ended: string
      readonly person: PersonId
      readonly reason: string
    }
