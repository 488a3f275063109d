import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Silence } from './silence.ts'

const limits = { idleMs: 100, answerMs: 20 }

test('who says nothing is asked once, and given up when no answer comes', () => {
  const silence = new Silence(0)
  const at = (now: number): string => {
    silence.sweep(now)
    return silence.verdict(now, limits)
  }
  assert.deepEqual(
    [at(99), at(100), at(119), at(120), at(121)],
    ['heard', 'ask', 'heard', 'gone', 'gone'],
  )
  silence.heard()
  assert.deepEqual([at(130), at(229), at(230)], ['heard', 'heard', 'ask'])
})
