import { type LogPosition, type PersonId } from '../../record/types.ts'
import { type PurposeKind } from '../ports.ts'

/** What belongs together: a dispute, an inquiry, a request. Acts and grants name it, so its name never changes, and no other gets it. */
export type Matter = {
  readonly name: string
  /** Elsewhere, such as a court's number; '' where there is none. */
  readonly reference: string
  readonly description: string
  /** Who works on it. What they may is their roles' and grants'. */
  readonly people: readonly PersonId[]
  /** ms since 1970 */
  readonly openedAt: number
  readonly openedBy: PersonId
  /** Null while it is open. It is not opened again. */
  readonly closed: { readonly at: number; readonly by: PersonId; readonly reason: string } | null
  /** Position of the act that opened it. */
  readonly position: LogPosition
}

/** What can be changed of it. */
export type MatterFacts = Pick<Matter, 'reference' | 'description' | 'people'>

/** A search that can be run again. */
export type SavedSearch = {
  /** 32 hex digits. It is no secret. */
  readonly id: string
  readonly name: string
  readonly query: string
  /** What it is run for, where whoever runs it says nothing else. */
  readonly purpose: string
  readonly category: PurposeKind
  /** Null: it is its owner's alone. */
  readonly matter: string | null
  readonly owner: PersonId
  readonly position: LogPosition
}

/** A change of them, as it is on record. */
export type MatterAct =
  | ({ readonly kind: 'matter.open'; readonly by: PersonId; readonly name: string } & MatterFacts)
  | ({
      readonly kind: 'matter.change'
      readonly by: PersonId
      readonly matter: string
    } & MatterFacts)
  | {
      readonly kind: 'matter.close'
      readonly by: PersonId
      readonly matter: string
      readonly reason: string
    }
  | {
      readonly kind: 'search.save'
      readonly by: PersonId
      readonly search: Omit<SavedSearch, 'position'>
      readonly matter: string | null
    }
  | {
      readonly kind: 'search.drop'
      readonly by: PersonId
      readonly search: string
      readonly matter: string | null
    }
