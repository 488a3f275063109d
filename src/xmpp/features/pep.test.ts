import assert from 'node:assert/strict'
import { test } from 'node:test'
import { events, friends, interested, publish } from '../../../test/support/pep-scene.ts'
import { scene } from '../../../test/support/scene.ts'
import { child, Element } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'

const mood = 'http://jabber.org/protocol/mood'
const feel = (id: string, text: string): string =>
  `<item id='${id}'><mood xmlns='${mood}'>${text}</mood></item>`

test('who shares presence is told at the devices that want to hear of it, and so is the person himself', async () => {
  const s = await friends('ann/phone', 'ann/desk', 'bo/web', 'bo/tv')
  await interested(s, 'ann/desk', mood)
  await interested(s, 'bo/web', mood)
  await interested(s, 'bo/tv', 'x:other')
  await publish(s)('ann/phone', mood, feel('m', 'glad'))
  assert.deepEqual(events(s, 'ann/phone'), [])
  assert.deepEqual(events(s, 'ann/desk'), [`${mood}#m: glad`])
  assert.deepEqual(events(s, 'bo/tv'), [])
  const [event] = s.got('bo/web').filter(({ name }) => name === 'message')
  assert.deepEqual(
    [event?.attrs['from'], event?.attrs['to'], event?.attrs['type']],
    ['ann@localhost', 'bo@localhost/web', 'headline'],
  )
})

test('who does not share presence is told nothing', async () => {
  const s = await scene('ann/phone', 'cy/web')
  await interested(s, 'cy/web', mood)
  await publish(s)('ann/phone', mood, feel('m', 'glad'))
  assert.deepEqual(events(s, 'cy/web'), [])
})

test('a device that has just come is told the newest item, with the time', async () => {
  const s = await friends('ann/phone', 'bo/web')
  await publish(s)('ann/phone', mood, feel('m', 'sad'))
  await publish(s)('ann/phone', mood, feel('m', 'glad'))
  await publish(s)('ann/phone', 'x:hidden', feel('h', 'h'), {
    options: { access_model: 'whitelist' },
  })
  await s.send('bo/web', `<presence type='unavailable'/>`)
  await interested(s, 'bo/web', mood, 'x:hidden')
  const [event, ...more] = s.got('bo/web').filter(({ name }) => name === 'message')
  assert.deepEqual(more, [])
  assert.match(event ? serialize(event) : '', /glad/)
  assert.ok(child(event ?? assert.fail(), 'delay', 'urn:xmpp:delay'))
})

test('the newest item is sent once, not with each presence', async () => {
  const s = await friends('ann/phone', 'bo/web')
  await publish(s)('ann/phone', mood, feel('m', 'glad'))
  await interested(s, 'bo/web', mood)
  s.got('bo/web')
  await interested(s, 'bo/web', mood)
  assert.deepEqual(events(s, 'bo/web'), [])
})

test('the person himself gets what is his alone', async () => {
  const s = await scene('ann/phone', 'ann/desk')
  await publish(s)('ann/phone', mood, feel('m', 'glad'), { options: { access_model: 'whitelist' } })
  await interested(s, 'ann/desk', mood)
  assert.deepEqual(events(s, 'ann/desk'), [`${mood}#m: glad`])
})

test('who has been blocked, or has blocked the publisher, is told nothing', async () => {
  const s = await friends('ann/phone', 'bo/web')
  await interested(s, 'bo/web', mood)
  await s.set('ann/phone', block('bo@localhost'))
  await publish(s)('ann/phone', mood, feel('m', 'glad'))
  assert.deepEqual(events(s, 'bo/web'), [])
  await s.set('ann/phone', `<unblock xmlns='urn:xmpp:blocking'/>`)
  await s.set('bo/web', block('ann@localhost'))
  await publish(s)('ann/phone', mood, feel('m', 'glad'))
  assert.deepEqual(events(s, 'bo/web'), [])
})

test('capabilities that do not fit their hash are those of one device alone', async () => {
  const s = await scene('ann/phone', 'ann/desk', 'ann/tv')
  const lie = `<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='x:c' ver='bGll'/></presence>`
  for (const name of ['ann/phone', 'ann/desk']) {
    await s.send(name, lie)
    const request = s.got(name).find(({ name: kind }) => kind === 'iq')
    assert.equal(request?.attrs['type'], 'get')
    const feature = name === 'ann/phone' ? `<feature var='${mood}+notify'/>` : ''
    await s.send(
      name,
      `<iq type='result' id='${request?.attrs['id']}' to='localhost'><query xmlns='http://jabber.org/protocol/disco#info'>${feature}</query></iq>`,
    )
  }
  await publish(s)('ann/tv', mood, feel('m', 'glad'))
  assert.deepEqual(events(s, 'ann/phone'), [`${mood}#m: glad`])
  assert.deepEqual(events(s, 'ann/desk'), [])
})

test('an account says that it is one', async () => {
  const s = await scene('ann/phone')
  const info = await s.get(
    'ann/phone',
    `<query xmlns='http://jabber.org/protocol/disco#info'/>`,
    'ann@localhost',
  )
  assert.match(
    info instanceof Element ? serialize(info) : '',
    /<identity category='pubsub' type='pep'\/>.*pubsub#publish-options/,
  )
})

function block(jid: string): string {
  return `<block xmlns='urn:xmpp:blocking'><item jid='${jid}'/></block>`
}
