import { fromUtf8, toHex } from '../../base/bytes.ts'
import { lru } from '../../base/lru.ts'
import { RecordUnreadable } from '../errors.ts'
import { type ConversationKey, type Keys } from '../keys/ports.ts'
import { namesStanzaId } from '../ledger/envelope.ts'
import { decodeEntry, entryBytes, leafHash, type Entry } from '../ledger/entry.ts'
import { partIds, type OpenPart } from '../ledger/parts.ts'
import { openRecord } from '../ledger/seal.ts'
import { recordSecret, type RecordSecret } from '../ledger/secret.ts'
import { type MailboxIndex } from '../mailbox/ports.ts'
import { type LogPosition } from '../types.ts'
import { Opened } from './opened.ts'
import { type BodyFiles, type Place } from './ports.ts'

/** Reads records for employees: the AEAD tag is checked, hash and commitments are not. DESIGN.md §5. */
export type BodyReader = {
  /** @throws {RecordUnreadable} when it is not integrated, its key is destroyed, or it does not open */
  read(position: LogPosition): Promise<Opened>
  /** In the order of the positions. @throws {RecordUnreadable} as `read` */
  readMany(positions: readonly LogPosition[]): Promise<readonly Opened[]>
}

/** Conversation keys that are kept: deriving one costs as much as opening a record. */
const conversationKeysMax = 10_000
/** What an opened record takes in memory beside its texts: its envelope, mainly. */
const overheadBytes = 2_000

/** @param parts.cacheBytes memory for opened records; 0 keeps none */
export function bodyReader(parts: {
  readonly index: Pick<MailboxIndex, 'places'>
  readonly files: BodyFiles
  readonly keys: Keys
  readonly cacheBytes: number
}): BodyReader {
  const { index, files, keys, cacheBytes } = parts
  const kept = lru<LogPosition, Opened>({ costMax: cacheBytes, costOf: bytesOf })
  const secretOf = recordSecrets(keys)

  const open = async (position: LogPosition, place: Place | undefined): Promise<Opened> => {
    if (place === undefined) throw new RecordUnreadable(position, 'it is not in the archive')
    const bytes = files.read(place.bucket, place.offset, place.length)
    const head = bytes.subarray(0, entryBytes)
    const entry = decodeEntry(head)
    if (typeof entry === 'string') throw new RecordUnreadable(position, entry)
    const secret = secretOf.now(entry) ?? (await secretOf.load(entry, position))
    if (secret === null) throw new RecordUnreadable(position, 'its key is destroyed')
    const record = { entry, entryBytes: head, body: bytes.subarray(entryBytes) }
    const result = openRecord(record, secret, { check: 'tag' })
    if (!result.ok) throw new RecordUnreadable(position, result.reason)
    const texts = textsOf(result.parts)
    const envelope = texts[partIds.envelope]
    const stanzaId = keys.stanzaId(position)
    // The tag binds the body to its entry, and the envelope's stanza id binds both to this position: rows that were
    // swapped do not show one record in the place of another.
    if (envelope === undefined || !namesStanzaId(envelope, stanzaId)) {
      throw new RecordUnreadable(position, 'another record lies in its place')
    }
    const said = {
      content: texts[partIds.content] ?? '',
      wire: texts[partIds.wire] ?? '',
      files: texts[partIds.files] ?? '',
    }
    // Without the body, which is not to be kept in memory with it.
    const own = head.slice()
    const leaf = (): string => toHex(leafHash(own))
    return Opened.afterCheck({ position, stanzaId, leafHash: leaf, envelope, ...said })
  }
  const readMany = async (positions: readonly LogPosition[]): Promise<readonly Opened[]> => {
    const found = positions.map((position) => kept.get(position))
    const missing = positions.filter((_, i) => found[i] === undefined)
    if (missing.length === 0) return found.filter((opened) => opened !== undefined)
    const places = index.places(missing)
    const all: Opened[] = []
    // One after the other: nothing here waits for anything but a key that is not in memory.
    for (const [i, position] of positions.entries()) {
      const there = found[i] ?? kept.get(position)
      if (there === undefined) {
        const opened = await open(position, places.get(position))
        kept.set(position, opened)
        all.push(opened)
      } else all.push(there)
    }
    return all
  }
  return {
    readMany,
    async read(position) {
      const there = kept.get(position)
      if (there !== undefined) return there
      const opened = await open(position, index.places([position]).get(position))
      kept.set(position, opened)
      return opened
    },
  }
}

type RecordSecrets = {
  /** Undefined when the conversation's key has to be loaded. */
  now(entry: Entry): RecordSecret | undefined
  /** Null when it is destroyed. */
  load(entry: Entry, position: LogPosition): Promise<RecordSecret | null>
}

function recordSecrets(keys: Keys): RecordSecrets {
  const known = lru<string, ConversationKey>({ costMax: conversationKeysMax })
  return {
    now(entry) {
      const conversation = known.get(nameOf(entry))
      return conversation && recordSecret(conversation.key, entry.seq, entry.salt)
    },
    async load(entry, position) {
      const { bucket, handle, seq, salt } = entry
      const conversation = await keys.conversation(bucket, handle)
      // Of some conversations only single records survive.
      if (conversation === null) return await keys.record({ bucket, handle, seq, salt, position })
      known.set(nameOf(entry), conversation)
      return recordSecret(conversation.key, seq, salt)
    },
  }
}

function nameOf({ bucket, handle }: Entry): string {
  return `${bucket} ${toHex(handle)}`
}

/** By part id. A part that is no text, or not there, is undefined. */
function textsOf(parts: readonly OpenPart[]): (string | undefined)[] {
  const texts: (string | undefined)[] = []
  for (const { id, bytes } of parts) texts[id] = fromUtf8(bytes) ?? undefined
  return texts
}

/** JavaScript keeps a text in one or two bytes a character. */
function bytesOf({ content, wire, files }: Opened): number {
  return overheadBytes + 2 * (content.length + wire.length + files.length)
}
