import assert from 'node:assert/strict'
import { test } from 'node:test'

import { type BoshRequest } from './bosh-body.ts'
import { BoshWindow, type Waiting } from './bosh-window.ts'

const header = { to: null, from: null, version: null, lang: null }
const silent = {
  ack: null,
  isTerminate: false,
  pause: null,
  isRestart: false,
  payloads: [],
  header,
}

/** A request, and what it was answered with. */
function ask(rid: number, more: Partial<BoshRequest> = {}): Waiting & { readonly heard: string[] } {
  const heard: string[] = []
  const request = { ...silent, rid, ...more }
  return { request, at: 0, answer: (xml) => heard.push(xml), isGone: () => false, heard }
}

const ridsOf = (window: BoshWindow): readonly number[] => {
  const rids: number[] = []
  for (let next = window.next(); next; next = window.next()) rids.push(next.request.rid)
  return rids
}

test('requests come out in the order of their ids', () => {
  const window = new BoshWindow(7, 2)
  assert.equal(window.take(ask(8)), 'new')
  assert.deepEqual(ridsOf(window), [])
  assert.equal(window.take(ask(7)), 'new')
  assert.deepEqual(ridsOf(window), [7, 8])
  assert.equal(window.received, 8)
})

test('as many as agreed may be open, and one more to leave or pause', () => {
  const window = new BoshWindow(7, 2)
  window.take(ask(7))
  window.take(ask(8))
  assert.equal(window.take(ask(9)), 'too-many')
  assert.equal(window.take(ask(9, { isTerminate: true })), 'new')
  assert.deepEqual(ridsOf(window), [7, 8, 9])
  window.answer('a', [])
  assert.equal(window.take(ask(10)), 'too-many')
  assert.equal(window.take(ask(10, { pause: 10 })), 'new')
})

test('an id that was answered long ago, or is far ahead, is unknown', () => {
  const window = new BoshWindow(7, 2)
  window.take(ask(7))
  ridsOf(window)
  window.answer('a', [])
  assert.equal(window.take(ask(11)), 'unknown')
  assert.equal(window.take(ask(6)), 'unknown')
  assert.equal(window.take(ask(7)), 'repeated')
  window.confirm(7)
  assert.equal(window.take(ask(7)), 'unknown')
})

test('an answer is given again, the same, until the client has had it', () => {
  const window = new BoshWindow(7, 2)
  const confirmed: string[] = []
  window.take(ask(7))
  window.take(ask(8))
  ridsOf(window)
  window.answer('first', [() => confirmed.push('first')])
  window.answer('second', [() => confirmed.push('second')])
  const again = ask(7)
  assert.equal(window.take(again), 'repeated')
  assert.deepEqual([again.heard, confirmed], [['first'], []])
  window.confirm(7)
  assert.deepEqual(confirmed, ['first'])
  window.confirm(8)
  window.confirm(8)
  assert.deepEqual(confirmed, ['first', 'second'])
})

test('a request that is asked again before it is answered has one answer, on the new connection', () => {
  const window = new BoshWindow(7, 2)
  const [held, early] = [ask(7), ask(9)]
  window.take(held)
  ridsOf(window)
  window.take(early)
  const [heldAgain, earlyAgain] = [ask(7), ask(9)]
  assert.deepEqual([window.take(heldAgain), window.take(earlyAgain)], ['repeated', 'repeated'])
  for (const { heard } of [held, early]) assert.match(heard.join(''), /type='error'/)
  window.answer('a', [])
  window.answerAll('z')
  assert.deepEqual([heldAgain.heard, earlyAgain.heard], [['a'], ['z']])
})
