import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recentMap } from './recent-map.ts'

test('a recent map remembers the newest, and at most twice as many as it must', () => {
  const map = recentMap<number>(10)
  for (let n = 0; n < 1_000; n += 1) {
    map.set(`k${n}`, n)
    for (let back = 0; back < 10; back += 1) {
      if (n >= back) assert.equal(map.get(`k${n - back}`), n - back)
    }
  }
  const remembered = Array.from({ length: 1_000 }, (_, n) => map.get(`k${n}`))
  assert.ok(remembered.filter((value) => value !== undefined).length <= 20)
})

test('the newest value of a key counts', () => {
  const map = recentMap<number>(2)
  map.set('a', 1)
  map.set('b', 1)
  map.set('c', 1)
  map.set('a', 2)
  assert.equal(map.get('a'), 2)
})
