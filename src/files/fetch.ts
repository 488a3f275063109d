import { utf8 } from '../base/bytes.ts'
import { secretKey } from '../base/crypto.ts'
import { type Log } from '../base/log.ts'
import { type History } from '../history/ports.ts'
import { RecordRefused, RecordUnreadable } from '../record/errors.ts'
import { filesArchive } from '../record/ids.ts'
import { type Record } from '../record/ports.ts'
import { type LogPosition } from '../record/types.ts'
import { lookRecord } from './acts.ts'
import { isToken } from './addresses.ts'
import { type FilesLog } from './files-log.ts'
import { FileDamaged } from './errors.ts'
import { type OwnUploads } from './own-uploads.ts'
import { type NamedFile, readFilesPart } from './part.ts'
import { type Binding, type FileState, type FileStore, type StoredFile } from './ports.ts'
import { openSealed, readStretches } from './sealed-file.ts'
import { lengthOf } from './stretches.ts'

/** A file as whoever has its address gets it. */
export type Fetched = {
  readonly name: string
  readonly type: string
  /** Bytes that go out: of an image fewer than were uploaded. */
  readonly length: number
  /** Another one where other bytes go out. */
  readonly tag: string
  /** From (inclusive) to (exclusive). @throws {FileDamaged} */
  read(from: number, to: number): AsyncIterable<Uint8Array>
  close(): Promise<void>
}

/** `unknown`: there is no such file, or nobody was sent it yet. `gone`: it was taken back, or its history is over. */
export type Found =
  | { readonly kind: 'unknown' | 'gone' }
  | { readonly kind: 'file'; readonly file: Fetched }

export type FetchParts = {
  readonly store: FileStore
  readonly state: FileState
  readonly record: Pick<Record, 'read' | 'append'>
  readonly history: Pick<History, 'standing'>
  readonly files: FilesLog
  readonly own: OwnUploads
  readonly log: Log
}

/** All records that name a file, in the order in which they were written. */
export async function bindingsOf(
  { state, files }: Pick<FetchParts, 'state' | 'files'>,
  { id }: StoredFile,
): Promise<readonly Binding[]> {
  // Before what is written: what moves from one to the other meanwhile is in both, and not in none.
  const pending = files.pending(id)
  return [...(await state.bindings(id)), ...pending]
}

/** The record that lets a file be fetched: the first of its uploader's messages that was not taken back. */
export async function standingRecord(
  { history }: Pick<FetchParts, 'history'>,
  bindings: readonly Binding[],
): Promise<LogPosition | null> {
  const opening = bindings.filter(({ opens }) => opens)
  return opening.length === 0 ? null : await history.standing(filesArchive, opening)
}

/** The file as that record names it. Null when it cannot be read: its key was destroyed with the history that it was part of. */
export async function asNamed(
  { record, log }: Pick<FetchParts, 'record' | 'log'>,
  { id }: StoredFile,
  position: LogPosition,
): Promise<NamedFile | null> {
  try {
    const { files } = await record.read(position)
    return readFilesPart(files).find((named) => named.id === id) ?? null
  } catch (error) {
    if (!(error instanceof RecordUnreadable)) throw error
    log.warn('files.record-unreadable', { position })
    return null
  }
}

/**
 * Finds a file by its address, for anybody: the address is the right to it. Before a message has named it, that is so for the client alone
 * that has just uploaded it, and is on record before it gets a byte.
 */
export function createFetch(
  parts: FetchParts,
): (address: string, client: string) => Promise<Found> {
  return async (address, client) => {
    const stored = isToken(address) ? await parts.state.find(address) : null
    const bindings = stored ? await bindingsOf(parts, stored) : []
    const isStaged = stored?.key && bindings.length === 0
    if (isStaged && (await mayLook(parts, stored, { address, client })))
      return {
        kind: 'file',
        file: await openFile(parts, stored, { key: stored.key, sha256: stored.sha256 }),
      }
    if (!stored || !bindings.some(({ opens }) => opens)) return { kind: 'unknown' }
    const position = await standingRecord(parts, bindings)
    const named = position === null ? null : await asNamed(parts, stored, position)
    if (!named) return { kind: 'gone' }
    return { kind: 'file', file: await openFile(parts, stored, named) }
  }
}

async function mayLook(
  { own, record }: Pick<FetchParts, 'own' | 'record'>,
  stored: StoredFile,
  { address, client }: { readonly address: string; readonly client: string },
): Promise<boolean> {
  return await own.mayLook(address, client, async () => {
    try {
      await record.append(lookRecord(stored, client))
      return true
    } catch (error) {
      if (!(error instanceof RecordRefused)) throw error
      return false
    }
  })
}

async function openFile(
  { store }: FetchParts,
  { served, name, type, size, id }: StoredFile,
  { key, sha256 }: Pick<NamedFile, 'key' | 'sha256'>,
): Promise<Fetched> {
  const reader = await store.open(id)
  if (!reader) throw new FileDamaged('its bytes are not in the store')
  const of = { key: secretKey(key), context: utf8(id), size }
  const opened = await openSealed(reader, of).catch(async (error: unknown) => {
    await reader.close()
    throw error
  })
  const stretches = served ?? [{ from: 0, to: size }]
  const length = lengthOf(stretches)
  return {
    name,
    type,
    length,
    // The address tells one file, and that never changes; how images are cleaned may.
    tag: `${sha256.slice(0, 32)}-${length.toString(36)}`,
    read: (from, to) => readStretches(opened, stretches, { from, to }),
    close: async () => await opened.close(),
  }
}
