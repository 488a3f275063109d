import { fromUtf8 } from '../../base/bytes.ts'
import { RecordUnreadable } from '../errors.ts'
import { type Keys } from '../keys/ports.ts'
import { recordSecrets } from '../keys/record-secrets.ts'
import { type Use } from '../keys/uses.ts'
import { namesStanzaId } from '../ledger/envelope.ts'
import { decodeEntry, entryBytes } from '../ledger/entry.ts'
import { partIds, type OpenPart } from '../ledger/parts.ts'
import { openRecord, type SealedRecord } from '../ledger/seal.ts'
import { envelopeOfStatement, openStatement, saysOf } from '../ledger/statement.ts'
import { type MailboxIndex } from '../mailbox/ports.ts'
import { type LogPosition } from '../types.ts'
import { nearReads } from './near-reads.ts'
import { type BodyFiles, type Checked, type RecordOpener } from './ports.ts'

/** Sealed bytes that are opened at once, but for the first record of all, which may have more. */
const openedBytesMax = 1_048_576

/** Opens records in the thread that asks. The AEAD tag is checked, hash and commitments are not: DESIGN.md §5. */
export function recordOpener(parts: {
  readonly index: Pick<MailboxIndex, 'places'>
  readonly files: Pick<BodyFiles, 'read'>
  readonly keys: Keys
  /** What it opens records for, unless somebody says otherwise. */
  readonly use: Use
}): RecordOpener {
  const { index, files, keys } = parts
  const secrets = recordSecrets(keys, parts.use)

  async function open(position: LogPosition, bytes: Buffer, use?: Use): Promise<Checked> {
    const head = bytes.subarray(0, entryBytes)
    const entry = decodeEntry(head)
    if (typeof entry === 'string') throw new RecordUnreadable(position, entry)
    const sealed = { entry, entryBytes: head, body: bytes.subarray(entryBytes) }
    if (entry.type === 3) return openedStatement(sealed, position)
    const secret = secrets.now(entry) ?? (await secrets.of({ ...entry, position }, use))
    if (secret === null)
      throw new RecordUnreadable(position, 'its key is destroyed', { isGone: true })
    const opened = openRecord(sealed, secret, { check: 'tag' })
    if (!opened.ok) throw new RecordUnreadable(position, opened.reason)
    const envelope = textOf(opened.parts, partIds.envelope)
    const stanzaId = keys.stanzaId(position)
    // The tag binds the body to its entry, and the envelope's stanza id binds both to this position: rows that were
    // swapped do not show one record in the place of another.
    if (envelope === undefined || !namesStanzaId(envelope, stanzaId)) {
      throw new RecordUnreadable(position, 'another record lies in its place')
    }
    return {
      position,
      stanzaId,
      entry: head.toString('latin1'),
      envelope,
      content: textOf(opened.parts, partIds.content) ?? '',
      wire: textOf(opened.parts, partIds.wire) ?? '',
      files: textOf(opened.parts, partIds.files) ?? '',
    }
  }

  return {
    async open(positions, use) {
      const found = index.places(positions)
      const places = positions.map((position) => found.get(position))
      const bytesOf = nearReads(files, places)
      const opened: Checked[] = []
      let bytes = 0
      // One after the other: nothing here waits for anything but a key that is not in memory.
      for (const [i, position] of positions.entries()) {
        const place = places[i]
        bytes += place?.length ?? 0
        if (bytes > openedBytesMax && i > 0) break
        if (place === undefined)
          throw new RecordUnreadable(position, 'it is not in the archive', { isGone: true })
        opened.push(await open(position, bytesOf(i), use))
      }
      return opened
    },
  }
}

/** It opens without a key, and its entry alone binds it: who has to be sure of its place asks the tree. */
function openedStatement(sealed: SealedRecord, position: LogPosition): Checked {
  const opened = openStatement(sealed)
  if (!opened.ok) throw new RecordUnreadable(position, opened.reason)
  return {
    position,
    stanzaId: '',
    entry: Buffer.from(sealed.entryBytes).toString('latin1'),
    envelope: JSON.stringify(envelopeOfStatement(opened.json)),
    content: saysOf(opened.json),
    wire: '',
    files: '',
  }
}

/** Undefined for a part that is not there, or is no text. */
function textOf(parts: readonly OpenPart[], id: number): string | undefined {
  const part = parts.find((one) => one.id === id)
  return part && (fromUtf8(part.bytes) ?? undefined)
}
