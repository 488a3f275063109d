import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Scene, scene } from '../../test/support/scene.ts'

test('people who have subscribed to each other see each other come, change and go', async () => {
  const s = await friends('ann/phone', 'bo/phone')
  await s.send('ann/phone', '<presence><show>away</show></presence>')
  assert.deepEqual(s.presence('bo/phone'), ['away ann/phone'])
  await s.send('ann/phone', `<presence type='unavailable'/>`)
  assert.deepEqual(s.presence('bo/phone'), ['unavailable ann/phone'])
  await s.send('ann/phone', '<presence/>')
  assert.deepEqual(s.presence('bo/phone'), ['available ann/phone'])
  await s.drop('ann/phone')
  assert.deepEqual(s.presence('bo/phone'), ['unavailable ann/phone'])
})

test('who comes is shown who of his contacts is there, and his own other devices', async () => {
  const s = await friends('ann/phone', 'bo/phone')
  await s.send('bo/phone', '<presence><show>dnd</show></presence>')
  await s.arrive('ann/desk')
  assert.deepEqual(s.presence('ann/desk'), [
    'available ann/desk',
    'dnd bo/phone',
    'available ann/phone',
  ])
  assert.deepEqual(s.presence('ann/phone').at(-1), 'available ann/desk')
})

test('a stranger sees nothing, and a probe tells him what it tells of nobody', async () => {
  const s = await scene('ann/phone', 'eve/phone')
  await s.send('eve/phone', `<presence type='probe' to='ann@localhost'/>`)
  await s.send('eve/phone', `<presence type='probe' to='nobody@localhost'/>`)
  await s.send('ann/phone', '<presence><show>away</show></presence>')
  assert.deepEqual(
    s.got('eve/phone').map(({ attrs: { type, from } }) => `${type} ${from}`),
    ['unsubscribed ann@localhost', 'unsubscribed nobody@localhost'],
  )
})

test('a stranger cannot tell a person from nobody', async () => {
  const s = await scene('ann/phone', 'eve/phone')
  await s.get('eve/phone', `<query xmlns='jabber:iq:roster'/>`)
  const seen = async (to: string): Promise<unknown[]> => {
    await s.send('eve/phone', `<presence to='${to}'/>`)
    await s.send('eve/phone', `<presence type='subscribe' to='${to}'/>`)
    const version = `<query xmlns='jabber:iq:version'/>`
    const info = `<query xmlns='http://jabber.org/protocol/disco#info'/>`
    return [
      await s.get('eve/phone', version, to),
      await s.get('eve/phone', version, `${to}/phone`),
      await s.get('eve/phone', info, to),
      s.got('eve/phone').length,
    ]
  }
  assert.deepEqual(await seen('ann@localhost'), await seen('nobody@localhost'))
})

test('a status is on record before anybody sees it, and the same once more is no second record', async () => {
  const s = await friends('ann/phone', 'bo/phone')
  const away = '<presence><show>away</show><status>at lunch</status></presence>'
  s.record.hold()
  const sending = s.send('ann/phone', away)
  await new Promise(setImmediate)
  assert.deepEqual(s.presence('bo/phone'), [])
  s.record.release()
  await sending
  await s.send('ann/phone', away)
  assert.deepEqual(s.presence('bo/phone'), ['away ann/phone: at lunch', 'away ann/phone: at lunch'])
  assert.deepEqual(
    s.record.entries.map(({ kind, content, views }) => [kind, content, views]),
    [['status', '{"type":"","status":{"":"at lunch"}}', []]],
  )
})

test('a status that the record does not take reaches nobody', async () => {
  const s = await friends('ann/phone', 'bo/phone')
  s.record.refuse({ reason: 'space', text: 'The disk is full.' })
  await s.send('ann/phone', '<presence><status>at lunch</status></presence>')
  assert.deepEqual(s.presence('bo/phone'), [])
  assert.deepEqual(s.presence('ann/phone').slice(0, 1), ['error '])
})

test('presence sent directly is taken back when the device goes', async () => {
  const s = await scene('ann/phone', 'eve/phone')
  await s.send('ann/phone', `<presence to='eve@localhost/phone'/>`)
  assert.deepEqual(s.presence('eve/phone'), ['available ann/phone'])
  await s.drop('ann/phone')
  assert.deepEqual(s.presence('eve/phone'), ['unavailable ann/phone'])
})

test('a priority that is none is refused', async () => {
  const s = await scene('ann/phone')
  await s.send('ann/phone', '<presence><priority>128</priority></presence>')
  assert.deepEqual(s.presence('ann/phone'), ['error '])
})

/** Both have subscribed to each other, and have seen what that brings. */
async function friends(one: string, other: string): Promise<Scene> {
  const s = await scene(one, other)
  await subscribe(s, one, other)
  await subscribe(s, other, one)
  s.got(one)
  s.got(other)
  return s
}

async function subscribe(s: Scene, from: string, to: string): Promise<void> {
  await s.send(from, `<presence type='subscribe' to='${s.person(to).address}'/>`)
  await s.send(to, `<presence type='subscribed' to='${s.person(from).address}'/>`)
}
