import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nearReads } from './near-reads.ts'
import { type BodyFiles, type Place } from './ports.ts'

const fileBytes = 300_000
const contents = [1, 2].map((bucket) =>
  Buffer.from(Array.from({ length: fileBytes }, (_, i) => (i * 7919 + bucket) % 251)),
)

function part({ bucket, offset, length }: Place): Buffer {
  return contents[bucket - 1]?.subarray(offset, offset + length) ?? Buffer.alloc(0)
}

/** What is read is noted. */
function noting(): { readonly files: Pick<BodyFiles, 'read'>; readonly lengths: number[] } {
  const lengths: number[] = []
  const read = (bucket: number, offset: number, length: number): Buffer => {
    lengths.push(length)
    return Buffer.from(part({ bucket, offset, length }))
  }
  return { files: { read }, lengths }
}

const somePlace = fc.record({
  bucket: fc.integer({ min: 1, max: 2 }),
  // Some lie past the end of the file, in part or as a whole.
  offset: fc.nat({ max: fileBytes + 2_000 }),
  length: fc.integer({ min: 1, max: 3_000 }),
})
const order = fc.constantFrom<(a: Place, b: Place) => number>(
  (a, b) => a.offset - b.offset,
  (a, b) => b.offset - a.offset,
  () => 0,
)

test('each record has the bytes that a read of its own gives', () => {
  fc.assert(
    fc.property(fc.array(somePlace, { maxLength: 40 }), order, (some, by) => {
      const places = [...some.toSorted(by), undefined, ...some]
      const { files, lengths } = noting()
      const bytesOf = nearReads(files, places)
      for (const [i, place] of places.entries()) {
        assert.deepEqual(bytesOf(i), place ? part(place) : Buffer.alloc(0))
      }
      assert.ok(lengths.every((length) => length <= 262_144))
    }),
  )
})

test('neighbours come with one read, from either end, and those far apart with one each', () => {
  const near = Array.from({ length: 50 }, (_, i) => ({
    bucket: 1,
    offset: i * 2_600,
    length: 1_300,
  }))
  const far = Array.from({ length: 10 }, (_, i) => ({
    bucket: 1,
    offset: i * 30_000,
    length: 1_300,
  }))
  for (const [places, reads] of [
    [near, 1],
    [near.toReversed(), 1],
    [far, 10],
  ] as const) {
    const { files, lengths } = noting()
    const bytesOf = nearReads(files, places)
    for (const i of places.keys()) bytesOf(i)
    assert.equal(lengths.length, reads)
  }
})

test('a record that is longer than a common read is read by itself', () => {
  const places = [
    { bucket: 1, offset: 0, length: 1_000 },
    { bucket: 1, offset: 1_000, length: 290_000 },
    { bucket: 1, offset: 291_000, length: 1_000 },
  ]
  const { files, lengths } = noting()
  const bytesOf = nearReads(files, places)
  for (const i of places.keys()) assert.equal(bytesOf(i).length, places[i]?.length)
  assert.deepEqual(lengths, [1_000, 290_000, 1_000])
})
