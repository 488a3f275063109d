import assert from 'node:assert/strict'
import { test } from 'node:test'
import { elsewhere } from '../../../test/support/elsewhere.ts'
import { asXml } from '../../../test/support/in-room.ts'
import { form, NS_PUBSUB, publish } from '../../../test/support/pep-scene.ts'
import { scene, type Scene } from '../../../test/support/scene.ts'
import { child, elements, textOf } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'

const tune = 'http://jabber.org/protocol/tune'
const ann = 'ann@localhost'
const song = (id: string): string => `<item id='${id}'><tune xmlns='${tune}'>${id}</tune></item>`
const pubsub = (inside: string): string => `<pubsub xmlns='${NS_PUBSUB}'>${inside}</pubsub>`
const ofOwner = (inside: string): string => `<pubsub xmlns='${NS_PUBSUB}#owner'>${inside}</pubsub>`
const ask = pubsub(`<items node='${tune}'/>`)
const subscribe = (jid: string): string => pubsub(`<subscribe node='${tune}' jid='${jid}'/>`)

async function guarded(...names: readonly string[]): Promise<Scene> {
  const s = await scene('ann/phone', ...names)
  await publish(s)('ann/phone', tune, song('one'), {
    options: { access_model: 'authorize' },
  })
  return s
}

/** What the owner is asked: who, and the id of the request. */
function questions(s: Scene): { readonly jid: string; readonly subid: string }[] {
  return s.got('ann/phone').flatMap((stanza) => {
    const x = child(stanza, 'x', 'jabber:x:data')
    if (!x) return []
    const value = (name: string): string =>
      elements(x)
        .filter(({ attrs }) => attrs['var'] === `pubsub#${name}`)
        .flatMap((field) => elements(field).map(textOf))
        .join()
    return [{ jid: value('subscriber_jid'), subid: value('subid') }]
  })
}

async function answer(
  s: Scene,
  { jid, subid }: { jid: string; subid: string },
  allow: string,
): Promise<void> {
  const fields = {
    node: tune,
    subscriber_jid: jid,
    subid: subid,
    allow: allow,
  }
  const filled = form(`${NS_PUBSUB}#subscribe_authorization`, fields)
  await s.send('ann/phone', `<message to='${ann}'>${filled}</message>`)
}

test('a subscription waits for its owner, who says yes: only then are items read and told (XEP-0060 sections 6.1.4, 8.6)', async () => {
  const s = await guarded('bo/desk')
  assert.equal(await s.get('bo/desk', ask, ann), 'not-authorized')
  assert.equal(s.detail, 'not-subscribed')
  assert.match(
    asXml(await s.set('bo/desk', subscribe('bo@localhost'), ann)),
    /subscription='pending'/,
  )
  assert.equal(await s.set('bo/desk', subscribe('bo@localhost'), ann), 'not-authorized')
  assert.equal(s.detail, 'pending-subscription')
  assert.equal(await s.get('bo/desk', ask, ann), 'not-authorized')
  const [question] = questions(s)
  assert.equal(question?.jid, 'bo@localhost')
  const before = s.record.entries.length
  await answer(s, question ?? assert.fail(), 'true')
  const kinds = s.record.entries.slice(before).map(({ kind }) => kind)
  assert.deepEqual(
    kinds,
    ['publish'],
    'what he is told, and an answer to the account is no message',
  )
  const told = s
    .got('bo/desk')
    .map((one) => serialize(one))
    .join()
  assert.match(told, /subscription='subscribed'/)
  assert.match(told, /<item id='one'>.*<delay /)
  assert.match(asXml(await s.get('bo/desk', ask, ann)), /<item id='one'>/)
  await publish(s)('ann/phone', tune, song('two'))
  assert.match(
    s
      .got('bo/desk')
      .map((one) => serialize(one))
      .join(),
    /<item id='two'>/,
  )
})

test('a request is answered once, whichever device is first', async () => {
  const s = await guarded('bo/desk')
  await s.set('bo/desk', subscribe('bo@localhost'), ann)
  const [question] = questions(s)
  const asked = question ?? assert.fail()
  await Promise.all([answer(s, asked, 'true'), answer(s, asked, 'true'), answer(s, asked, '0')])
  const list = asXml(await s.get('ann/phone', ofOwner(`<subscriptions node='${tune}'/>`)))
  assert.equal(list.match(/bo@localhost/g)?.length, 1)
})

