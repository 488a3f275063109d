import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rangeOf } from './byte-range.ts'

const length = 1_000

test('one range is taken as it is asked for, and not beyond the end', () => {
  assert.deepEqual(rangeOf('bytes=0-499', length), { from: 0, to: 500 })
  assert.deepEqual(rangeOf('bytes=500-', length), { from: 500, to: 1_000 })
  assert.deepEqual(rangeOf('bytes=-100', length), { from: 900, to: 1_000 })
  assert.deepEqual(rangeOf('bytes=-5000', length), { from: 0, to: 1_000 })
  assert.deepEqual(rangeOf('bytes=999-99999', length), { from: 999, to: 1_000 })
})

test('a range of nothing that is there cannot be satisfied', () => {
  for (const header of ['bytes=1000-', 'bytes=5000-6000', 'bytes=-0'])
    assert.equal(rangeOf(header, length), 'unsatisfiable')
  for (const header of ['bytes=0-', 'bytes=-1']) assert.equal(rangeOf(header, 0), 'unsatisfiable')
})

test('what is not well formed, or asks for several parts, asks for all', () => {
  const headers = ['', 'bytes=', 'bytes=-', 'bytes=5-2', 'bytes=0-1,5-6', 'lines=1-2', 'bytes=a-b']
  for (const header of [undefined, ...headers]) assert.equal(rangeOf(header, length), null)
  assert.equal(rangeOf(`bytes=${'9'.repeat(20)}-`, length), null)
})
