import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serverTime, type ServerTime } from './server-time.ts'

const start = Date.UTC(2026, 0, 15)
const day = 86_400_000

type Times = { wall: number; elapsed: number; readonly time: ServerTime }

function times(lastAt: number): Times {
  const clock = { wall: start, elapsed: 0 }
  const time = serverTime({ now: () => clock.wall }, { elapsed: () => clock.elapsed }, lastAt)
  return Object.assign(clock, { time })
}

test('time never runs backwards, not even behind the newest record', () => {
  const t = times(start + 5_000)
  assert.equal(t.time.next()?.at, start + 5_000)
  t.wall += 6_000
  assert.equal(t.time.next()?.at, start + 6_000)
  t.wall -= 100_000
  assert.equal(t.time.next()?.at, start + 6_000)
})

test('an hour without records is no jump, an hour that did not pass is one', () => {
  const t = times(0)
  t.time.next()
  t.wall += 3_600_000
  t.elapsed += 3_600_000
  assert.equal(t.time.next()?.jumpedFrom, null)
  t.wall += 3_600_000
  assert.equal(t.time.next()?.jumpedFrom, start + 3_600_000)
  assert.equal(t.time.next()?.jumpedFrom, null, 'said once')
})

test('a minute is let pass, more is a jump', () => {
  const t = times(0)
  t.time.next()
  t.wall += 60_000
  assert.equal(t.time.next()?.jumpedFrom, null)
  t.wall += 60_001
  assert.notEqual(t.time.next()?.jumpedFrom, null)
})

test('a jump into the next month is a jump, one over a whole month waits', () => {
  const t = times(start)
  t.time.next()
  t.wall = Date.UTC(2026, 1, 28)
  assert.equal(t.time.isWaiting(), false)
  t.wall = Date.UTC(2026, 2, 1)
  assert.equal(t.time.isWaiting(), true)
  assert.equal(t.time.next(), null)
  t.wall = start
  assert.equal(t.time.isWaiting(), false, 'the clock was set right again')
})

test('after a confirmation the jump is told with the next record', () => {
  const t = times(start)
  t.time.next()
  t.wall += 100 * day
  t.time.confirm()
  assert.deepEqual(t.time.next(), { at: start + 100 * day, jumpedFrom: start })
})

test('across a stop nobody knows how long it was: only a whole month waits', () => {
  const short = times(start - 20 * day)
  assert.equal(short.time.next()?.jumpedFrom, null)
  const long = times(start - 70 * day)
  assert.equal(long.time.next(), null)
})

test('the first record of all may come at any time', () => {
  assert.deepEqual(times(0).time.next(), { at: start, jumpedFrom: null })
})
