// Opens records with everything checked: the entry beside the body, the body's hash, its tag, its commitments. Many at a time, so
// that it can be done in threads: it is more than half of the work of a verification.

import { fromUtf8, sameBytes } from '../../base/bytes.ts'
import { type BodyFiles } from '../bodies/ports.ts'
import { BucketUnknown } from '../keys/bucket-table.ts'
import { type Keys } from '../keys/ports.ts'
import { recordSecrets } from '../keys/record-secrets.ts'
import { decodeEntry, entryBytes, type Entry } from '../ledger/entry.ts'
import { frameBytesMax } from '../ledger/frame.ts'
import { partIds } from '../ledger/parts.ts'
import { openRecord, type SealedRecord } from '../ledger/seal.ts'
import { type RecordSecret } from '../ledger/secret.ts'
import { openStatement, saysOf } from '../ledger/statement.ts'
import { type LogPosition } from '../types.ts'
import { Broken, type OpenedRun, type Opener } from './ports.ts'
import { readAhead } from './read-ahead.ts'

/** Opens runs of the archive in this thread. @param bodies where no record changes meanwhile; closed by whoever opened them */
export function openerHere(bodies: BodyFiles, keys: Keys): Opener {
  return { atOnce: 1, open: runOpener(bodies, keys), async close() {} }
}

function runOpener(bodies: BodyFiles, keys: Keys): Opener['open'] {
  const read = readAhead(bodies)
  const open = rawOpener(keys)
  return async ({ first, entries, offsets }): Promise<OpenedRun> => {
    const envelopes: (string | null)[] = []
    const contents: string[] = []
    try {
      for (const [i, offset] of offsets.entries()) {
        const position = first + i
        const bytes = entries.subarray(i * entryBytes, (i + 1) * entryBytes)
        const entry = entryOf(bytes, position)
        const path = `bodies/${entry.bucket}`
        const at = { entry, path, position }
        const body = (): Uint8Array => bodyBeside(bytes, { entry, offset, read, position })
        const texts = await open({ entry: bytes, body }, at)
        envelopes.push(texts?.envelope ?? null)
        contents.push(texts?.content ?? '')
      }
    } catch (error) {
      if (error instanceof Broken) return { envelopes, contents, finding: error.finding }
      throw error
    }
    return { envelopes, contents, finding: null }
  }
}

/** Where a record stands, and where its bytes are from. */
type At = { readonly entry: Entry; readonly position: LogPosition; readonly path: string }

/** What a record says: the envelope's JSON, and of an act the content; that of messages is nothing to us. */
export type OpenedTexts = { readonly envelope: string; readonly content: string }

/** A record whose body is read when it is known that there is a key. */
type LazyRecord = { readonly entry: Uint8Array; readonly body: () => Uint8Array }

/** Opens single records. Null when the key is destroyed. @throws {Broken} when there is something wrong with it */
export function rawOpener(keys: Keys): (raw: LazyRecord, at: At) => Promise<OpenedTexts | null> {
  const secrets = recordSecrets(keys, 'check')
  return async (raw, { entry, path, position }) => {
    const { bucket, handle, seq, salt } = entry
    const where = `${path}, record ${position}`
    const secretOrBody = async (): Promise<RecordSecret | null> => {
      try {
        return await secrets.of({ bucket, handle, seq, salt, position })
      } catch (error) {
        // An entry that was changed is not the one beside the body, which says more.
        if (!(error instanceof BucketUnknown)) throw error
        raw.body()
        throw new Broken('vault', `the key of record ${position} is not in it`)
      }
    }
    const secret = entry.type === 3 ? null : await secretOrBody()
    if (secret === null && entry.type !== 3) return null
    const sealed = { entry, entryBytes: raw.entry, body: raw.body() }
    if (secret === null) return statementTexts(sealed, where)
    const opened = openRecord(sealed, secret, { check: 'all' })
    if (!opened.ok) throw new Broken(where, opened.reason)
    const textOf = (wanted: number): string | null => {
      const part = opened.parts.find(({ id }) => id === wanted)
      return part === undefined ? null : fromUtf8(part.bytes)
    }
    const envelope = textOf(partIds.envelope)
    if (envelope === null) throw new Broken(where, 'it has no envelope')
    return { envelope, content: entry.type === 2 ? (textOf(partIds.content) ?? '') : '' }
  }
}

function statementTexts(sealed: SealedRecord, where: string): OpenedTexts {
  const opened = openStatement(sealed)
  if (!opened.ok) throw new Broken(where, opened.reason)
  return { envelope: opened.json, content: saysOf(opened.json) }
}

/** @throws {Broken} for what is none */
export function entryOf(bytes: Uint8Array, position: LogPosition): Entry {
  const entry = decodeEntry(bytes)
  if (typeof entry === 'string') throw new Broken(`record ${position}`, entry)
  if (entry.bodyLength > frameBytesMax)
    throw new Broken(`record ${position}`, `its entry names a body of ${entry.bodyLength} bytes`)
  return entry
}

type BodyPlace = {
  readonly entry: Entry
  readonly offset: number
  readonly read: ReturnType<typeof readAhead>
  readonly position: LogPosition
}

/** The body that lies behind this entry in the bucket's file. */
function bodyBeside(bytes: Uint8Array, { entry, offset, read, position }: BodyPlace): Uint8Array {
  const { bucket, bodyLength } = entry
  const path = `bodies/${bucket}`
  const stored = read(bucket, offset, entryBytes + bodyLength)
  if (stored.length < entryBytes + bodyLength)
    throw new Broken(path, `it ends before the body of record ${position}`)
  if (!sameBytes(stored.subarray(0, entryBytes), bytes))
    throw new Broken(`${path}, record ${position}`, 'its entry is not the one in the tree')
  return stored.subarray(entryBytes)
}
