// Entries and what proves that a record is the one that an entry commits to: LEDGER.md §3.1 and §3.3.
import { ascends, Broken, concat, fromBase64, fromUtf8, hasFields, hash64, hex, isCount, isId, isList, isObject, isText } from './bytes.mjs'
import { looseJson, need, same, utf8, viewOf } from './bytes.mjs'

export const entryBytes = 112
export const itemBytes = 8 + entryBytes

/** @throws {Broken} for what is no entry of this version */
export function decodeEntry(bytes, index) {
  const [view, type] = [viewOf(bytes), bytes[1]]
  const isKnown = bytes[0] === 1 && type >= 1 && type <= 3 && view.getUint16(2) === 1 && view.getUint32(28) === 0
  need(isKnown, 3, 'entry.form', `entry ${index} is of a version, type or suite that is not known`)
  const isPlaceless = [[4, 20], [32, 48], [80, 112]].every(([from, to]) => bytes.subarray(from, to).every((byte) => byte === 0))
  need(type !== 3 || isPlaceless, 3, 'entry.form', `statement ${index} has a place, a salt or parts`)
  const [bucket, seq, bodyLength] = [4, 16, 24].map((at) => view.getUint32(at))
  const [handle, bodyHash, partsRoot] = [[8, 16], [48, 80], [80, 112]].map(([from, to]) => bytes.subarray(from, to))
  return { index, type, bucket, handle: hex(handle), seq, bodyLength, bodyHash, partsRoot }
}

/** All that are in the bundle, ascending. */
export async function* entriesOf({ pieces }) {
  let [rest, last] = [new Uint8Array(0), -1]
  for await (const piece of pieces('log/entries.bin')) {
    const bytes = concat(rest, piece)
    const whole = bytes.length - (bytes.length % itemBytes)
    for (let at = 0; at < whole; at += itemBytes) {
      const index = Number(viewOf(bytes).getBigUint64(at))
      need(Number.isSafeInteger(index) && index > last, 3, 'entries.order', `entry ${index} stands after entry ${last}`)
      last = index
      yield { index, bytes: bytes.subarray(at + 8, at + itemBytes) }
    }
    rest = bytes.slice(whole)
  }
  need(rest.length === 0, 3, 'entries.form', 'log/entries.bin ends in the middle of an entry')
}

/** What a line of records.jsonl or acts.jsonl says, taken apart and not yet held against its entry. */
export function parseRecord(value, name) {
  if (hasFields(value, 'index', 'body') && isCount(value.index) && isText(value.body)) return value
  const broken = new Broken(5, 'line.form', `${name}: what stands for index ${value?.index} is no record`)
  if (!hasFields(value, 'index', 'parts') || !isCount(value.index) || !isList(value.parts, isObject)) throw broken
  const parts = value.parts.map((part) => {
    const { id, c, salt, text } = part
    const commitment = hasFields(part, 'id', 'c') ? hash64(c) : null
    const isOpen = hasFields(part, 'id', 'salt', 'text') ? isText(text) : hasFields(part, 'id', 'salt', 'bytes')
    const bytes = isOpen ? (text === undefined ? fromBase64(part.bytes) : utf8(text)) : null
    if (!(isCount(id) && id <= 255) || (commitment ?? (bytes && hash64(salt))) === null) throw broken
    // Text stands as text: what is read as an envelope, or shown to people, cannot be hidden in base64.
    if (bytes !== null && text === undefined && fromUtf8(bytes) !== null) throw broken
    return { id, commitment, salt: hash64(salt), bytes, text: text ?? null }
  })
  if (!ascends(parts.map(({ id }) => id)) || parts.length === 0 || parts.length > 16) throw broken
  return { index: value.index, parts }
}

/** Holds a record's parts, or a statement's body, against its entry. @throws {Broken} */
export function checkRecord({ body, parts }, { index, type, bodyLength, bodyHash, partsRoot }, sha256) {
  const bytes = utf8(body ?? '')
  const commitmentOf = ({ id, salt, bytes: open, commitment }) => commitment ?? sha256(concat([0x10, id], salt, open))
  const isBody = () => type === 3 && bytes.length === bodyLength && same(sha256(bytes), bodyHash)
  const rootOf = () => sha256(concat([0x12, parts.length], ...parts.flatMap((part) => [[part.id], commitmentOf(part)])))
  need(body === undefined ? type !== 3 && same(rootOf(), partsRoot) : isBody(), 5, 'record.changed', `record ${index} is not what its entry commits to`)
}

/** The text of a part that is shown; null where it is masked, not there, or no text. */
export const textOf = (record, id) => record.parts?.find((part) => part.id === id)?.text ?? null
export const maskedIn = (record) => (record.parts ?? []).filter(({ commitment }) => commitment !== null).map(({ id }) => id)
/** Ids of the persons whom an envelope names. */
export const personsIn = ({ sender, views }) => [sender, ...views.flatMap(({ owner, peer }) => [owner, peer])].filter((id) => id !== null)

/** The envelope of a record whose first part is shown. @throws {Broken} where it is none of version 1 */
export function envelopeOf(record) {
  const text = textOf(record, 0)
  if (text === null) return null
  const value = looseJson(text)
  const isGood =
    value?.v === 1 && typeof value.kind === 'string' && isId(value.conv) && isCount(value.conv_seq) && isCount(value.t_server) &&
    (value.sender === null || (isId(value.sender) && isCount(value.sender_seq))) && typeof value.members?.hash === 'string' &&
    (value.conv_prev === null || /^[0-9a-f]{64}$/.test(value.conv_prev)) && isList(value.views, isObject)
  need(isGood, 5, 'envelope.form', `record ${record.index}: its envelope is of no version that is known`)
  return value
}

/** What an open statement says. @throws {Broken} */
export function parseStatement({ body, index }) {
  const value = looseJson(body)
  const isGood = value?.v === 1 && typeof value.kind === 'string' && isCount(value.t) && isObject(value.says)
  need(isGood, 5, 'statement.form', `statement ${index} is of no version that is known`)
  return value
}
