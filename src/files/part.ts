// Part 3 of a record (LEDGER.md §3.3): the files that a message names. With it a file can be opened as long as its record can.

import { fromBase64, toBase64 } from '../base/bytes.ts'
import { type FileFacts, type FileId } from './ports.ts'

/** A file as a record names it. */
export type NamedFile = FileFacts & {
  readonly id: FileId
  readonly key: Uint8Array
  /** See `Binding`. */
  readonly opens: boolean
}

export function filesPart(files: readonly NamedFile[]): string {
  return JSON.stringify({
    v: 1,
    files: files.map((file) => ({ ...file, key: toBase64(file.key) })),
  })
}

/** What `filesPart` wrote, and a record kept. */
export function readFilesPart(json: string): readonly NamedFile[] {
  if (json === '') return []
  const { files }: { files: readonly (Omit<NamedFile, 'key'> & { readonly key: string })[] } =
    JSON.parse(json)
  return files.map((file) => ({ ...file, key: fromBase64(file.key) ?? new Uint8Array(0) }))
}
