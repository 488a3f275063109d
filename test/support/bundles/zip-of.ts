// Zips as a bundle has them, and as nobody should be able to smuggle anything with.
import { crc32 } from 'node:zlib'
import { type Files } from './scene.ts'

/** A member as it lies there, and what the directory says of it where that differs. */
export type Member = {
  readonly name: string
  readonly bytes: Uint8Array
  readonly localName?: string
  readonly method?: number
  readonly flags?: number
  readonly size?: number
  readonly mode?: number
  /** Bytes that lie before it and belong to nobody. */
  readonly before?: Uint8Array
  readonly comment?: string
  readonly extra?: Uint8Array
  /** Where the directory says that it lies. */
  readonly offset?: number
  /** It stands in the directory and nowhere else. */
  readonly isGhost?: boolean
}

export type ZipEnd = {
  readonly comment?: string
  readonly count?: number
  readonly behind?: Uint8Array
}

export function membersOf(files: Files): Member[] {
  return [...files].map(([name, bytes]) => ({ name, bytes }))
}

/** APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16. */
export function zipOf(members: readonly Member[], end: ZipEnd = {}): Uint8Array {
  const [pieces, directory]: [Buffer[], Buffer[]] = [[], []]
  let at = 0
  const put = (bytes: Uint8Array): void => {
    pieces.push(Buffer.from(bytes))
    at += bytes.length
  }
  for (const member of members) {
    const { name, bytes, localName = name, method = 0, flags = 0x800, size = bytes.length } = member
    put(member.before ?? new Uint8Array())
    const offset = member.offset ?? at
    const sum = crc32(bytes)
    if (!member.isGhost) {
      const local = Buffer.alloc(30)
      local.writeUInt32BE(0x504b0304)
      local.writeUInt16LE(20, 4)
      local.writeUInt16LE(flags, 6)
      local.writeUInt16LE(method, 8)
      local.writeUInt16LE(33, 12)
      local.writeUInt32LE(sum, 14)
      local.writeUInt32LE(size, 18)
      local.writeUInt32LE(size, 22)
      local.writeUInt16LE(Buffer.byteLength(localName), 26)
      put(local)
      put(Buffer.from(localName))
      put(bytes)
    }
    const { comment = '', extra = new Uint8Array(), mode = 0o100644 } = member
    const central = Buffer.alloc(46)
    central.writeUInt32BE(0x504b0102)
    central.writeUInt16LE(0x033f, 4)
    central.writeUInt16LE(20, 6)
    central.writeUInt16LE(flags, 8)
    central.writeUInt16LE(method, 10)
    central.writeUInt16LE(33, 14)
    central.writeUInt32LE(sum, 16)
    central.writeUInt32LE(size, 20)
    central.writeUInt32LE(size, 24)
    central.writeUInt16LE(Buffer.byteLength(name), 28)
    central.writeUInt16LE(extra.length, 30)
    central.writeUInt16LE(Buffer.byteLength(comment), 32)
    central.writeUInt32LE((mode << 16) >>> 0, 38)
    central.writeUInt32LE(offset, 42)
    directory.push(central, Buffer.from(name), Buffer.from(extra), Buffer.from(comment))
  }
  const bytes = Buffer.concat(directory)
  const last = Buffer.alloc(22)
  last.writeUInt32BE(0x504b0506)
  last.writeUInt16LE(end.count ?? members.length, 8)
  last.writeUInt16LE(end.count ?? members.length, 10)
  last.writeUInt32LE(bytes.length, 12)
  last.writeUInt32LE(at, 16)
  last.writeUInt16LE(Buffer.byteLength(end.comment ?? ''), 20)
  const comment = Buffer.from(end.comment ?? '')
  return new Uint8Array(
    Buffer.concat([...pieces, bytes, last, comment, Buffer.from(end.behind ?? new Uint8Array())]),
  )
}