test('an owner says no, or nothing; what waits is asked again when he comes, and in the lists of both', async () => {
  const s = await guarded('bo/desk')
  await s.set('bo/desk', subscribe('bo@localhost'), ann)
  questions(s)
  const cancel = `<x xmlns='jabber:x:data' type='cancel'><field var='FORM_TYPE'><value>${NS_PUBSUB}#subscribe_authorization</value></field></x>`
  await s.send('ann/phone', `<message to='${ann}'>${cancel}</message>`)
  const mine = asXml(await s.get('bo/desk', pubsub('<subscriptions/>'), ann))
  assert.match(mine, /subscription='pending'/)
  const theirs = ofOwner(`<subscriptions node='${tune}'/>`)
  assert.match(asXml(await s.get('ann/phone', theirs)), /bo@localhost.*subscription='pending'/)
  await s.send('ann/phone', `<presence type='unavailable'/>`)
  await s.send('ann/phone', '<presence/>')
  const [question] = questions(s)
  await answer(s, question ?? assert.fail(), '0')
  assert.match(
    s
      .got('bo/desk')
      .map((one) => serialize(one))
      .join(),
    /subscription='none'/,
  )
  assert.doesNotMatch(asXml(await s.get('bo/desk', pubsub('<subscriptions/>'), ann)), /pending/)
  await answer(s, question ?? assert.fail(), '1')
  assert.deepEqual(s.inbox('ann/phone'), ['error: item-not-found'])
})

test('who has asked takes it back, and nobody else answers for the owner', async () => {
  const s = await guarded('bo/desk')
  await s.set('bo/desk', subscribe('bo@localhost'), ann)
  const [{ subid } = assert.fail()] = questions(s)
  const allow = form(`${NS_PUBSUB}#subscribe_authorization`, {
    node: tune,
    subscriber_jid: 'bo@localhost',
    subid: subid,
    allow: '1',
  })
  await s.send('bo/desk', `<message to='${ann}'>${allow}</message>`)
  assert.equal(await s.get('bo/desk', ask, ann), 'not-authorized')
  const unsubscribe = pubsub(`<unsubscribe node='${tune}' jid='bo@localhost'/>`)
  assert.match(asXml(await s.set('bo/desk', unsubscribe, ann)), /subscription='none'/)
  assert.doesNotMatch(asXml(await s.get('bo/desk', pubsub('<subscriptions/>'), ann)), /pending/)
})

test('who is at another domain subscribes, and what leaves is on record first', async () => {
  const s = await scene('ann/phone')
  const there = elsewhere(s, 'irc.example')
  await publish(s)('ann/phone', tune, song('one'), { options: { access_model: 'open' } })
  await there.says(
    `<iq type='set' id='1' from='zed@irc.example/x' to='${ann}'>${subscribe('zed@irc.example')}</iq>`,
  )
  assert.match(there.answers().join(), /subscription='subscribed'/)
  const before = s.record.entries.length
  await publish(s)('ann/phone', tune, song('two'))
  assert.equal(s.record.entries.length, before + 1)
  assert.match(
    there.got().join(),
    /<message to='zed@irc.example' from='ann@localhost'.*<item id='two'>/,
  )
  s.record.refuse({ reason: 'space', text: 'The disk is full.' })
  await publish(s)('ann/phone', tune, song('three'))
  assert.deepEqual(there.got(), [])
  s.record.refuse(null)
  const block = `<block xmlns='urn:xmpp:blocking'><item jid='zed@irc.example'/></block>`
  await s.set('ann/phone', block)
  there.got()
  await publish(s)('ann/phone', tune, song('four'))
  assert.deepEqual(there.got(), [])
})

test('an outsider’s request waits for the owner as well', async () => {
  const s = await guarded()
  const there = elsewhere(s, 'irc.example')
  await there.says(
    `<iq type='set' id='1' from='zed@irc.example/x' to='${ann}'>${subscribe('zed@irc.example')}</iq>`,
  )
  assert.match(there.answers().join(), /subscription='pending'/)
  const [question] = questions(s)
  await answer(s, question ?? assert.fail(), '1')
  assert.match(there.got().join(), /subscription='subscribed'/)
})

test('items are gone after the time that a node gives them (pubsub#item_expire)', async () => {
  const s = await scene('ann/phone')
  const options = { item_expire: '60', max_items: '10' }
  const ids = async (): Promise<string[]> =>
    [...asXml(await s.get('ann/phone', ask)).matchAll(/<item id='([^']*)'/g)].map(
      ([, id]) => id ?? '',
    )
  await publish(s)('ann/phone', tune, song('one'), { options })
  s.time.pass(40_000)
  await publish(s)('ann/phone', tune, song('two'))
  assert.deepEqual(await ids(), ['one', 'two'])
  s.time.pass(30_000)
  assert.deepEqual(await ids(), ['two'])
  s.time.pass(31_000)
  assert.deepEqual(await ids(), [])
  const never = { item_expire: '0' }
  assert.equal(await publish(s)('ann/phone', 'n', song('x'), { options: never }), 'not-acceptable')
})
