// The one kind of zip that a bundle is (APPNOTE.TXT 6.3.10): stored members that lie one behind the other without a gap, then the directory,
// then nothing. So there is nothing to inflate, nothing that lies twice, and no byte that two programs could read in two ways.
import { concat, fromUtf8, isCount, need, number, same, viewOf } from './bytes.mjs'

const [membersMax, directoryBytesMax] = [2_000_000, 512 * 1024 * 1024]
/** In 32 bits: the number stands in the zip64 extra field. */
const elsewhere = 0xffff_ffff
const check = (holds, what) => need(holds, 1, 'zip.layout', what)

/** The files of a zip by their names. @param file `{ size, read(from, to) }`, as each of them is */
export async function zipSource(file) {
  const end = await endOf(file)
  check(end.count <= membersMax && end.bytes <= directoryBytesMax, 'its directory is too long')
  check(end.at + end.bytes === end.end, 'its directory does not end where the zip does')
  const directory = await file.read(end.at, end.end)
  const members = new Map()
  let [at, next] = [0, 0]
  for (let i = 0; i < end.count; i++) {
    const { name, size, offset, local, after, end: behind } = memberAt(directory, at)
    check(!members.has(name) && offset === next, `${name} is there twice, or does not lie behind the member before it`)
    const from = next + local.length
    ;[at, next] = [behind, from + size + after.length]
    check(next <= end.at, `${name} does not lie before the directory`)
    const isSame = same(await file.read(offset, from), local) && same(await file.read(from + size, next), after)
    check(isSame, `${name} says something else of itself than the directory`)
    members.set(name, { size, read: async (begin, until) => await file.read(from + begin, from + until) })
  }
  check(at === directory.length && next === end.at, 'there are bytes that belong to no member')
  return members
}

/** The end of central directory record, APPNOTE 4.3.16, and its zip64 form, 4.3.14 and 4.3.15. */
async function endOf(file) {
  const tail = file.size < 22 ? null : viewOf(await file.read(file.size - 22, file.size))
  need(tail?.getUint32(0) === 0x504b0506, 1, 'zip.none', 'this is no zip, or something stands behind it')
  const [count, bytes, at] = [tail.getUint16(10, true), tail.getUint32(12, true), tail.getUint32(16, true)]
  check(tail.getUint32(4) === 0 && tail.getUint16(8, true) === count && tail.getUint16(20) === 0, 'it has a comment, or several parts')
  if (count !== 0xffff && bytes !== elsewhere && at !== elsewhere) return { count, bytes, at, end: file.size - 22 }
  const end = file.size - 22 - 20 - 56
  check(end >= 0, 'its end is cut off')
  const big = viewOf(await file.read(end, file.size - 22))
  check(big.getUint32(0) === 0x504b0606 && big.getUint32(56) === 0x504b0607 && long(big, 64) === end && long(big, 4) === 44, 'its zip64 end is not there')
  return { count: long(big, 32), bytes: long(big, 40), at: long(big, 48), end }
}

function long(view, at) {
  const value = Number(view.getBigUint64(at, true))
  check(isCount(value), 'a length is too large')
  return value
}

/** A header of the central directory (APPNOTE 4.3.12), with what has to stand before and behind the member itself (4.3.7, 4.3.9). */
function memberAt(directory, at) {
  check(at + 46 <= directory.length, 'the directory is cut off')
  const [bytes, view] = [directory.subarray(at), viewOf(directory.subarray(at))]
  const [flags, method, names, extras, comment, parts] = [8, 10, 28, 30, 32, 34].map((offset) => view.getUint16(offset, true))
  const [packed, plain, place] = [20, 24, 42].map((offset) => view.getUint32(offset, true))
  const name = fromUtf8(bytes.subarray(46, 46 + names))
  const isMember = view.getUint32(0) === 0x504b0102 && 46 + names + extras <= bytes.length && name !== null
  check(isMember && comment === 0 && parts === 0 && (flags & ~0x0808) === 0, 'a member is encrypted, has a comment, or is none')
  check(method === 0, `${name} is compressed: a bundle's members are stored`)
  check([0, 8].includes(view.getUint32(38, true) >>> 28), `${name} is no plain file`)
  const isBig = extras === 28
  const isZip64 = isBig && view.getUint32(46 + names, true) === 0x180001 && same([packed, plain, place], [elsewhere, elsewhere, elsewhere])
  check(isZip64 || extras === 0, `${name} has an extra field`)
  const [size, again, offset] = isBig ? [50, 58, 66].map((one) => long(view, one + names)) : [plain, packed, place]
  check(size === again, `${name} has two lengths`)
  // Bit 3: the lengths stand behind the member, and zeros stand before it.
  const isBehind = (flags & 8) !== 0
  const known = isBehind ? concat(bytes.subarray(8, 16), new Uint8Array(12)) : bytes.subarray(8, 28)
  const local = concat([0x50, 0x4b, 3, 4, 20, 0], known, bytes.subarray(28, 30), [0, 0], bytes.subarray(46, 46 + names))
  const length = number(size, isBig ? 8 : 4).reverse()
  const after = isBehind ? concat([0x50, 0x4b, 7, 8], bytes.subarray(16, 20), length, length) : []
  return { name, size, offset, local, after, end: at + 46 + names + extras }
}
