import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeTime } from '../../../test/fakes/timer.ts'
import { flushPace } from './flush-pace.ts'

test('the first flush is tried here, and once they are quick all are', () => {
  const { pace, time } = setUp()
  assert.equal(pace.isHere(), true)
  pace.took(0.2)
  assert.equal(pace.isHere(), false, 'one tells nothing yet')
  for (let n = 0; n < 6; n++) {
    time.pass(100)
    assert.equal(pace.isHere(), true)
    pace.took(0.2)
  }
  assert.equal(pace.isHere(), true, 'also without a wait')
})

test('one slow flush among quick ones changes nothing', () => {
  const { pace } = quick()
  pace.took(1_000)
  assert.equal(pace.isHere(), true)
})

test('a disk that has become slow is tried here in at most a fiftieth of the time', () => {
  const { pace, time } = quick()
  for (let n = 0; n < 6; n++) pace.took(20)
  assert.equal(pace.isHere(), false)
  time.pass(999)
  assert.equal(pace.isHere(), false)
  time.pass(1)
  assert.equal(pace.isHere(), true)
})

function setUp(): {
  readonly pace: ReturnType<typeof flushPace>
  readonly time: ReturnType<typeof fakeTime>
} {
  const time = fakeTime()
  return { pace: flushPace(() => time.elapsed()), time }
}

function quick(): ReturnType<typeof setUp> {
  const made = setUp()
  for (let n = 0; n < 100; n++) made.pace.took(0.2)
  return made
}
