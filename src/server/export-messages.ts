import { type ExportProgress, type MadeBundle } from '../discovery/exports/ports.ts'
import { type StatedHeads } from '../discovery/bundle/ports.ts'
import { type HandleName } from '../record/heads/ports.ts'
import { type LogPosition } from '../record/types.ts'
import { type ThreadPlace } from '../storage/embedded/key-line.ts'
import { type Config } from './config.ts'

/** What a thread that makes a bundle is started with. */
export type ExportThread = ThreadPlace &
  Pick<Config, 'proofs'> & {
    readonly id: string
    readonly act: LogPosition
    /** 32 bytes. */
    readonly sealedUnder: Uint8Array
    readonly bytesMax: number
  }

/** What it says. `states`: it asks for a statement. */
export type FromExport =
  | { readonly kind: 'progress'; readonly progress: ExportProgress }
  | { readonly kind: 'states'; readonly wanted: readonly HandleName[] }
  | { readonly kind: 'made'; readonly made: MadeBundle }
  /** `code` null: it failed, and that is not for who asked. */
  | { readonly kind: 'failed'; readonly code: string | null; readonly why: string }

/** The answer to what it has asked last. */
export type ToExport = { readonly stated: readonly StatedHeads[] } | { readonly why: string }
