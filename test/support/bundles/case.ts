// How bundles of the table are made: as somebody without any key would change them, or as one would who has the key of exports.
import { fromBase64, toBase64, utf8 } from '../../../src/base/bytes.ts'
import { signedAnew, textIn, type Files, type Scene } from './scene.ts'
import { membersOf, zipOf } from './zip-of.ts'

export type BundleCase = {
  /** A sentence. */
  readonly name: string
  readonly zip: Uint8Array
  readonly policy: string
  readonly heads?: readonly Uint8Array[]
  readonly exit: 0 | 1 | 2
  /** Of the first finding; '' where there is none. */
  readonly code: string
}

/** A bundle that is right, of all that was said. */
export type Base = {
  readonly scene: Scene
  readonly files: Files
  readonly policy: string
}

export const encode = (text: string): Uint8Array => utf8(text)

export type Change = (files: Files) => void

export function changedFiles(files: Files, change: Change): Files {
  const copy = new Map(files)
  change(copy)
  return copy
}

/** Somebody without any key. */
export function byHand(
  { files, policy }: Base,
  name: string,
  code: string,
  change: Change,
): BundleCase {
  return { name, zip: zipOf(membersOf(changedFiles(files, change))), policy, exit: 1, code }
}

/** The name of a case, and the code that is found. */
export type Said = readonly [name: string, code: string]

/** Somebody who can sign bundles, and not heads. */
export function withExportKey(
  { scene, files, policy }: Base,
  [name, code]: Said,
  change: Change,
  ofManifest?: (manifest: Record<string, unknown>) => void,
): BundleCase {
  const signed = signedAnew(changedFiles(files, change), scene.keys, ofManifest)
  return { name, zip: zipOf(membersOf(signed)), policy, exit: 1, code }
}

export function edited(files: Files, name: string, change: (text: string) => string): void {
  files.set(name, encode(change(textIn(files, name))))
}

export function flipped(files: Files, name: string, at: number): void {
  const bytes = new Uint8Array(files.get(name) ?? [])
  bytes[at] = (bytes[at] ?? 0) ^ 1
  files.set(name, bytes)
}

export function editedLines(
  files: Files,
  name: string,
  change: (lines: string[]) => string[],
): void {
  edited(files, name, (text) => {
    const lines = change(text.split('\n').slice(0, -1))
    return lines.map((line) => `${line}\n`).join('')
  })
}

export const nothing: Change = () => {}

/** Another byte of the first signature. */
export function damagedSignature(note: string, at: number, line = 0): string {
  let seen = 0
  return note.replaceAll(/^(\u2014 \S+ )(\S+)$/gm, (all: string, head: string, encoded: string) => {
    if (seen++ !== line) return all
    const bytes = fromBase64(encoded) ?? new Uint8Array()
    bytes[at] = (bytes[at] ?? 0) ^ 1
    return `${head}${toBase64(bytes)}`
  })
}
