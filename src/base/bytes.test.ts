import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BadBytes, byteReader } from './byte-reader.ts'
import {
  concatBytes,
  fromBase64,
  fromBase64Url,
  fromHex,
  fromUtf8,
  sameBytes,
  toBase64,
  toBase64Url,
  toHex,
  u32,
  u64,
  utf8,
} from './bytes.ts'

test('bytes are given back from hex, base64 and base64url, which are those of Buffer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
      const buffer = Buffer.from(bytes)
      assert.equal(toHex(bytes), buffer.toString('hex'))
      assert.equal(toBase64(bytes), buffer.toString('base64'))
      assert.equal(toBase64Url(bytes), buffer.toString('base64url'))
      assert.deepEqual(fromHex(toHex(bytes)), bytes)
      assert.deepEqual(fromBase64(toBase64(bytes)), bytes)
      assert.deepEqual(fromBase64Url(toBase64Url(bytes)), bytes)
    }),
  )
})

test('a text that is not the one encoding of its bytes is refused', () => {
  for (const text of ['a', 'aB', 'zz', '0 ', '0x00']) assert.equal(fromHex(text), null, text)
  for (const text of ['AA', 'AA=', 'AB==', 'A A==', 'AA==\n', 'AA-_', '====', 'AAA=A']) {
    assert.equal(fromBase64(text), null, text)
  }
  for (const text of ['A', 'AB', 'AA==', 'AA+/', ' AA', 'AAAAA']) {
    assert.equal(fromBase64Url(text), null, text)
  }
})

test('whatever text is taken is the one that its bytes are written as', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('A', 'B', '_', '+', '=', ' '), maxLength: 9 }),
      (text) => {
        const bytes = fromBase64(text)
        if (bytes !== null) assert.equal(toBase64(bytes), text)
        const url = fromBase64Url(text)
        if (url !== null) assert.equal(toBase64Url(url), text)
      },
    ),
  )
})

test('what is not UTF-8 is refused, and a byte order mark is kept', () => {
  assert.equal(fromUtf8(new Uint8Array([0xc0, 0x80])), null)
  assert.equal(fromUtf8(new Uint8Array([0xed, 0xa0, 0x80])), null)
  assert.equal(fromUtf8(utf8('\ufeffä')), '\ufeffä')
})

test('arrays are joined and compared by content', () => {
  assert.ok(sameBytes(concatBytes(new Uint8Array([1]), Buffer.from([2])), new Uint8Array([1, 2])))
  assert.ok(!sameBytes(new Uint8Array([1]), new Uint8Array([1, 2])))
  assert.ok(!sameBytes(new Uint8Array([1]), new Uint8Array([2])))
})

test('a reader gives back what was written, and refuses to go past the end or to leave something', () => {
  fc.assert(
    fc.property(fc.nat(0xffff_ffff), fc.maxSafeNat(), (small, large) => {
      const reader = byteReader(concatBytes(new Uint8Array([7, 1, 2]), u32(small), u64(large)))
      assert.deepEqual(
        [reader.u8(), reader.u16(), reader.u32(), reader.u64()],
        [7, 258, small, large],
      )
      reader.end()
      assert.throws(() => reader.u8(), BadBytes)
    }),
  )
  const reader = byteReader(new Uint8Array(9).fill(0xff))
  assert.throws(() => reader.take(10), BadBytes)
  assert.throws(() => reader.u64(), BadBytes)
  reader.take(0)
  assert.throws(() => byteReader(new Uint8Array(1)).end(), BadBytes)
})
