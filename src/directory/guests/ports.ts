// Guests: people who come for some rooms, and until a date.
import { type PersonId } from '../../record/types.ts'

export type GuestTerms = {
  /** Who has invited him, and answers for him. */
  readonly sponsor: PersonId
  /** Ids of the rooms that he sees: nothing else is there for him. */
  readonly rooms: readonly PersonId[]
  /** ms since 1970: from then on he is out. */
  readonly until: number
}

export type Guest = GuestTerms & {
  readonly person: PersonId
  /** It was said that he is out: by the clock, or before. */
  readonly isOver: boolean
}

export type GuestAct =
  | ({ readonly kind: 'guest.set'; readonly person: PersonId } & GuestTerms)
  | { readonly kind: 'guest.end'; readonly person: PersonId }

/** One as the state has it. `said`: JSON; null where it does not open. */
export type GuestRow = {
  readonly person: string
  readonly said: string | null
  readonly over: number
}

/** The same text for the same terms. */
export function termsJson({ sponsor, rooms, until }: GuestTerms): string {
  return JSON.stringify({ sponsor, rooms, until })
}
