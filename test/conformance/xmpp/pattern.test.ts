import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matches, type Names, parsePattern } from './pattern.ts'

const message = `<message from='ann@x/desk' type='chat'><body>hi</body><delay xmlns='urn:xmpp:delay' stamp='now'/></message>`

function isMatch(pattern: string, names: Names = new Map()): boolean {
  return matches(parsePattern(message, new Map()), parsePattern(pattern, names), names)
}

test('a pattern matches what has all that it has', () => {
  assert.ok(isMatch(`<message/>`))
  assert.ok(isMatch(`<message type='chat'><body/></message>`))
  assert.ok(isMatch(`<message><delay xmlns='urn:xmpp:delay'/><body>hi</body></message>`))
  assert.ok(!isMatch(`<presence/>`))
  assert.ok(!isMatch(`<message type='normal'/>`))
  assert.ok(!isMatch(`<message><body>ho</body></message>`))
  assert.ok(!isMatch(`<message><delay/></message>`))
  assert.ok(!isMatch(`<message><body/><body/></message>`))
})

test('what must not be there is said with {none}', () => {
  assert.ok(isMatch(`<message id='{none}'><subject>{none}</subject></message>`))
  assert.ok(!isMatch(`<message type='{none}'/>`))
  assert.ok(!isMatch(`<message><body>{none}</body></message>`))
})

test('{any} is not empty, and {=name} is known from then on', () => {
  const names: Names = new Map([['ann', 'ann@x']])
  assert.ok(isMatch(`<message from='{ann}/{=resource}'><body>{any}</body></message>`, names))
  assert.equal(names.get('resource'), 'desk')
  assert.ok(isMatch(`<message from='ann@x/{resource}'/>`, names))
  assert.ok(!isMatch(`<message from='ann@x/desk{any}'/>`, names))
  assert.ok(!isMatch(`<message from='{=who}' type='no'/>`, names))
  assert.equal(names.get('who'), undefined)
})
