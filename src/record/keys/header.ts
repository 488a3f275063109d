// What stands before the vault's seal: in clear, and authenticated with it. All integers big-endian, texts UTF-8.
//
//   format 2: 8 "ONRVLT02" ‖ u32 epoch ‖ 4 log id
//     ‖ u8 count, KEKs that open it: (u8 length, kind ‖ u8 length, ref ‖ u8 length, id ‖ u16 length, wrapped key)*
//     ‖ u8 count, KEKs that are being made: (kind ‖ ref ‖ id)* ‖ u8 count, KEKs that are to be destroyed: (kind ‖ ref ‖ id)* ‖ 12 nonce
//   format 1, read alone: 8 "ONRVLT01" ‖ u32 epoch ‖ 8 KEK id ‖ 4 log id ‖ u16 length, wrapped key ‖ 12 nonce
//
// A KEK is named here before it is made and until it is destroyed, so that none is left behind when we stop.

import { BadBytes, byteReader, type ByteReader } from '../../base/byte-reader.ts'
import { concatBytes, fromUtf8, sameBytes, u32, utf8 } from '../../base/bytes.ts'
import { isKeyId, keyIdOf } from './key-id.ts'
import { type KeyId } from './ports.ts'

const magics = { 1: utf8('ONRVLT01'), 2: utf8('ONRVLT02') } as const
const keyIdBytes = 8
const logIdBytes = 4
export const nonceBytes = 12
/** Of each list. */
const namedMax = 64

/** The kind of a KEK that lies on papers and nowhere else. */
export const sharesKind = 'shares'

/** A KEK, where it is. */
export type NamedKey = { readonly kind: string; readonly ref: string; readonly id: KeyId }

/** A KEK that opens the vault, and what it made of the key that seals. */
export type Slot = NamedKey & { readonly wrapped: Uint8Array }

/** What the vault's clear header says. */
export type VaultHeader = {
  readonly format: 1 | 2
  /** The how-manieth set of KEKs it is, from 1. */
  readonly epoch: number
  readonly slots: readonly Slot[]
  readonly making: readonly NamedKey[]
  readonly doomed: readonly NamedKey[]
}

/** A stored vault, taken apart. Nothing of it may be believed before the seal is opened. */
export type ParsedBlob = {
  readonly header: VaultHeader
  readonly logId: Uint8Array
  readonly nonce: Uint8Array
  /** All before the seal. */
  readonly clear: Uint8Array
  readonly sealed: Uint8Array
}

/** Format 2, up to the nonce. */
export function encodeHeader(
  { epoch, slots, making, doomed }: Omit<VaultHeader, 'format'>,
  logId: Uint8Array,
): Uint8Array {
  return concatBytes(
    magics[2],
    u32(epoch),
    logId,
    list(slots.map((slot) => concatBytes(encodeName(slot), long(slot.wrapped)))),
    list(making.map(encodeName)),
    list(doomed.map(encodeName)),
  )
}

/** @throws {BadBytes} when it is no vault */
export function parseBlob(blob: Uint8Array): ParsedBlob {
  const reader = byteReader(blob)
  const magic = reader.take(magics[2].length)
  const parsed = sameBytes(magic, magics[2])
    ? parseSecond(reader)
    : sameBytes(magic, magics[1])
      ? parseFirst(reader)
      : null
  if (parsed === null) throw new BadBytes('it does not begin as a vault')
  const { header, logId, nonce, length } = parsed
  return { header, logId, nonce, clear: blob.subarray(0, length), sealed: blob.subarray(length) }
}

/** What is authenticated with a wrapped key. */
export function slotContext(
  { format, epoch, logId }: Pick<VaultHeader, 'format' | 'epoch'> & { readonly logId: Uint8Array },
  { kind, id }: Pick<NamedKey, 'kind' | 'id'>,
): Uint8Array {
  if (format === 1) return concatBytes(magics[1], u32(epoch), Uint8Array.fromHex(id), logId)
  return concatBytes(magics[2], u32(epoch), logId, short(kind), short(id))
}

/** The last 8 hex digits of `<domain>/log/<8 hex digits>`. */
export function logIdOf(origin: string): Uint8Array {
  const [, digits] = /\/log\/([0-9a-f]{8})$/.exec(origin) ?? []
  if (digits === undefined) throw new BadBytes('its origin is not of the form <domain>/log/<id>')
  return Uint8Array.fromHex(digits)
}

type Parsed = Pick<ParsedBlob, 'header' | 'logId' | 'nonce'> & { readonly length: number }

function parseFirst(reader: ByteReader): Parsed {
  const epoch = reader.u32()
  const id = keyIdOf(reader.take(keyIdBytes))
  const logId = reader.take(logIdBytes)
  const wrapped = reader.take(reader.u16())
  const nonce = reader.take(nonceBytes)
  const fixed = magics[1].length + 4 + keyIdBytes + logIdBytes + 2
  const slots = [{ kind: 'file', ref: '', id, wrapped }]
  const header: VaultHeader = { format: 1, epoch, slots, making: [], doomed: [] }
  return { header, logId, nonce, length: fixed + wrapped.length + nonceBytes }
}

function parseSecond(reader: ByteReader): Parsed {
  const epoch = reader.u32()
  const logId = reader.take(logIdBytes)
  const slots = takeList(reader, () => {
    const named = takeName(reader)
    return { ...named, wrapped: reader.take(reader.u16()) }
  })
  const making = takeList(reader, () => takeName(reader))
  const doomed = takeList(reader, () => takeName(reader))
  const header: VaultHeader = { format: 2, epoch, slots, making, doomed }
  const nonce = reader.take(nonceBytes)
  return { header, logId, nonce, length: encodeHeader(header, logId).length + nonceBytes }
}

function takeList<T>(reader: ByteReader, take: () => T): T[] {
  const count = reader.u8()
  if (count > namedMax) throw new BadBytes(`a list of ${count} keys`)
  return Array.from({ length: count }, take)
}

function takeName(reader: ByteReader): NamedKey {
  const kind = takeText(reader)
  const ref = takeText(reader)
  const id = takeText(reader)
  if (!isKeyId(id)) throw new BadBytes('the name of a key is none')
  return { kind, ref, id }
}

function takeText(reader: ByteReader): string {
  const text = fromUtf8(reader.take(reader.u8()))
  if (text === null) throw new BadBytes('a name that is no text')
  return text
}

function encodeName({ kind, ref, id }: NamedKey): Uint8Array {
  return concatBytes(short(kind), short(ref), short(id))
}

function list(items: readonly Uint8Array[]): Uint8Array {
  if (items.length > namedMax) throw new RangeError(`a list of ${items.length} keys`)
  return concatBytes(new Uint8Array([items.length]), ...items)
}

function short(text: string): Uint8Array {
  const bytes = utf8(text)
  if (bytes.length > 0xff) throw new RangeError(`a name of ${bytes.length} bytes`)
  return concatBytes(new Uint8Array([bytes.length]), bytes)
}

function long(bytes: Uint8Array): Uint8Array {
  return concatBytes(new Uint8Array([bytes.length >>> 8, bytes.length]), bytes)
}
