import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scene, type Scene } from '../../../test/support/scene.ts'
import { child, elements } from '../../xml/element.ts'

const block = (jid: string): string =>
  `<block xmlns='urn:xmpp:blocking'><item jid='${jid}'/></block>`
const unblock = (jid: string): string =>
  `<unblock xmlns='urn:xmpp:blocking'><item jid='${jid}'/></unblock>`
const list = `<blocklist xmlns='urn:xmpp:blocking'/>`

test('the list is kept, pushed to the devices that asked, and lifted again', async () => {
  const s = await scene('ann/phone', 'ann/desk')
  await s.get('ann/desk', list)
  await s.set('ann/phone', block('bo@localhost'))
  await s.set('ann/phone', block('spam.example'))
  assert.deepEqual(await blocked(s), ['bo@localhost', 'spam.example'])
  assert.deepEqual((await s.store.load(s.person('ann/phone').id)).blocked, await blocked(s))
  await s.set('ann/phone', unblock('bo@localhost'))
  assert.deepEqual(await blocked(s), ['spam.example'])
  await s.set('ann/phone', `<unblock xmlns='urn:xmpp:blocking'/>`)
  assert.deepEqual(await blocked(s), [])
  assert.deepEqual(
    s.got('ann/desk').map((push) => elements(push)[0]?.name),
    ['block', 'block', 'unblock', 'unblock'],
  )
  assert.deepEqual(s.got('ann/phone'), [])
})

test('what a blocked contact sends reaches nobody and is not on record; he is answered as by nobody', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  await s.set('ann/phone', block('bo@localhost'))
  await s.say('bo/phone', 'ann', 'hi')
  await s.send('bo/phone', `<presence to='ann@localhost'/>`)
  await s.send('bo/phone', `<presence type='subscribe' to='ann@localhost'/>`)
  assert.deepEqual(s.inbox('bo/phone'), ['error: service-unavailable'])
  assert.deepEqual(s.got('ann/phone'), [])
  assert.deepEqual(s.record.entries, [])
})

test('to a blocked contact nothing can be sent, and the error says why', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  await s.set('ann/phone', block('bo@localhost'))
  await s.say('ann/phone', 'bo', 'hi')
  const [refused] = s.got('ann/phone')
  const error = refused && child(refused, 'error', 'jabber:client')
  assert.ok(error && child(error, 'blocked', 'urn:xmpp:blocking:errors'))
  assert.ok(child(error, 'not-acceptable', 'urn:ietf:params:xml:ns:xmpp-stanzas'))
  assert.equal(error.attrs['type'], 'cancel')
})

test('a blocked contact sees the person go, and come back when the block is lifted', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  for (const [from, to] of [
    ['ann/phone', 'bo/phone'],
    ['bo/phone', 'ann/phone'],
  ] as const) {
    await s.send(from, `<presence type='subscribe' to='${s.person(to).address}'/>`)
    await s.send(to, `<presence type='subscribed' to='${s.person(from).address}'/>`)
  }
  s.got('ann/phone')
  s.got('bo/phone')
  await s.set('ann/phone', block('bo@localhost'))
  assert.deepEqual(s.presence('bo/phone'), ['unavailable ann/phone'])
  assert.deepEqual(s.presence('ann/phone'), ['unavailable bo/phone'])
  await s.send('ann/phone', '<presence><show>away</show></presence>')
  await s.send('bo/phone', '<presence><show>dnd</show></presence>')
  assert.deepEqual(s.presence('bo/phone'), ['dnd bo/phone'])
  assert.deepEqual(s.presence('ann/phone'), ['away ann/phone'])
  await s.set('ann/phone', unblock('bo@localhost'))
  assert.deepEqual(s.presence('bo/phone'), ['away ann/phone'])
  assert.deepEqual(s.presence('ann/phone'), ['dnd bo/phone'])
})

for (const jid of ['bo@localhost/phone', 'bo@localhost', 'localhost', 'localhost/phone']) {
  test(`a block of ${jid} holds for bo@localhost/phone, and not for one's own devices`, async () => {
    const s = await scene('ann/phone', 'ann/desk', 'bo/phone')
    await s.set('ann/phone', block(jid))
    await s.say('bo/phone', 'ann', 'hi')
    await s.say('ann/desk', 'ann', 'note')
    assert.deepEqual(s.inbox('ann/phone'), ['note'])
  })
}

test('a block without an address, and a list that is too long, are refused', async () => {
  const s = await scene('ann/phone')
  assert.equal(await s.set('ann/phone', `<block xmlns='urn:xmpp:blocking'/>`), 'bad-request')
  assert.equal(await s.set('ann/phone', block('@')), 'bad-request')
  const items = Array.from({ length: 2_001 }, (_, at) => `<item jid='p${at}@x.example'/>`).join('')
  const long = `<block xmlns='urn:xmpp:blocking'>${items}</block>`
  assert.equal(await s.set('ann/phone', long), 'resource-constraint')
})

async function blocked(s: Scene): Promise<string[]> {
  const answer = await s.get('ann/phone', list)
  assert.ok(answer && typeof answer !== 'string')
  s.got('ann/phone')
  return elements(answer).map(({ attrs }) => attrs['jid'] ?? '')
}
