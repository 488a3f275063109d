import { type Secret } from '../../base/secret.ts'
import { type LogPosition, type PersonId } from '../../record/types.ts'

/** An export whose bundle the server makes, as far as acts on record tell of it. */
export type ExportJob = {
  /** That of the export: 32 hex digits. It is no secret. */
  readonly id: string
  /** Position of the act of export. */
  readonly act: LogPosition
  readonly by: PersonId
  /** ms since 1970 */
  readonly at: number
  readonly purpose: string
  readonly matter: string | null
  /** The limited grant by which it was asked for; null: it was not limited. */
  readonly grant: string | null
  /** Null: it is to be made, or is being made. */
  readonly end: ExportEnd | null
}

/** What became of it. `done`: it can be fetched. `removed`: it could be, and its time or its space was over. */
export type ExportEnd = {
  readonly state: 'done' | 'failed' | 'cancelled' | 'removed'
  /** ms since 1970 */
  readonly at: number
  /** Who did it; null: the server. */
  readonly by: PersonId | null
  /** In one sentence; '' where there is nothing to say. */
  readonly why: string
  /** Of the bundle: its bytes, their SHA-256 (hex), and how many records it shows. 0 and '' where none was made. */
  readonly bytes: number
  readonly sha256: string
  readonly records: number
}

/** A change of it, as it is on record. */
export type ExportAct =
  | { readonly kind: 'export'; readonly job: ExportJob | null }
  | { readonly kind: 'export.end'; readonly export: string; readonly end: ExportEnd }
  | { readonly kind: 'export.fetch'; readonly export: string }

/** Keeps what stands of exports. Who asked for what, and keys, lie sealed. Each is durable when it resolves. */
export type ExportState = {
  load(): Promise<{ readonly applied: LogPosition; readonly jobs: readonly StoredExport[] }>
  /** Both or neither; what is applied already changes nothing. `job` null: nothing of it is kept any more. */
  apply(
    changes: readonly { readonly id: string; readonly job: ExportJob | null }[],
    position: LogPosition,
  ): Promise<void>
  /** That it is begun, before it is: one more time. */
  noteBegun(id: string): Promise<void>
  /** Before the act that says that there is a bundle. */
  putKey(id: string, key: Secret<Uint8Array>): Promise<void>
  keyOf(id: string): Promise<Secret<Uint8Array> | null>
  dropKey(id: string): Promise<void>
  /** Of which there is a key. */
  keyed(): Promise<readonly string[]>
}

/** `begun`: so often. */
export type StoredExport = { readonly job: ExportJob; readonly begun: number }

export type ExportProgress = {
  /** How many records it shows, once that is known. */
  readonly of: number | null
  readonly records: number
  readonly bytes: number
}

export type MadeBundle = Pick<ExportEnd, 'bytes' | 'sha256' | 'records'>

/** Makes bundles and keeps them, sealed under a key that it is given and does not keep. */
export type BundleShelf = {
  /**
   * Durable when it resolves. One at a time.
   * @throws {OperatorError} when it cannot be made
   */
  make(
    wanted: { readonly id: string; readonly act: LogPosition; readonly key: Secret<Uint8Array> },
    onProgress: (progress: ExportProgress) => void,
  ): Promise<MadeBundle>
  /** What is being made is not made, at once; nothing of it stays. */
  cancel(): Promise<void>
  /** Null where there is none. */
  open(
    id: string,
    of: { readonly key: Secret<Uint8Array>; readonly bytes: number },
  ): Promise<OpenedBundle | null>
  /** Fine where there is none. */
  remove(id: string): Promise<void>
  /** What a stop has left in the middle of being made. */
  removeUnfinished(): Promise<void>
}

export type OpenedBundle = {
  /** Bytes from (inclusive) to (exclusive). @throws {Error} where they are not what was sealed */
  read(from: number, to: number): AsyncIterable<Uint8Array>
  close(): Promise<void>
}
