import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from '../../../test/support/scene.ts'
import { type Element } from '../../xml/element.ts'
import { parseFrame } from '../../xml/frame.ts'
import { defaultXmlLimits } from '../../xml/limits.ts'
import { mentions, settingIn } from './settings.ts'

function conference(inside: string): Element {
  const text = `<conference xmlns='urn:xmpp:bookmarks:1'>${inside}</conference>`
  return parseFrame(text, defaultXmlLimits)
}

function bookmark(notify: string): Element {
  const inside = `<extensions><notify xmlns='urn:xmpp:notification-settings:1'>${notify}</notify></extensions>`
  return conference(inside)
}

test('of settings for several kinds of clients those for a telephone hold, then those for a client, then those for all', () => {
  const [pc, phone, client, all] = [
    `<always identity-category='client' identity-type='pc'/>`,
    `<never identity-category='client' identity-type='phone'/>`,
    `<on-mention identity-category='client'/>`,
    `<always/>`,
  ]
  assert.equal(settingIn(bookmark(`${pc}${all}${client}${phone}`), true), 'never')
  assert.equal(settingIn(bookmark(`${pc}${all}${client}`), true), 'on-mention')
  assert.equal(settingIn(bookmark(`${pc}${all}`), false), 'always')
  assert.equal(settingIn(bookmark(pc), false), 'on-mention')
})

test('without a setting it is always where members only may come in, and else on mention (section 3)', () => {
  for (const none of [null, conference(''), bookmark('')]) {
    assert.equal(settingIn(none, true), 'always')
    assert.equal(settingIn(none, false), 'on-mention')
  }
})

const me = { bare: 'ann@localhost', room: 'tea@rooms', nicks: ['Ann B'] }
const reference = (uri: string, type = 'mention'): string =>
  `<reference xmlns='urn:xmpp:reference:0' type='${type}' uri='${uri}'/>`

for (const [content, isMention] of [
  ['<body>hi ann b!</body>', true],
  ['<body>Ann B</body>', true],
  ['<body>Joann B and Ann Bo, tea?</body>', false],
  ['<body>tea?</body>', false],
  [reference('xmpp:ann@localhost'), true],
  [reference('xmpp:ann@localhost?message'), true],
  [reference('xmpp:tea@rooms/Ann%20B'), true],
  [reference('xmpp:tea@rooms/Bo'), false],
  [reference('xmpp:other@rooms/Ann%20B'), false],
  [reference('xmpp:%'), false],
  [reference('xmpp:ann@localhost', 'data'), false],
  [`<reply xmlns='urn:xmpp:reply:0' to='tea@rooms/Ann B' id='1'/>`, true],
  [`<reply xmlns='urn:xmpp:reply:0' to='tea@rooms/Bo' id='1'/>`, false],
] as const) {
  test(`${content} is ${isMention ? 'a mention' : 'none'}`, () => {
    assert.equal(mentions(parse(`<message>${content}</message>`), me), isMention)
  })
}
