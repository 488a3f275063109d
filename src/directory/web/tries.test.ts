import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeTime } from '../../../test/fakes/timer.ts'
import { createTries } from './tries.ts'

test('ten wrong codes are taken, then one every ten minutes', () => {
  const time = fakeTime()
  const tries = createTries(time)
  const taken = (count: number): boolean[] => Array.from({ length: count }, () => tries.take('ann'))
  assert.deepEqual(taken(11), [...Array.from({ length: 10 }, () => true), false])
  assert.equal(tries.take('ben'), true, 'each for himself')
  time.pass(599_000)
  assert.deepEqual(taken(1), [false])
  time.pass(1_000)
  assert.deepEqual(taken(2), [true, false])
})

test('right codes do not count, and take nothing from the wrong ones', () => {
  const tries = createTries(fakeTime())
  for (let i = 0; i < 9; i++) tries.take('ann')
  for (let i = 0; i < 20; i++) {
    assert.equal(tries.take('ann'), true)
    tries.succeeded('ann')
  }
  assert.deepEqual([tries.take('ann'), tries.take('ann')], [true, false])
})
