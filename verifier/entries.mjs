// Entries and what proves that a record is the one that an entry commits to: LEDGER.md §3.1 and §3.3.

import { Broken, concat, fromBase64, hasFields, hash64, hex, isCount, isText, looseJson, same, strictJson, utf8, viewOf } from './bytes.mjs'

export const entryBytes = 112

/** @throws {Broken} for what is no entry of this version */
export function decodeEntry(bytes, index) {
  const view = viewOf(bytes)
  const type = bytes[1]
  const isKnown = bytes[0] === 1 && type >= 1 && type <= 3 && view.getUint16(2) === 1 && view.getUint32(28) === 0
  if (!isKnown) throw new Broken(3, 'entry.form', `entry ${index} is of a version, type or suite that is not known`)
  const entry = {
    index,
    type,
    bucket: view.getUint32(4),
    handle: hex(bytes.subarray(8, 16)),
    seq: view.getUint32(16),
    bodyLength: view.getUint32(24),
    bodyHash: bytes.subarray(48, 80),
    partsRoot: bytes.subarray(80, 112),
  }
  const isPlaceless = [bytes.subarray(4, 20), bytes.subarray(32, 48), entry.partsRoot].every((part) => part.every((byte) => byte === 0))
  if (type === 3 && !isPlaceless) throw new Broken(3, 'entry.form', `statement ${index} has a place, a salt or parts`)
  return entry
}

/** A line of records.jsonl or acts.jsonl, taken apart and not yet held against its entry. */
export function parseRecord(text, name) {
  const value = strictJson(text)
  const where = `${name}, index ${value?.index}`
  const broken = (what) => new Broken(5, 'line.form', `${where}: ${what}`)
  if (hasFields(value, ['index', 'body']) && isCount(value.index) && isText(value.body)) return { index: value.index, body: value.body }
  if (!hasFields(value, ['index', 'parts']) || !isCount(value.index) || !Array.isArray(value.parts)) throw broken('it is no record')
  let last = -1
  const parts = value.parts.map((part) => {
    if (!Number.isInteger(part?.id) || part.id <= last || part.id > 255) throw broken('its parts are not in order')
    last = part.id
    if (hasFields(part, ['id', 'c'])) {
      const commitment = hash64(part.c)
      if (commitment === null) throw broken('a commitment is no hash')
      return { id: part.id, commitment }
    }
    const salt = hash64(part.salt)
    const isOpen = hasFields(part, ['id', 'salt', 'text']) ? isText(part.text) : hasFields(part, ['id', 'salt', 'bytes'])
    const bytes = isOpen && ('text' in part ? utf8(part.text) : fromBase64(part.bytes))
    if (salt === null || !bytes) throw broken('a part is neither open nor masked')
    return { id: part.id, salt, bytes, text: part.text ?? null }
  })
  if (parts.length === 0 || parts.length > 16) throw broken('it has no parts, or too many')
  return { index: value.index, parts }
}

/** Holds a record's parts, or a statement's body, against its entry. @throws {Broken} */
export function checkRecord(record, entry, sha256) {
  const where = `record ${entry.index}`
  if (record.body !== undefined) {
    const body = utf8(record.body)
    if (entry.type !== 3 || body.length !== entry.bodyLength || !same(sha256(body), entry.bodyHash))
      throw new Broken(5, 'record.changed', `${where}: its body is not that of its entry`)
    return
  }
  const commitments = record.parts.map(({ id, salt, bytes, commitment }) =>
    concat(new Uint8Array([id]), commitment ?? sha256(concat(new Uint8Array([0x10, id]), salt, bytes))),
  )
  const root = sha256(concat(new Uint8Array([0x12, commitments.length]), ...commitments))
  if (entry.type === 3 || !same(root, entry.partsRoot))
    throw new Broken(5, 'record.changed', `${where}: its parts are not those that its entry commits to`)
}

/** The text of a part that is shown; null where it is masked, not there, or no text. */
export function textOf(record, id) {
  return record.parts?.find((part) => part.id === id)?.text ?? null
}

/** The envelope of a record whose first part is shown. @throws {Broken} where it is none of version 1 */
export function envelopeOf(record) {
  const text = textOf(record, 0)
  if (text === null) return null
  const value = looseJson(text)
  const isHex = (id) => id === null || (typeof id === 'string' && /^[0-9a-f]{32}$/.test(id))
  const isGood =
    value?.v === 1 && typeof value.kind === 'string' && isHex(value.conv) && value.conv !== null && isHex(value.sender) &&
    isCount(value.conv_seq) && isCount(value.t_server) && (value.sender === null || isCount(value.sender_seq)) &&
    (value.conv_prev === null || /^[0-9a-f]{64}$/.test(value.conv_prev)) && typeof value.members?.hash === 'string' && Array.isArray(value.views)
  if (!isGood) throw new Broken(5, 'envelope.form', `record ${record.index}: its envelope is of no version that is known`)
  return value
}
