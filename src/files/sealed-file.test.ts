import assert from 'node:assert/strict'
import { createDecipheriv, createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { memoryFileStore } from '../../test/fakes/file-store.ts'
import { utf8 } from '../base/bytes.ts'
import { secretKey } from '../base/crypto.ts'
import { chunkBytes, chunksOf, headBytes, saltBytes, sealedLength } from './chunks.ts'
import { FileDamaged } from './errors.ts'
import { fileId } from './file-id.ts'
import { type Stretch } from './ports.ts'
import { openSealed, readStretches, sealing } from './sealed-file.ts'

const id = fileId('f'.repeat(32))
const raw = Buffer.alloc(32, 7)
const key = secretKey(raw)
const salt = Buffer.alloc(saltBytes, 3)
const context = utf8(id)

/** Lengths at which the number of pieces, or of writes, changes. */
const lengths = [
  0,
  1,
  chunkBytes - 1,
  chunkBytes,
  chunkBytes + 1,
  16 * chunkBytes,
  40 * chunkBytes + 9,
]

for (const size of lengths) {
  test(`a file of ${size} bytes lies sealed, and any part of it is read back`, async () => {
    const plain = noise(size)
    const { store, sealed } = await sealedFile(plain)
    assert.equal(sealed.length, sealedLength(size))
    const file = await openFrom(store, size)
    assert.deepEqual(await all(file.read(0, size)), plain)
    for (const [from, to] of partsOf(size))
      assert.deepEqual(await all(file.read(from, to)), plain.subarray(from, to))
  })
}

test('it lies as the specification has it', async () => {
  const plain = noise(chunkBytes + 100)
  const { sealed } = await sealedFile(plain)
  const info = Buffer.concat([
    Buffer.from('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0'),
    salt,
    context,
  ])
  const first = createHmac('sha512', raw)
    .update(info)
    .update(Buffer.from([1]))
    .digest()
  const second = createHmac('sha512', raw)
    .update(first)
    .update(info)
    .update(Buffer.from([2]))
    .digest()
  const derived = Buffer.concat([first, second])
  assert.deepEqual(sealed.subarray(0, headBytes), Buffer.concat([salt, derived.subarray(44, 76)]))
  const nonce = Buffer.from(derived.subarray(32, 44))
  nonce[11] = (nonce[11] ?? 0) ^ 1
  const decipher = createDecipheriv('aes-256-gcm', derived.subarray(0, 32), nonce)
  decipher.setAuthTag(sealed.subarray(-16))
  const last = decipher.update(sealed.subarray(headBytes + chunkBytes + 16, -16))
  decipher.final()
  assert.deepEqual(last, plain.subarray(chunkBytes))
})

test('a file that was changed, cut, or is of another id or key, is not read', async () => {
  const size = 3 * chunkBytes + 5
  const plain = noise(size)
  const { store, sealed } = await sealedFile(plain)
  for (const at of [0, saltBytes, headBytes, headBytes + chunkBytes + 20, sealed.length - 1]) {
    const changed = memoryFileStore()
    changed.put(id, Buffer.from(sealed.with(at, (sealed[at] ?? 0) ^ 1)))
    await assert.rejects(
      async () => await all((await openFrom(changed, size)).read(0, size)),
      FileDamaged,
    )
  }
  const cut = memoryFileStore()
  cut.put(id, sealed.subarray(0, sealedLength(2 * chunkBytes)))
  await assert.rejects(openFrom(cut, size), FileDamaged)
  await assert.rejects(openFrom(store, size, utf8('e'.repeat(32))), FileDamaged)
  const swapped = memoryFileStore()
  const piece = chunkBytes + 16
  const [one, two] = [headBytes, headBytes + piece]
  swapped.put(
    id,
    Buffer.concat([
      sealed.subarray(0, one),
      sealed.subarray(two, two + piece),
      sealed.subarray(one, two),
      sealed.subarray(two + piece),
    ]),
  )
  await assert.rejects(
    async () => await all((await openFrom(swapped, size)).read(0, size)),
    FileDamaged,
  )
})

test('what goes out in stretches is read from any place to any other', async () => {
  const plain = noise(100_000)
  const { store } = await sealedFile(plain)
  const file = await openFrom(store, plain.length)
  const stretches: Stretch[] = [
    { bytes: Buffer.from('instead') },
    { from: 10, to: 50_000 },
    { zeros: 40_000 },
    { from: 90_000, to: 100_000 },
  ]
  const whole = Buffer.concat([
    Buffer.from('instead'),
    plain.subarray(10, 50_000),
    Buffer.alloc(40_000),
    plain.subarray(90_000),
  ])
  const place = fc.nat({ max: whole.length })
  await fc.assert(
    fc.asyncProperty(place, place, async (one, other) => {
      const [from, to] = [Math.min(one, other), Math.max(one, other)]
      const read = await all(readStretches(file, stretches, { from, to }))
      assert.ok(read.equals(whole.subarray(from, to)))
    }),
    { numRuns: 50 },
  )
})

function noise(size: number): Buffer {
  return Buffer.from(Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8)) & 255))
}

/** Sealed as an upload is: in pieces of odd sizes. */
async function sealedFile(
  plain: Buffer,
): Promise<{ store: ReturnType<typeof memoryFileStore>; sealed: Buffer }> {
  const store = memoryFileStore()
  const writer = await store.create(id)
  const into = sealing(writer, chunksOf(key, { salt, context }))
  for (let at = 0; at < plain.length; at += 10_007)
    await into.write(plain.subarray(at, at + 10_007))
  await into.end()
  await writer.keep()
  await writer.close()
  return { store, sealed: store.bytes(id) }
}

async function openFrom(
  store: ReturnType<typeof memoryFileStore>,
  size: number,
  of = context,
): ReturnType<typeof openSealed> {
  const reader = await store.open(id)
  assert.ok(reader)
  return await openSealed(reader, { key, context: of, size })
}

async function all(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const read: Uint8Array[] = []
  for await (const piece of pieces) read.push(piece)
  return Buffer.concat(read)
}

function partsOf(size: number): [number, number][] {
  const places = [0, 1, chunkBytes - 1, chunkBytes, 2 * chunkBytes + 3, size - 1, size].filter(
    (place) => place >= 0 && place <= size,
  )
  return places.flatMap((from) =>
    places.filter((to) => to >= from).map((to): [number, number] => [from, to]),
  )
}
