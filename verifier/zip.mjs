// The one kind of zip that a bundle is (APPNOTE.TXT 6.3.10): stored members that lie one behind the other without a gap, then the directory,
// then nothing. So there is nothing to inflate, nothing that lies twice, and no byte that two programs could read in two ways.

import { Broken, fromUtf8, viewOf } from './bytes.mjs'

const membersMax = 2_000_000
const directoryBytesMax = 512 * 1024 * 1024

/** @param file `{ size, read(from, to) }` @returns the members by name: where their bytes lie. */
export async function readZip(file) {
  const end = await endOf(file)
  if (end.count > membersMax || end.bytes > directoryBytesMax) throw broken('too-big', 'the directory is too long')
  if (end.at + end.bytes !== end.directoryEnd) throw broken('layout', 'the directory does not end where the zip does')
  const directory = await file.read(end.at, end.at + end.bytes)
  const members = new Map()
  let [at, next] = [0, 0]
  for (let i = 0; i < end.count; i++) {
    const member = memberAt(directory, at)
    at = member.end
    if (members.has(member.name)) throw broken('duplicate', `two members are called ${member.name}`)
    if (member.offset !== next) throw broken('layout', `${member.name} does not lie behind the member before it`)
    next = await checkLocal(file, member, end.at)
    members.set(member.name, { from: member.dataFrom, size: member.size })
  }
  if (at !== directory.length || next !== end.at) throw broken('layout', 'there are bytes that belong to no member')
  return members
}

function broken(code, what) {
  return new Broken(1, `zip.${code}`, what)
}

/** The end of central directory record, APPNOTE 4.3.16, and its zip64 form, 4.3.14 and 4.3.15. */
async function endOf(file) {
  if (file.size < 22) throw broken('none', 'this is no zip: it is too short')
  const tail = viewOf(await file.read(file.size - 22, file.size))
  if (tail.getUint32(0) !== 0x504b0506) throw broken('none', 'this is no zip, or something stands behind it')
  if (tail.getUint16(20) !== 0 || tail.getUint32(4) !== 0) throw broken('layout', 'it has a comment, or several parts')
  const plain = {
    count: tail.getUint16(10, true),
    bytes: tail.getUint32(12, true),
    at: tail.getUint32(16, true),
    directoryEnd: file.size - 22,
  }
  if (tail.getUint16(8, true) !== plain.count) throw broken('layout', 'it has several parts')
  if (plain.count !== 0xffff && plain.bytes !== 0xffffffff && plain.at !== 0xffffffff) return plain
  const from = file.size - 22 - 20 - 56
  if (from < 0) throw broken('layout', 'its end is cut off')
  const big = viewOf(await file.read(from, file.size - 22))
  if (big.getUint32(0) !== 0x504b0606 || big.getUint32(56) !== 0x504b0607) throw broken('layout', 'its zip64 end is not there')
  if (number64(big, 64) !== from || number64(big, 4) !== 44) throw broken('layout', 'its zip64 end lies elsewhere')
  return { count: number64(big, 32), bytes: number64(big, 40), at: number64(big, 48), directoryEnd: from }
}

function number64(view, at) {
  const value = view.getBigUint64(at, true)
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw broken('layout', 'a length is too large')
  return Number(value)
}

