import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lru } from './lru.ts'

test('lru keeps what is asked for, and forgets the rest', () => {
  const cache = lru<string, number>({ costMax: 4 })
  cache.set('a', 1)
  for (let n = 0; n < 10; n++) {
    assert.equal(cache.get('a'), 1)
    cache.set(`b${n}`, n)
  }
  assert.equal(cache.get('b0'), undefined)
  assert.equal(cache.get('b9'), 9)
})

test('lru never keeps more than it may', () => {
  const cache = lru<number, number>({ costMax: 10, costOf: (cost) => cost })
  const keys = Array.from({ length: 40 }, (_, n) => n)
  for (const n of keys) {
    cache.set(n, (n % 3) + 1)
    // Asking moves values between the generations, so each state is looked at with fresh eyes: by a sum over all.
    const sum = keys.reduce((all, key) => all + (cache.get(key) ?? 0), 0)
    assert.ok(sum <= 10, `${sum} after ${n}`)
  }
})

test('lru gives back the newest value of a key', () => {
  const cache = lru<string, string>({ costMax: 20, costOf: (text) => text.length })
  cache.set('a', '12345678')
  cache.set('a', '1')
  cache.set('b', '123456789')
  assert.deepEqual([cache.get('a'), cache.get('b')], ['1', '123456789'])
})

test('lru does not take what is dearer than half of what it may hold', () => {
  const cache = lru<string, string>({ costMax: 10, costOf: (text) => text.length })
  cache.set('a', '12')
  cache.set('b', '123456')
  assert.deepEqual([cache.get('a'), cache.get('b')], ['12', undefined])
})
