// The verifier as tests call it. It is plain JavaScript that shares nothing with the product, so its types are said here.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

export type Finding = { readonly step: number; readonly code: string; readonly what: string }

export type Report = {
  readonly result: 'complete' | 'broken' | 'incomplete'
  readonly exit: 0 | 1 | 2
  readonly findings: readonly Finding[]
  readonly proved: readonly string[]
  readonly asserted: readonly string[]
  readonly unchecked: readonly string[]
  readonly levels: Readonly<Record<string, number>>
}

export type Row = {
  readonly index: number
  readonly level: string
  readonly content: string | null
  readonly masked: readonly number[]
}

export type Given = {
  readonly policy: string
  readonly heads?: readonly Uint8Array[]
  readonly roots?: readonly Uint8Array[]
}

type File = { readonly size: number; read(from: number, to: number): Promise<Uint8Array> }

type Modules = {
  readonly verifyBundle: (
    open: () => Promise<unknown>,
    given: Given,
    port: unknown,
    onRecord?: (row: Row) => void,
  ) => Promise<Report>
  readonly sourceOf: (file: File) => Promise<unknown>
  readonly openSource: (path: string) => Promise<unknown>
  readonly nodePort: unknown
}

export const verifierFolder = join(import.meta.dirname, '../../../verifier')

/** A module of the verifier. */
export async function verifierModule(name: string): Promise<object> {
  const module: object = await import(pathToFileURL(join(verifierFolder, name)).href)
  return module
}

async function modules(): Promise<Modules> {
  const all = await Promise.all(['verify.mjs', 'proof.mjs', 'node.mjs'].map(verifierModule))
  // oxlint-disable-next-line no-unsafe-type-assertion -- plain JavaScript: its functions have the types that are said above
  return Object.assign({}, ...all) as Modules
}

/** Verifies a zip in this process. */
export async function verifyZip(
  zip: Uint8Array,
  given: Given,
  onRecord?: (row: Row) => void,
): Promise<Report> {
  const { verifyBundle, sourceOf, nodePort } = await modules()
  const read = async (from: number, to: number): Promise<Uint8Array> => zip.subarray(from, to)
  const open = async (): Promise<unknown> => await sourceOf({ size: zip.length, read })
  return await verifyBundle(open, given, nodePort, onRecord)
}

/** Verifies a zip or a folder in this process. */
export async function verifyPath(path: string, given: Given): Promise<Report> {
  const { verifyBundle, openSource, nodePort } = await modules()
  return await verifyBundle(async () => await openSource(path), given, nodePort)
}
