import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { toBase64Url } from '../../base/bytes.ts'
import { blockCipher } from '../../base/crypto.ts'
import { positionIds } from './position-ids.ts'

const key = new Uint8Array(16).fill(5)
const ids = positionIds(key)
const other = positionIds(new Uint8Array(16).fill(6))

test('each position has an id, and the id gives it back', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (position) => {
      const id = ids.idOf(position)
      assert.match(id, /^[A-Za-z0-9_-]{22}$/)
      assert.equal(ids.positionOf(id), position)
    }),
  )
  assert.equal(ids.positionOf(ids.idOf(Number.MAX_SAFE_INTEGER)), Number.MAX_SAFE_INTEGER)
})

test('what was never given out is no position', () => {
  const id = ids.idOf(7)
  for (const text of [
    '',
    id.slice(1),
    `${id}A`,
    `${id.slice(1)}=`,
    ` ${id.slice(1)}`,
    'ä'.repeat(22),
  ]) {
    assert.equal(ids.positionOf(text), null)
  }
  assert.equal(ids.positionOf(other.idOf(7)), null)
  const block = new Uint8Array(16)
  assert.equal(ids.positionOf(toBase64Url(blockCipher(key).encipher(block))), 0)
  for (const at of [0, 7, 8]) {
    const madeUp = toBase64Url(blockCipher(key).encipher(block.with(at, 1)))
    assert.equal(ids.positionOf(madeUp), null, `a bit in byte ${at}`)
  }
  // 22 letters have four bits more than 16 bytes: there is one way to write an id.
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const accepted = alphabet
    .split('')
    .filter((last) => ids.positionOf(id.slice(0, -1) + last) !== null)
  assert.deepEqual(accepted, [id.at(-1)])
})

test('an id tells nothing of its neighbours', () => {
  const first = Array.from({ length: 200 }, (_, i) => ids.idOf(i))
  assert.equal(new Set(first.map((id) => id.slice(0, 5))).size, 200)
})

test('ids are the same in whatever order they are asked for', () => {
  const ahead = positionIds(key)
  const block = new Uint8Array(16)
  const view = new DataView(block.buffer)
  fc.assert(
    fc.property(fc.array(fc.nat(200)), fc.nat(100), (random, run) => {
      const inTurn = Array.from({ length: run }, (_, i) => i)
      for (const position of [...random, ...inTurn, ...random]) {
        view.setBigUint64(8, BigInt(position))
        assert.equal(ahead.idOf(position), toBase64Url(blockCipher(key).encipher(block)))
      }
    }),
    { numRuns: 20 },
  )
})
