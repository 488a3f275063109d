import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concatBytes } from '../../base/bytes.ts'
import {
  bundlePath,
  decodeBundle,
  encodeBundle,
  parseTilePath,
  tilePath,
  tileRange,
} from './tiles.ts'

test('paths are those of the specification', () => {
  assert.equal(tilePath({ level: 0, index: 1_234_067, width: 256 }), 'tile/0/x001/x234/067')
  assert.equal(tilePath({ level: 3, index: 0, width: 1 }), 'tile/3/000.p/1')
  assert.equal(bundlePath({ index: 1000, width: 255 }), 'tile/entries/x001/000.p/255')
})

test('a path is read as it was made, and has no second spelling', () => {
  const tile = { level: 2, index: 1_234_067, width: 17 }
  assert.deepEqual(parseTilePath(tilePath(tile)), { isBundle: false, tile })
  const bundle = { level: 0, index: 5, width: 256 }
  assert.deepEqual(parseTilePath(bundlePath(bundle)), { isBundle: true, tile: bundle })
  for (const path of [
    'checkpoint',
    'tile/0/5',
    'tile/00/005',
    'tile/64/005',
    'tile/-1/005',
    'tile/0/x000/005',
    'tile/0/001/005',
    'tile/0/005.p/0',
    'tile/0/005.p/05',
    'tile/0/005.p/256',
    'tile/0/005.p/257',
    'tile/0/005.p',
    'tile/0/005/',
    '/tile/0/005',
    'tile/0/../entries/005',
    'tile/entries/005.p/1/..',
    `tile/0/${'x001/'.repeat(6)}005`,
  ])
    assert.equal(parseTilePath(path), null, path)
})

test('a subtree lies in one tile, at the place that its leaves have', () => {
  assert.deepEqual(tileRange(0, 257), { level: 0, tile: 1, from: 1, count: 1 })
  assert.deepEqual(tileRange(7, 3), { level: 0, tile: 1, from: 128, count: 128 })
  assert.deepEqual(tileRange(8, 300), { level: 1, tile: 1, from: 44, count: 1 })
  assert.deepEqual(tileRange(35, 2 ** 10), { level: 4, tile: 32, from: 0, count: 8 })
})

test('a bundle gives back its entries', () => {
  fc.assert(
    fc.property(fc.nat(256), fc.integer({ min: 1, max: 300 }), (count, length) => {
      const entries = Array.from({ length: count }, (_, i) => new Uint8Array(length).fill(i))
      const decoded = decodeBundle(encodeBundle(concatBytes(...entries), length))
      assert.deepEqual(decoded, entries)
    }),
    { numRuns: 40 },
  )
})

test('an entry of 112 bytes stands after 00 70', () => {
  const bundle = encodeBundle(new Uint8Array(112).fill(9), 112)
  assert.deepEqual([...bundle.subarray(0, 3)], [0, 0x70, 9])
})

test('a bundle that was cut, and one with a single stray byte, is refused', () => {
  const bundle = encodeBundle(new Uint8Array(224), 112)
  assert.equal(decodeBundle(bundle)?.length, 2)
  assert.equal(decodeBundle(bundle.subarray(0, 113)), null)
  assert.equal(decodeBundle(concatBytes(bundle, new Uint8Array([1]))), null)
})
