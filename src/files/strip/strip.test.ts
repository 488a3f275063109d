import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  canary,
  gifWithNotes,
  gifWithoutNotes,
  heifWith,
  jpegWithNotes,
  jpegWithoutNotes,
  pngWithNotes,
  pngWithoutNotes,
  webpWithNotes,
  webpWithoutNotes,
} from '../../../test/support/images.ts'
import { type Stretch } from '../ports.ts'
import { exifSegment, orientationIn } from './orientation.ts'
import { stripping } from './strip.ts'

const upright = Buffer.from(exifSegment(6))

const images: readonly (readonly [type: string, image: Buffer, served: Buffer])[] = [
  ['image/jpeg', jpegWithNotes(), jpegWithoutNotes(upright)],
  ['image/png', pngWithNotes(), pngWithoutNotes],
  ['image/gif', gifWithNotes(), gifWithoutNotes],
  ['image/webp', webpWithNotes(), webpWithoutNotes],
  ['image/heic', heifWith(canary), heifWith('\0'.repeat(canary.length))],
]

for (const [type, image, served] of images) {
  test(`${type} goes out with its picture and colours, and without its notes`, () => {
    assert.deepEqual(goesOut(type, [image]), served)
    assert.ok(!served.includes(canary))
  })

  test(`${type} without notes goes out as it came`, () => {
    assert.deepEqual(goesOut(type, [served]), served)
  })

  test(`${type} goes out the same in whatever pieces it came`, () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: image.length }), { maxLength: 30 }), (cuts) => {
        assert.deepEqual(goesOut(type, piecesOf(image, cuts)), served)
      }),
      { numRuns: 50 },
    )
  })

  test(`${type} that ends anywhere gives away no note`, () => {
    for (let length = 0; length < image.length; length += 1) {
      const out = goesOut(type, [image.subarray(0, length)])
      // Half a note tells something, too.
      assert.ok(!out?.includes(canary.slice(0, 6)), `${length} bytes`)
    }
  })

  test(`${type} with a byte changed does not stop the server`, () => {
    fc.assert(
      fc.property(fc.nat({ max: image.length - 1 }), fc.nat({ max: 255 }), (at, byte) => {
        goesOut(type, [image.with(at, byte)])
      }),
      { numRuns: 300 },
    )
  })
}

test('which side of a photograph is up stays known, and nothing else of its Exif', () => {
  assert.equal(orientationIn(upright.subarray(10)), 6)
  assert.deepEqual(goesOut('image/jpeg', [jpegWithNotes(1)]), jpegWithoutNotes(Buffer.alloc(0)))
})

test('what is no image, whatever its type, does not go out as one', () => {
  for (const [type] of images) {
    for (const text of ['', 'a letter and no picture', 'x'.repeat(100_000)])
      assert.equal(goesOut(type, [Buffer.from(text)]), null)
  }
})

test('a picture in thousands of pieces is refused, and not remembered', () => {
  const comment = Buffer.from([0xff, 0xfe, 0, 2, 0xff, 0xdb, 0, 2])
  const start = Buffer.from([0xff, 0xd8])
  const image = Buffer.concat([
    start,
    ...Array.from({ length: 5_000 }, () => comment),
    jpegWithNotes().subarray(2),
  ])
  assert.equal(goesOut('image/jpeg', [image]), null)
})

test('other types are left as they are', () => {
  for (const type of ['application/pdf', 'video/mp4', 'toString', ''])
    assert.equal(stripping(type), null)
})

/** What is served of an image that comes in these pieces; null when it is refused. */
function goesOut(type: string, pieces: readonly Uint8Array[]): Buffer | null {
  const walk = stripping(type)
  assert.ok(walk)
  for (const piece of pieces) walk.push(piece)
  const stretches = walk.end()
  const whole = Buffer.concat(pieces)
  return stretches && Buffer.concat(stretches.map((stretch) => bytesOf(stretch, whole)))
}

function bytesOf(stretch: Stretch, whole: Buffer): Uint8Array {
  if ('bytes' in stretch) return stretch.bytes
  return 'zeros' in stretch ? Buffer.alloc(stretch.zeros) : whole.subarray(stretch.from, stretch.to)
}

function piecesOf(image: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.toSorted((a, b) => a - b), image.length]
  return places.slice(1).map((to, i) => image.subarray(places[i], to))
}
