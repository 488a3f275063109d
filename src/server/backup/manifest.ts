// What a generation of a backup is: where each file of the data folder lies in the backup's folder, how long it is, and its SHA-256.
// docs/decisions/0020-backup-and-rebuild.md

import { z } from 'zod'
import { fromHex, toHex, utf8 } from '../../base/bytes.ts'
import { sameSecret } from '../../base/crypto.ts'
import { OperatorError } from '../../base/errors.ts'
import { type Keys } from '../../record/keys/ports.ts'

const count = z.int().min(0)
const hash = z.string().regex(/^[0-9a-f]{64}$/)

/** A piece of something that only grows: it ends there, and has that SHA-256. The first begins at 0, each where the one before it ends. */
const piece = z.tuple([count, hash])

/** A file, how long it is, and its SHA-256. */
const whole = z.tuple([z.string().max(200), count, hash])

const manifestShape = z.strictObject({
  v: z.literal(1),
  origin: z.string(),
  /** The name of its folder. */
  generation: z.string(),
  /** ISO 8601 */
  made: z.string(),
  /** The position of the act that asked for it. */
  act: count,
  /** Of the vault: once it is turned, nothing opens this copy. */
  epoch: count,
  /** What the head register said: each head up to it is in the history. */
  head: z.strictObject({ size: count, root: z.base64() }),
  /** What lies in bodies, tiles and rows. */
  durable: count,
  /** Up to there the log goes on beyond it. */
  records: count,
  bodies: z.array(
    z.strictObject({
      bucket: count,
      /** Below `bodies/` in the backup's folder. */
      file: z.string().max(40),
      /** Which file it was copied from: one that took its place is copied anew. */
      source: z.string().max(60),
      pieces: z.array(piece),
    }),
  ),
  /** Full tiles and bundles, by the size of the tree that has them: SHA-256 over them in `newTiles`' order. */
  tiles: z.array(piece),
  /** `log/checkpoints`, in bytes. */
  history: z.array(piece),
  /** Below `files/`. */
  files: z.array(whole),
  /** Below `log/`: heads that witnesses and time-stamping services have signed. Each lies under its hash. Before there were any, no manifest names them. */
  outside: z.array(whole).default([]),
  /** In the generation's own folder. */
  own: z.array(whole),
})

export type Manifest = z.infer<typeof manifestShape>
export type Piece = z.infer<typeof piece>
export type WholeFile = z.infer<typeof whole>

export const manifestName = 'manifest.json'
const macLabel = 'backup manifest'

/** The manifest with a MAC under a key of the vault: nobody else can make one, or change it. */
export function encodeManifest(manifest: Manifest, keys: Pick<Keys, 'mac'>): string {
  const text = JSON.stringify(manifest)
  return `${text}\n${toHex(keys.mac(macLabel, utf8(text)))}\n`
}

/** What stands there, not believed yet: its MAC cannot be looked at without the vault. Null for what is none. */
export function readManifest(stored: string): Manifest | null {
  const [text = ''] = stored.split('\n')
  try {
    const parsed = manifestShape.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** @throws {OperatorError} when it was not written by who has the vault's keys */
export function checkManifest(stored: string, keys: Pick<Keys, 'mac'>, where: string): Manifest {
  const [text = '', mac = ''] = stored.split('\n')
  const manifest = readManifest(stored)
  const given = fromHex(mac)
  const isOurs = given !== null && sameSecret(given, keys.mac(macLabel, utf8(text)))
  if (manifest !== null && isOurs) return manifest
  throw changed(where, 'its manifest is not the one that was written')
}

export function changed(where: string, what: string): OperatorError {
  return new OperatorError(
    'backup.changed',
    `${where} is not as it was when the backup was made: ${what}. Restore another generation, or make a new backup in another folder.`,
  )
}

/** Where something that grows ends. */
export function endOf(pieces: readonly Piece[]): number {
  return pieces.at(-1)?.[0] ?? 0
}
