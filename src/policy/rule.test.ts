import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endToEndEncrypted } from './end-to-end-encrypted.ts'
import { decide, type Facts, type Finding, type Rule } from './rule.ts'

const withhold: Finding = { kind: 'withhold', rule: 'barrier', notice: 'No.' }
const refuse: Finding = { kind: 'refuse', rule: 'noise', notice: 'Not that.' }

test('decide() allows what no rule is against', () => {
  assert.deepEqual(decide([silent, silent], said('hi')), { kind: 'allow' })
})

test('decide() withholds by the first rule that says so', () => {
  const later: Finding = { ...withhold, rule: 'later' }
  assert.equal(decide([silent, () => withhold, () => later], said('hi')), withhold)
})

test('decide() refuses whatever another rule found before', () => {
  assert.equal(decide([() => withhold, () => refuse], said('hi')), refuse)
})

for (const payload of [
  `<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/></encrypted>`,
  `<encrypted xmlns='urn:xmpp:omemo:2'/>`,
  `<openpgp xmlns='urn:xmpp:openpgp:0'>aGk=</openpgp>`,
  `<x xmlns='jabber:x:encrypted'>hQEM</x>`,
  `<e2e xmlns="urn:ietf:params:xml:ns:xmpp-e2e">x</e2e>`,
  `<body>?OTRv23? hello</body>`,
  `<body>?OTR:AAMC</body>`,
]) {
  test(`an end-to-end encrypted message is refused: ${payload.slice(0, 50)}`, () => {
    assert.equal(endToEndEncrypted(said(payload))?.kind, 'refuse')
  })
}

for (const payload of [
  `<body>what is xmlns='urn:xmpp:omemo:2'?</body>`,
  `<body>&lt;encrypted xmlns='urn:xmpp:omemo:2'/&gt;</body>`,
  `<body>we had ?OTR once</body>`,
  `<body lang='a' note='&lt;x xmlns=&apos;jabber:x:encrypted&apos;'>x</body>`,
]) {
  test(`a message about encryption is no encrypted one: ${payload}`, () => {
    assert.equal(endToEndEncrypted(said(payload)), null)
  })
}

const silent: Rule = () => null

function said(payload: string): Facts {
  const wire = `<message xmlns='jabber:client'>${payload}</message>`
  return { kind: 'message', sender: 'a', members: ['a', 'b'], content: '', wire }
}
