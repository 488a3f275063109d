import assert from 'node:assert/strict'
import { test } from 'node:test'

import { createThrottle, defaultThrottle, networkOf, type Throttle } from './throttle.ts'

const settings = {
  ...defaultThrottle,
  accountFree: 2,
  accountLeakMs: 10_000,
  delayMs: 100,
  delayMsMax: 400,
  waitMsMax: 1_000,
  addressFree: 10,
  addressLeakMs: 1_000,
}

function scene(changes: Partial<typeof settings> = {}): Throttle & { pass(ms: number): void } {
  let now = 0
  const throttle = createThrottle({ ...settings, ...changes }, { now: () => now })
  return { ...throttle, pass: (ms) => (now += ms) }
}

test('answers for one account come slower with each failure, one after the other', () => {
  const s = scene()
  const waits = Array.from({ length: 7 }, () => s.attempt('ann', '192.0.2.1'))
  assert.deepEqual(waits, [0, 0, 100, 300, 700, null, null])
})

test('other addresses do not make guessing at one account quicker', () => {
  const s = scene()
  const waits = Array.from({ length: 6 }, (_, i) => s.attempt('ann', `192.0.2.${i}`))
  assert.deepEqual(waits, [0, 0, 100, 300, 700, null])
})

test('failures leak away, so that nobody is locked out for ever', () => {
  const s = scene()
  for (let i = 0; i < 6; i++) s.attempt('ann', '192.0.2.1')
  s.pass(50_000)
  assert.equal(s.attempt('ann', '192.0.2.1'), 0)
})

test('a sign-in that succeeds leaves no trace', () => {
  const s = scene()
  for (let i = 0; i < 100; i++) {
    assert.equal(s.attempt(`u${i}`, '192.0.2.1'), 0)
    s.succeeded(`u${i}`, '192.0.2.1')
  }
})

test('who guesses cannot keep the owner out of an address that he uses', () => {
  const s = scene()
  s.attempt('ann', '192.0.2.9')
  s.succeeded('ann', '192.0.2.9')
  for (let i = 0; i < 8; i++) s.attempt('ann', '192.0.2.1')
  assert.equal(s.attempt('ann', '192.0.2.1'), null)
  assert.equal(s.attempt('ann', '192.0.2.9'), 0)
})

test('an address that guesses at many accounts is told to come back later, for a while', () => {
  const s = scene()
  const waits = Array.from({ length: 11 }, (_, i) => s.attempt(`u${i}`, '192.0.2.1'))
  assert.deepEqual(waits, [...Array.from({ length: 10 }, () => 0), null])
  s.pass(1_000)
  assert.equal(s.attempt('u11', '192.0.2.1'), 0)
})

test('what is remembered is bounded', () => {
  const s = scene({ remembered: 3, addressFree: 1_000 })
  for (let i = 0; i < 3; i++) s.attempt('ann', '192.0.2.1')
  for (let i = 0; i < 3; i++) s.attempt(`u${i}`, '192.0.2.1')
  assert.equal(s.attempt('ann', '192.0.2.1'), 0, 'the account was forgotten')
})

test('an IPv6 network is one source', () => {
  assert.equal(networkOf('2001:db8:0:1::5'), '2001:db8:0:1')
  assert.equal(networkOf('2001:db8:0:1:9:9:9:9'), '2001:db8:0:1')
  assert.equal(networkOf('2001:db8::5'), '2001:db8:0:0')
  assert.equal(networkOf('::1'), '0:0:0:0')
  assert.equal(networkOf('fe80::1%eth0'), 'fe80:0:0:0')
  assert.equal(networkOf('::ffff:192.0.2.1'), '::ffff:192.0.2.1')
  assert.equal(networkOf('192.0.2.1'), '192.0.2.1')
})
