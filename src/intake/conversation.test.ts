import assert from 'node:assert/strict'
import { test } from 'node:test'
import { personId } from '../record/ids.ts'
import { directConversation } from './conversation.ts'

const [ann, bo, cy] = ['a', 'b', 'c'].map((digit) => personId(digit.repeat(32)))

test('two people have one conversation, from whichever side it is asked for', () => {
  assert.ok(ann && bo && cy)
  assert.equal(directConversation(ann, bo), directConversation(bo, ann))
  assert.match(directConversation(ann, bo), /^[0-9a-f]{32}$/)
})

test('other people have another one, and so has everybody with himself', () => {
  assert.ok(ann && bo && cy)
  const ids = [
    directConversation(ann, bo),
    directConversation(ann, cy),
    directConversation(bo, cy),
    directConversation(ann, ann),
    directConversation(bo, bo),
  ]
  assert.equal(new Set(ids).size, ids.length)
})
