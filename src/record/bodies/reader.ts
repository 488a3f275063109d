import { fromUtf8, toHex } from '../../base/bytes.ts'
import { lru } from '../../base/lru.ts'
import { RecordUnreadable } from '../errors.ts'
import { type ConversationKey, type Keys } from '../keys/ports.ts'
import { decodeEntry, entryBytes, leafHash, type Entry } from '../ledger/entry.ts'
import { partIds, type OpenPart } from '../ledger/parts.ts'
import { openRecord } from '../ledger/seal.ts'
import { recordSecret, type RecordSecret } from '../ledger/secret.ts'
import { type MailboxIndex } from '../mailbox/ports.ts'
import { type Envelope, type LogPosition } from '../types.ts'
import { Opened } from './opened.ts'
import { type BodyFiles } from './ports.ts'

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
  readonly index: Pick<MailboxIndex, 'place'>
  readonly files: BodyFiles
  readonly keys: Keys
  readonly cacheBytes: number
}): BodyReader {
  const { index, files, keys, cacheBytes } = parts
  const kept = lru<LogPosition, Opened>({ costMax: cacheBytes, costOf: bytesOf })
  const secretOf = recordSecrets(keys)

  const open = async (position: LogPosition): Promise<Opened> => {
    const place = index.place(position)
    if (place === null) throw new RecordUnreadable(position, 'it is not in the archive')
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
    const envelope = envelopeOf(texts)
    // The tag binds the body to its entry, and the envelope's stanza id binds both to this position: rows that were
    // swapped do not show one record in the place of another.
    if (envelope?.stanza_id !== keys.stanzaId(position)) {
      throw new RecordUnreadable(position, 'another record lies in its place')
    }
    const [content, wire] = [texts[partIds.content] ?? '', texts[partIds.wire] ?? '']
    // Without the body, which is not to be kept in memory with it.
    const own = head.slice()
    const leaf = (): string => toHex(leafHash(own))
    return Opened.afterCheck({ position, leafHash: leaf, envelope, content, wire })
  }
  const read = async (position: LogPosition): Promise<Opened> => {
    const there = kept.get(position)
    if (there !== undefined) return there
    const opened = await open(position)
    kept.set(position, opened)
    return opened
  }
  return {
    read,
    async readMany(positions) {
      const all: Opened[] = []
      // One after the other: nothing here waits for anything but a key that is not in memory.
      for (const position of positions) all.push(kept.get(position) ?? (await read(position)))
      return all
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

function envelopeOf(texts: readonly (string | undefined)[]): Envelope | null {
  const json = texts[partIds.envelope]
  // What was sealed under our keys was written by `ledger/envelope.ts`.
  return json === undefined ? null : JSON.parse(json)
}

/** JavaScript keeps a text in one or two bytes a character. */
function bytesOf({ content, wire }: Opened): number {
  return overheadBytes + 2 * (content.length + wire.length)
}