/** A header of the central directory, APPNOTE 4.3.12. */
function memberAt(directory, at) {
  if (at + 46 > directory.length) throw broken('layout', 'the directory is cut off')
  const view = viewOf(directory.subarray(at))
  if (view.getUint32(0) !== 0x504b0102) throw broken('layout', 'the directory has something that is no member')
  const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => view.getUint16(offset, true))
  const end = at + 46 + nameBytes + extraBytes + commentBytes
  if (end > directory.length) throw broken('layout', 'the directory is cut off')
  const name = fromUtf8(directory.subarray(at + 46, at + 46 + nameBytes))
  if (name === null) throw broken('name', 'a name is not UTF-8')
  const flags = view.getUint16(8, true)
  if (view.getUint16(10, true) !== 0) throw broken('compressed', `${name} is compressed: a bundle's members are stored`)
  if ((flags & ~0x0808) !== 0) throw broken('layout', `${name} is encrypted, or something else that a bundle is not`)
  if (view.getUint16(34, true) !== 0) throw broken('layout', 'it has several parts')
  if (commentBytes !== 0) throw broken('layout', `${name} has a comment`)
  const fileType = view.getUint32(38, true) >>> 28
  if (fileType !== 8 && fileType !== 0) throw broken('link', `${name} is no plain file`)
  const sizes = { packed: view.getUint32(20, true), size: view.getUint32(24, true), offset: view.getUint32(42, true) }
  const extra = viewOf(directory.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes))
  const isBig = readZip64(extra, sizes)
  if (sizes.packed !== sizes.size) throw broken('compressed', `${name} has two lengths`)
  return { name, ...sizes, crc: view.getUint32(16), hasDescriptor: (flags & 8) !== 0, isBig, end }
}

/** The zip64 extra field, APPNOTE 4.5.3: it stands alone. */
function readZip64(extra, sizes) {
  if (extra.byteLength === 0) return false
  if (extra.byteLength < 4 || extra.getUint16(0, true) !== 1 || extra.getUint16(2, true) !== extra.byteLength - 4)
    throw broken('layout', 'a member has an extra field that a bundle does not have')
  let at = 4
  for (const name of ['size', 'packed', 'offset']) {
    if (sizes[name] !== 0xffffffff) continue
    if (at + 8 > extra.byteLength) throw broken('layout', 'an extra field is cut off')
    sizes[name] = number64(extra, at)
    at += 8
  }
  return true
}

/** The member's own header says the same as the directory, APPNOTE 4.3.7. @returns where the next one begins */
async function checkLocal(file, member, limit) {
  const { name, offset, size, crc, hasDescriptor, isBig } = member
  if (offset + 30 > limit) throw broken('layout', `${name} does not lie before the directory`)
  const head = viewOf(await file.read(offset, offset + 30))
  const nameBytes = head.getUint16(26, true)
  const dataFrom = offset + 30 + nameBytes + head.getUint16(28, true)
  const found = fromUtf8(await file.read(offset + 30, offset + 30 + nameBytes))
  const isSame = head.getUint32(0) === 0x504b0304 && found === name && head.getUint16(8, true) === 0
  if (!isSame || head.getUint16(28, true) !== 0) throw broken('layout', `${name} says something else of itself than the directory`)
  if (((head.getUint16(6, true) & 8) !== 0) !== hasDescriptor) throw broken('layout', `${name} has two lengths`)
  member.dataFrom = dataFrom
  const dataTo = dataFrom + size
  const to = dataTo + (hasDescriptor ? (isBig ? 24 : 16) : 0)
  if (to > limit) throw broken('layout', `${name} does not lie before the directory`)
  if (!hasDescriptor) {
    if (head.getUint32(14) !== crc || head.getUint32(18, true) !== size || head.getUint32(22, true) !== size)
      throw broken('layout', `${name} has two lengths`)
    return to
  }
  const zero = head.getUint32(14) === 0 && head.getUint32(18) === 0 && head.getUint32(22) === 0
  const after = viewOf(await file.read(dataTo, to))
  const lengths = isBig ? [number64(after, 8), number64(after, 16)] : [after.getUint32(8, true), after.getUint32(12, true)]
  if (!zero || after.getUint32(0) !== 0x504b0708 || after.getUint32(4) !== crc || lengths.some((length) => length !== size))
    throw broken('layout', `${name} has two lengths`)
  return to
}

/** A zip as a bundle is read: names, lengths, and bytes of a file. */
export async function zipSource(file) {
  const members = await readZip(file)
  const place = (name) => members.get(name)
  return {
    names: [...members.keys()],
    size: (name) => place(name)?.size ?? 0,
    read: async (name, from, to) => await file.read(place(name).from + from, place(name).from + to),
  }
}
