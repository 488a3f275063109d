import { type OpenedRun, type SealedRun } from '../../record/verify/ports.ts'

/** What a thread that opens records is started with. Paths alone: it opens the vault by itself, so that no key crosses over. */
export type OpenerPlace = {
  readonly dataDir: string
  readonly keyFile: string
  /** Whether a server runs over the data. Then it goes first. */
  readonly isServed: boolean
}

export type ToOpener = SealedRun

export type FromOpener =
  | { readonly kind: 'opened'; readonly first: number; readonly opened: OpenedRun }
  | { readonly kind: 'failed'; readonly why: string }
