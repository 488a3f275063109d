import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lru } from './lru.ts'

test('lru forgets what was not asked for longest', () => {
  const cache = lru<string, number>({ costMax: 2 })
  cache.set('a', 1)
  cache.set('b', 2)
  cache.get('a')
  cache.set('c', 3)
  assert.deepEqual([cache.get('a'), cache.get('b'), cache.get('c')], [1, undefined, 3])
})

test('lru counts costs, replaces, and does not take what is dearer than all it may hold', () => {
  const cache = lru<string, string>({ costMax: 10, costOf: (text) => text.length })
  cache.set('a', '12345678')
  cache.set('a', '1')
  cache.set('b', '123456789')
  assert.deepEqual([cache.get('a'), cache.get('b')], ['1', '123456789'])
  cache.set('c', '12345678901')
  assert.deepEqual([cache.get('a'), cache.get('c')], ['1', undefined])
  cache.set('d', '12')
  assert.deepEqual([cache.get('b'), cache.get('a'), cache.get('d')], [undefined, '1', '12'])
})
