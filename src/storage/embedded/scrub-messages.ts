import { type ScrubPlace, type Stepped } from '../../record/scrub/ports.ts'

/** What the scrubber's thread is started with, beside the place. */
export type ScrubSettings = { readonly headRegister: string }

/** `epoch`: of the vault, as the thread that destroys keys knows it. */
export type ScrubAsk = { readonly epoch: number } & (
  | { readonly kind: 'begin'; readonly startedAt: number }
  | { readonly kind: 'step'; readonly place: ScrubPlace }
)

export type ScrubAnswer =
  | { readonly kind: 'begun'; readonly place: ScrubPlace }
  | { readonly kind: 'stepped'; readonly stepped: Stepped }

export type Scrubs = { readonly ask: ScrubAsk; readonly answer: ScrubAnswer }
