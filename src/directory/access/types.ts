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
  | { readonly kind: 'approval.ask'; readonly by: DoneBy; readonly request: Request }
  | {
      readonly kind: 'approval.decide'
      readonly by: DoneBy
      readonly request: string
      /** False: it is not to be. One is enough for that. */
      readonly approves: boolean
      readonly reason: string
    }
  | {
      readonly kind: 'approval.run'
      readonly by: DoneBy
      readonly request: string
      readonly outcome: Outcome
    }

/** What a second person is asked for. */
export type SecondAct = 'grant' | 'succession' | 'export' | 'retention' | 'exempt'

/** An act that waits for another person. */
export type Request = {
  /** 32 hex digits. It is no secret. */
  readonly id: string
  readonly act: SecondAct
  readonly person: PersonId
  /** With which token it was asked for; null: otherwise. */
  readonly token: string | null
  /** The route, and what it was asked. */
  readonly asked: {
    readonly method: string
    readonly path: string
    readonly params: unknown
    readonly query: unknown
    readonly body: unknown
  }
  /** What it is, in words, for who decides. */
  readonly words: string
  readonly reason: string
  /** None of them approves. */
  readonly about: readonly PersonId[]
  /** What who approves has to say himself, word for word; absent: nothing. */
  readonly expressly?: string
  /** So many distinct persons, who asks is one of them. */
  readonly needs: number
  /** Of what it is about as it was then: SHA-256, hex. Where that is another, the approval is worth nothing. */
  readonly seen: string
  /** ms since 1970 */
  readonly expiresAt: number
}

/**
 * What became of it. `begun` stands before its act, so that nothing is done twice. `unknown`: the server stopped between the two, and somebody has to
 * look whether it was done.
 */
export type Outcome =
  | { readonly state: 'begun' | 'unknown' }
  | { readonly state: 'done' | 'failed'; readonly status: number; readonly answer: unknown }

export type RequestDecision = {
  readonly by: PersonId
  readonly at: number
  readonly reason: string
}

export type StandingRequest = Request & {
  readonly position: LogPosition
  readonly at: number
  readonly approvals: readonly RequestDecision[]
  readonly refused: RequestDecision | null
  /** Null: nothing was begun. */
  readonly outcome: Outcome | null
}
