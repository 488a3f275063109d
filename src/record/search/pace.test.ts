import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeTime } from '../../../test/fakes/timer.ts'
import { paceFrom } from './pace.ts'

const step = { records: 50, ms: 10, threadMs: 4 }

test('there is no rest while nothing comes in, however long a step takes', () => {
  const time = fakeTime()
  const pace = paceFrom(1_000, time)
  time.pass(200)
  pace.told(1_000)
  assert.equal(pace.isGrowing(), false)
  assert.equal(pace.pauseMs(step), 0)
})

test('a rest is ten times as long as others had the processor, and none where nobody wanted it', () => {
  const time = fakeTime()
  const pace = paceFrom(0, time)
  time.pass(200)
  pace.told(40)
  assert.equal(pace.pauseMs(step), 60)
  assert.equal(pace.pauseMs({ ...step, threadMs: 10 }), 0)
  assert.equal(
    pace.pauseMs({ ...step, ms: 90 }),
    200 - 90,
    'but 50 in 200 ms are a quarter more than 40',
  )
})

test('more becomes searchable than comes in, however many want the processors', () => {
  const time = fakeTime()
  const pace = paceFrom(0, time)
  let [size, done] = [0, 0]
  let next = time.elapsed()
  for (let second = 0; second < 20; second++) {
    time.pass(1_000)
    size += 1_000
    pace.told(size)
    for (; next < time.elapsed(); done += 50)
      next += 10 + pace.pauseMs({ records: 50, ms: 10, threadMs: 1 })
  }
  assert.ok(done > 1.2 * size, `${done} of ${size}`)
})

test('growth is forgotten some time after the last message, sooner after little', () => {
  const time = fakeTime()
  const pace = paceFrom(0, time)
  time.pass(1_000)
  pace.told(4)
  assert.equal(pace.isGrowing(), true)
  time.pass(500)
  assert.equal(pace.isGrowing(), false)
  pace.told(3_000)
  time.pass(1_500)
  assert.equal(pace.isGrowing(), true)
  time.pass(1_500)
  assert.equal(pace.isGrowing(), false)
})
