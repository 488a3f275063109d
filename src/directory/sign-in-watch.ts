import { type PersonId } from './ports.ts'

/** Where a client is, and what it says of itself, as far as that is known. */
export type ClientPlace = {
  /** Network address. */
  readonly address: string
  /** Software and device; '' where it says nothing. */
  readonly agent: string
}

/** Told of each sign-in, through whatever door. It waits for nothing. */
export type SignInWatch = {
  /** @param how the mechanism, or `web` */
  passed(person: PersonId, place: ClientPlace, how: string): void
  /** @param attempt `tried`: the name as it was written; null where none was. `code`: why not */
  refused(
    attempt: { readonly tried: string | null; readonly how: string; readonly code: string },
    place: ClientPlace,
  ): void
  /** A stream of that person has ended, which came from there. */
  ended(person: PersonId, place: ClientPlace): void
}

export const nobodyWatches: SignInWatch = { passed() {}, refused() {}, ended() {} }
