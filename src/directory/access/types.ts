import { type LogPosition, type PersonId } from '../../record/types.ts'
import { type GrantedRole } from '../roles.ts'

/** What a grant is good for; an empty list is no limit. All that are given have to fit, each with one of its list. */
export type Limits = {
  /** Names. */
  readonly groups: readonly string[]
  /** As the company names them. */
  readonly matters: readonly string[]
  /** Ids, which nobody else gets when a room is destroyed. */
  readonly rooms: readonly PersonId[]
}

/** A role that somebody has beside his standing one. */
export type Grant = {
  /** 32 hex digits. It is no secret. */
  readonly id: string
  readonly person: PersonId
  readonly role: GrantedRole
  readonly limits: Limits
  /** In whose place a `successor` is; null for all other roles. `direct`: what was said between two as well. */
  readonly of: { readonly person: PersonId; readonly direct: boolean } | null
  /** ms since 1970 */
  readonly from: number
  /** Null: until it is taken back. */
  readonly until: number | null
  readonly reason: string
}

/** Who did an act: the first did it, the others agreed. Nobody: the machine's own command line. */
export type DoneBy = readonly PersonId[]

export type StandingGrant = Grant & { readonly by: DoneBy; readonly position: LogPosition }

/** A change of who may what, as it is on record. */
export type AccessAct =
  | { readonly kind: 'grant.make'; readonly by: DoneBy; readonly grant: Grant }
  | {
      readonly kind: 'grant.revoke'
      readonly by: DoneBy
      readonly grant: string
      readonly reason: string
    }
