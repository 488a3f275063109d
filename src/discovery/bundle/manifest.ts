import { toBase64, toHex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { productVersion } from '../../base/version.ts'
import { type ListedFile } from './files.ts'
import { type ExportAct } from './ports.ts'

/** Raised with each change that a verifier has to know of. */
const bundleSchema = 'onrecord-bundle/1'

/** How much of everything is in the bundle. The verifier counts again. */
export type Counts = {
  readonly positions: number
  readonly records: number
  readonly masked: number
  readonly acts: number
  readonly excluded: number
  readonly identities: number
  readonly files: number
  readonly losses: number
}

export type Manifest = {
  readonly origin: string
  readonly act: ExportAct
  readonly range: { readonly from: number; readonly to: number }
  readonly head: { readonly size: number; readonly root: Uint8Array }
  readonly counts: Counts
  readonly files: readonly ListedFile[]
}

export function manifestJson({ origin, act, range, head, counts, files }: Manifest): string {
  const { scope, position, id, by, at, purpose, matter } = act
  const listed = files.map((file) => `    ${JSON.stringify(file)}`).join(',\n')
  const fields = {
    schema: bundleSchema,
    origin,
    export: { act: position, id, by, at, purpose, matter },
    scope,
    ranges: [range],
    checkpoint: { size: head.size, root: toBase64(head.root) },
    counts,
    software: `onrecord ${productVersion}`,
  }
  const lines = Object.entries(fields).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`,
  )
  return `{\n${lines.join('')}  "files": [\n${listed}\n  ]\n}\n`
}

/** What the export key signs: the schema, and the hash of the manifest in hex. */
export function manifestNoteText(json: string): string {
  return `${bundleSchema}\n${toHex(sha256(utf8(json)))}\n`
}
