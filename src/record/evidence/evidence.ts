// What proves records to outsiders, read from the files that the integrator writes. LEDGER.md §7.

import { sameBytes } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { type BodyFiles } from '../bodies/ports.ts'
import { EvidenceMissing } from '../errors.ts'
import { type Keys } from '../keys/ports.ts'
import { recordSecrets, type RecordSecrets } from '../keys/record-secrets.ts'
import { decodeEntry, entryBytes } from '../ledger/entry.ts'
import { openRecord } from '../ledger/seal.ts'
import { partSalt } from '../ledger/secret.ts'
import { bundlePath, decodeBundle, tileAt, tileWidth } from '../ledger/tiles.ts'
import { type MailboxIndex } from '../mailbox/ports.ts'
import { type LogPosition } from '../types.ts'
import { type Disclosed, type EntryAt, type Evidence } from './ports.ts'

/** What evidence is read from. */
export type EvidenceParts = {
  /** A file below the data folder's `log/`, such as `checkpoint`; null when there is none. */
  readonly read: (path: string) => Promise<Uint8Array | null>
  readonly index: Pick<MailboxIndex, 'places'>
  readonly bodies: Pick<BodyFiles, 'read'>
  readonly keys: Keys
}

export function recordEvidence(parts: EvidenceParts): Evidence {
  const { read } = parts
  const secrets = recordSecrets(parts.keys, 'check')
  const readEntries = keepingLast(read)
  return {
    checkpoint: async () => await read('checkpoint'),
    tile: async (path) => await read(path),
    entries: (range, size) => entriesOf(readEntries, range, size),
    disclose: async (entry) => await disclose(entry, parts, secrets),
  }
}

/** Files do not change, and entries are asked for one by one, too. */
function keepingLast(read: EvidenceParts['read']): EvidenceParts['read'] {
  let last: { readonly path: string; readonly bytes: Uint8Array } | null = null
  return async (path) => {
    if (last?.path === path) return last.bytes
    const bytes = await read(path)
    if (bytes !== null) last = { path, bytes }
    return bytes
  }
}

/** Entries from (inclusive) to (exclusive), in order, of a tree of `size`. @param read null: there is no such tile. @throws {EvidenceMissing} */
export async function* entriesOf(
  read: EvidenceParts['read'],
  { from, to }: { readonly from: LogPosition; readonly to: LogPosition },
  size: number,
): AsyncGenerator<EntryAt> {
  let position = from
  while (position < to) {
    const index = Math.floor(position / tileWidth)
    const width = tileAt(0, index, size)?.width ?? 0
    const path = bundlePath({ index, width })
    const bytes = (await read(path)) ?? (await read(bundlePath({ index, width: tileWidth })))
    const entries = bytes === null ? null : decodeBundle(bytes)
    for (const last = Math.min(to, index * tileWidth + width); position < last; position++) {
      const entry = entries?.[position - index * tileWidth]
      if (entry?.length !== entryBytes) throw new EvidenceMissing(`log/${path} is not whole`)
      yield { position, bytes: entry }
    }
    if (width === 0) throw new EvidenceMissing(`the tree of ${size} has no entry ${position}`)
  }
}

async function disclose(
  { position, bytes }: EntryAt,
  { index, bodies }: EvidenceParts,
  secrets: RecordSecrets,
): Promise<Disclosed> {
  const entry = decodeEntry(bytes)
  if (typeof entry === 'string') return { kind: 'damaged', what: entry }
  const isStatement = entry.type === 3
  const secret = isStatement ? null : await secrets.of({ ...entry, position })
  if (secret === null && !isStatement) return { kind: 'destroyed' }
  const place = index.places([position]).get(position)
  const stored = place && bodies.read(place.bucket, place.offset, place.length)
  if (!stored || stored.length === 0) return { kind: 'destroyed' }
  if (!sameBytes(stored.subarray(0, entryBytes), bytes))
    return { kind: 'damaged', what: 'another record lies in its place' }
  const body = stored.subarray(entryBytes)
  if (secret === null) {
    if (sameBytes(sha256(body), entry.bodyHash)) return { kind: 'statement', body }
    return { kind: 'damaged', what: 'its body does not have the hash that its entry names' }
  }
  const opened = openRecord({ entry, entryBytes: bytes, body }, secret, { check: 'all' })
  if (!opened.ok) return { kind: 'damaged', what: opened.reason }
  const parts = opened.parts.map((part) => ({ ...part, salt: partSalt(secret, part.id) }))
  return { kind: 'record', parts }
}
