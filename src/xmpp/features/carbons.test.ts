import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scene, type Scene } from '../../../test/support/scene.ts'
import { child, elements } from '../../xml/element.ts'

const enable = `<enable xmlns='urn:xmpp:carbons:2'/>`

test('a chat message reaches every other carbons-enabled resource of both sides', async () => {
  const s = await carbonScene('ann/phone', 'ann/desk', 'bo/web', 'bo/phone')
  await s.say('ann/phone', 'bo/web', 'lunch?')
  assert.deepEqual(s.inbox('ann/desk'), ['sent: lunch?'])
  assert.deepEqual(s.inbox('ann/phone'), [])
  assert.deepEqual(s.inbox('bo/web'), ['lunch?'])
  assert.deepEqual(s.inbox('bo/phone'), ['received: lunch?'])
})

test('carbons are on from the start for who asked for them when he bound his resource', async () => {
  const s = await scene('ann/phone', 'bo/web')
  await s.bind('ann/desk', enable)
  await s.bind('ann/tablet', '')
  await s.say('ann/phone', 'bo', 'lunch?')
  assert.deepEqual(s.inbox('ann/desk'), ['sent: lunch?'])
  assert.deepEqual(s.inbox('ann/tablet'), [])
  assert.deepEqual(s.router.inlineFeatures(), ['urn:xmpp:carbons:2'])
})

test('who has not enabled carbons, or has disabled them, gets none', async () => {
  const s = await scene('ann/phone', 'ann/desk', 'bo/web')
  await s.say('ann/phone', 'bo', 'one')
  await s.set('ann/desk', enable)
  await s.set('ann/desk', `<disable xmlns='urn:xmpp:carbons:2'/>`)
  await s.say('ann/phone', 'bo', 'two')
  assert.deepEqual(s.inbox('ann/desk'), [])
})

test('what went to all devices already is not copied to them', async () => {
  const s = await carbonScene('ann/phone', 'bo/web', 'bo/phone')
  await s.say('ann/phone', 'bo', 'lunch?')
  assert.deepEqual(s.inbox('bo/web'), ['lunch?'])
  assert.deepEqual(s.inbox('bo/phone'), ['lunch?'])
})

test('a copy has the stanza id of the archive of who gets it, and comes from his own account', async () => {
  const s = await carbonScene('ann/phone', 'ann/desk', 'bo/web')
  await s.say('ann/phone', 'bo', 'lunch?')
  const [copy] = s.got('ann/desk')
  assert.equal(copy?.attrs['from'], 'ann@localhost')
  const forwarded = elements(copy ?? assert.fail())[0]
  const inner = forwarded && elements(elements(forwarded)[0] ?? assert.fail())[0]
  assert.deepEqual(child(inner ?? assert.fail(), 'stanza-id', 'urn:xmpp:sid:0')?.attrs, {
    by: 'ann@localhost',
    id: s.record.stanzaId(0),
  })
})

for (const [what, xml] of [
  ['private', `<body>x</body><private xmlns='urn:xmpp:carbons:2'/>`],
  ['not to be copied', `<body>x</body><no-copy xmlns='urn:xmpp:hints'/>`],
] as const) {
  test(`a message that is ${what} is on record and not copied`, async () => {
    const s = await carbonScene('ann/phone', 'ann/desk', 'bo/web')
    await s.send('ann/phone', `<message type='chat' to='bo@localhost'>${xml}</message>`)
    assert.deepEqual([s.inbox('ann/desk'), s.inbox('bo/web')], [[], ['x']])
    assert.equal(s.record.entries.length, 1)
  })
}

test('a message of type normal is copied when it has a body', async () => {
  const s = await carbonScene('ann/phone', 'ann/desk', 'bo/web')
  await s.send('ann/phone', `<message to='bo@localhost'><subject>s</subject></message>`)
  await s.send('ann/phone', `<message to='bo@localhost'><body>b</body></message>`)
  await s.send('ann/phone', `<message type='headline' to='bo@localhost'><body>h</body></message>`)
  assert.deepEqual(s.inbox('ann/desk'), ['sent: b'])
})

test('chat states and receipts are copied, too', async () => {
  const s = await carbonScene('ann/phone', 'ann/desk', 'bo/web')
  const to = `to='bo@localhost'`
  await s.send(
    'ann/phone',
    `<message type='chat' ${to}><composing xmlns='http://jabber.org/protocol/chatstates'/></message>`,
  )
  await s.send('ann/phone', `<message ${to}><received xmlns='urn:xmpp:receipts' id='m'/></message>`)
  assert.deepEqual(s.inbox('ann/desk'), ['sent: ', 'sent: '])
  assert.deepEqual(s.record.entries, [])
})

async function carbonScene(...names: readonly string[]): Promise<Scene> {
  const s = await scene(...names)
  for (const name of names) await s.set(name, enable)
  return s
}
