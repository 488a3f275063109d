import {
  type LogPosition,
  type PersonId,
  type RecordKind,
  type Reference,
  type View,
} from '../record/types.ts'
import { filesView, originalOf } from './acts.ts'
import { addressFinder } from './addresses.ts'
import { asNamed, bindingsOf, type FetchParts, standingRecord } from './fetch.ts'
import { filesPart, type NamedFile } from './part.ts'
import { type FileId, type StoredFile } from './ports.ts'

/** Files that one message may name. */
const namedMax = 20

/** What takes a message back may quote it, and sends nothing. */
const unattached: ReadonlySet<RecordKind> = new Set(['retraction', 'moderation', 'reaction'])

/** A message that is about to be written. */
type Draft = {
  readonly kind: RecordKind
  readonly sender: PersonId | null
  readonly views: readonly View[]
  readonly wire: string
}

/** What a message's record has of the files that it names. One of `bound` and `released` follows. */
export type Attached = {
  readonly kind: 'attached'
  /** Part 3 of the record. */
  readonly files: string
  readonly view: View
  /** It is on record there. */
  bound(position: LogPosition, refs: Reference | null): void
  /** It was not written. */
  released(): void
}

export type NamedFiles = Attached | { readonly kind: 'none' } | Refused

type Refused = {
  readonly kind: 'refused'
  readonly why: { readonly reason: 'space' | 'too-many-files'; readonly text: string }
}

/** Files that are being named, or dropped; never both. */
export type Pins = {
  pin(file: FileId): void
  unpin(file: FileId): void
  /** False when it is pinned: then it is not to be dropped. Until `dropped()` nobody can name it. */
  dropping(file: FileId): boolean
  isDropping(file: FileId): boolean
  dropped(file: FileId): void
}

export function createPins(): Pins {
  const pins = new Map<FileId, number>()
  const leaving = new Set<FileId>()
  return {
    pin: (file) => void pins.set(file, (pins.get(file) ?? 0) + 1),
    unpin(file) {
      const left = (pins.get(file) ?? 0) - 1
      if (left > 0) pins.set(file, left)
      else pins.delete(file)
    },
    dropping(file) {
      if (pins.has(file)) return false
      leaving.add(file)
      return true
    },
    isDropping: (file) => leaving.has(file),
    dropped: (file) => void leaving.delete(file),
  }
}

/**
 * Finds the files that a message names. Null at once where it names none, as nearly all do.
 *
 * A staged file is named by who uploaded it, and by nobody else. One that somebody could fetch may be named by whoever knows its address:
 * his record has it too, but it can be fetched as long as the uploader's own message stands.
 */
export function createNamed(
  parts: FetchParts & { readonly baseUrl: string; readonly pins: Pins },
): (draft: Draft, verdict: { readonly isWithheld: boolean }) => Promise<NamedFiles> | null {
  const find = addressFinder(parts.baseUrl)
  const { pins } = parts

  async function lookUp(
    draft: Draft,
    addresses: readonly string[],
    isWithheld: boolean,
  ): Promise<NamedFiles> {
    const named: NamedFile[] = []
    try {
      for (const address of addresses) {
        const file = await parts.state.find(address)
        if (!file || pins.isDropping(file.id)) continue
        pins.pin(file.id)
        const key = await keyOf(file, draft.sender)
        if (!key) {
          pins.unpin(file.id)
          continue
        }
        const { id, uploader, name, type, size, sha256 } = file
        const opens = uploader === draft.sender && !isWithheld
        named.push({ id, uploader, name, type, size, sha256, key, opens })
      }
    } catch (error) {
      release(named)
      throw error
    }
    return named.length === 0 ? { kind: 'none' } : attach(draft, named)
  }

  async function keyOf(file: StoredFile, sender: PersonId | null): Promise<Uint8Array | null> {
    const bindings = await bindingsOf(parts, file)
    const isOwn = file.uploader === sender
    if (bindings.length === 0) return isOwn ? file.key : null
    const standing = await standingRecord(parts, bindings)
    // Who took a file back may send it again.
    const position = standing ?? (isOwn ? (bindings.at(-1)?.position ?? null) : null)
    return position === null ? null : ((await asNamed(parts, file, position))?.key ?? null)
  }

  function attach({ kind, views }: Draft, named: readonly NamedFile[]): Attached {
    return {
      kind: 'attached',
      files: filesPart(named),
      view: filesView,
      bound(position, refs) {
        const original = originalOf(kind, refs, views)
        const bindings = named.map(({ id, opens }) => ({ file: id, position, opens, original }))
        parts.files.apply({ kind: 'bound', bindings }, position)
        release(named)
      },
      released: () => release(named),
    }
  }

  function release(named: readonly NamedFile[]): void {
    for (const { id } of named) pins.unpin(id)
  }

  return (draft, { isWithheld }) => {
    if (unattached.has(draft.kind)) return null
    const addresses = find(draft.wire)
    if (addresses.length === 0) return null
    const why = refusalOf(addresses.length, parts.files.isFull())
    return why ? Promise.resolve(why) : lookUp(draft, addresses, isWithheld)
  }
}

function refusalOf(count: number, isFull: boolean): Refused | null {
  if (isFull)
    return refuse(
      'space',
      'The server has no room to keep which files are sent: tell its administrators.',
    )
  if (count <= namedMax) return null
  return refuse('too-many-files', `A message may name ${namedMax} files at most.`)
}

function refuse(reason: Refused['why']['reason'], text: string): Refused {
  return { kind: 'refused', why: { reason, text } }
}
