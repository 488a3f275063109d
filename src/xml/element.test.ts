import assert from 'node:assert/strict'
import { test } from 'node:test'
import { child, el, elements, textOf, withAttrs, withChildren } from './element.ts'

const body = el('body', 'u', {}, 'a', el('b', 'u'), 'c')
const message = el('message', 'u', { id: '1', to: 'x' }, el('body', 'v'), 'text', body)

test('child() finds by name and namespace', () => {
  assert.equal(child(message, 'body', 'u'), body)
  assert.equal(child(message, 'body', 'w'), undefined)
})

test('elements() leaves out the text, and textOf() the elements', () => {
  assert.deepEqual(elements(message), [el('body', 'v'), body])
  assert.equal(textOf(body), 'ac')
  assert.equal(textOf(undefined), '')
})

test('withAttrs() sets and takes away, and leaves the element as it was', () => {
  assert.deepEqual(withAttrs(message, { id: null, from: 'y' }).attrs, { to: 'x', from: 'y' })
  assert.deepEqual(message.attrs, { id: '1', to: 'x' })
})

test('withChildren() keeps all else', () => {
  assert.deepEqual(withChildren(body, ['x']), el('body', 'u', {}, 'x'))
})
