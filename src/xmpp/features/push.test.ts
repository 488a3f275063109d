import assert from 'node:assert/strict'
import { test } from 'node:test'
import { elsewhere, type Elsewhere } from '../../../test/support/elsewhere.ts'
import { asXml, join, muc, room, say } from '../../../test/support/in-room.ts'
import { type Scene, scene } from '../../../test/support/scene.ts'

const NS = 'urn:xmpp:push:0'
const pauseMs = 10_000

async function withService(): Promise<{ readonly s: Scene; readonly service: Elsewhere }> {
  const s = await scene('ann/phone', 'bo/desk')
  return { s, service: elsewhere(s, 'push.example') }
}

function enable(more = '', node = 'n1'): string {
  return `<enable xmlns='${NS}' jid='push.example' node='${node}'>${more}</enable>`
}

function options(values: Readonly<Record<string, string>>): string {
  const all = { FORM_TYPE: 'http://jabber.org/protocol/pubsub#publish-options', ...values }
  const fields = Object.entries(all)
    .map(([name, value]) => `<field var='${name}'><value>${value}</value></field>`)
    .join('')
  return `<x xmlns='jabber:x:data' type='submit'>${fields}</x>`
}

/** Node and number of messages of each notification that has left. */
function notified(service: Elsewhere): string[] {
  return service.got().map((xml) => {
    const [, node] = /<publish node='([^']*)'/.exec(xml) ?? []
    const [, count] = /message-count'><value>(\d+)</.exec(xml) ?? []
    return `${node ?? ''} ${count ?? ''}`
  })
}

async function answer(service: Elsewhere, type: string, error = ''): Promise<void> {
  const { id } = /id='(?<id>[^']*)'/.exec(service.parcels.at(-1)?.out.wire ?? '')?.groups ?? {}
  await service.says(
    `<iq type='${type}' id='${id}' from='push.example' to='localhost'>${error}</iq>`,
  )
}

test('who is away is woken by a count alone, in the name of the server, with the options that the service asks for', async () => {
  const { s, service } = await withService()
  assert.equal(await s.set('ann/phone', enable(options({ secret: 'eruio-91' }))), null)
  await s.drop('ann/phone')
  await s.say('bo/desk', 'ann', 'the merger is off')
  const [out = ''] = service.got()
  assert.equal(
    out.replace(/ id='[^']*'/, ''),
    `<iq type='set' from='localhost' to='push.example'>` +
      `<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='n1'><item><notification xmlns='${NS}'>` +
      `<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:push:summary</value></field>` +
      `<field var='message-count'><value>1</value></field></x></notification></item></publish>` +
      `<publish-options><x xmlns='jabber:x:data' type='submit'>` +
      `<field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/pubsub#publish-options</value></field>` +
      `<field var='secret'><value>eruio-91</value></field></x></publish-options></pubsub></iq>`,
  )
})

test('a client that is connected is not woken, whatever the others of its person do', async () => {
  const { s, service } = await withService()
  s.connect('ann/desk')
  await s.online('ann/desk')
  await s.set('ann/phone', enable())
  await s.say('bo/desk', 'ann', 'one')
  assert.deepEqual(notified(service), [])
  await s.drop('ann/phone')
  await s.say('bo/desk', 'ann', 'two')
  assert.deepEqual(notified(service), ['n1 1'])
})

test('a client whose connection breaks is woken for what it has not confirmed, and for what comes then', async () => {
  const { s, service } = await withService()
  await s.set('ann/phone', enable())
  s.mute('ann/phone')
  await s.say('bo/desk', 'ann', 'one')
  await s.say('bo/desk', 'ann', 'two')
  await s.lose('ann/phone')
  assert.deepEqual(notified(service), ['n1 2'])
  await s.say('bo/desk', 'ann', 'three')
  s.time.pass(pauseMs)
  assert.deepEqual(notified(service), ['n1 1'])
})

test('what comes within ten seconds is counted, and leaves as one', async () => {
  const { s, service } = await withService()
  await s.set('ann/phone', enable())
  await s.drop('ann/phone')
  for (const text of ['one', 'two', 'three']) await s.say('bo/desk', 'ann', text)
  assert.deepEqual(notified(service), ['n1 1'])
  s.time.pass(pauseMs)
  assert.deepEqual(notified(service), ['n1 2'])
  s.time.pass(pauseMs)
  assert.deepEqual(notified(service), [])
})

test('what is said in a room wakes a client that is in it and not connected, and not the one who said it', async () => {
  const { s, service } = await withService()
  await join(s, 'ann/phone', 'Ann')
  await s.set(
    'ann/phone',
    `<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query>`,
    room,
  )
  await s.send('bo/desk', `<presence to='${room}/Bo'>${muc}</presence>`)
  await s.set('ann/phone', enable())
  await s.set('bo/desk', enable('', 'bo'))
  await s.lose('ann/phone')
  service.got()
  await say(s, 'bo/desk', 'all hands, Ann')
  assert.deepEqual(notified(service), ['n1 1'])
})

test('chat states, receipts and errors wake nobody', async () => {
  const { s, service } = await withService()
  await s.set('ann/phone', enable())
  await s.drop('ann/phone')
  const to = `to='ann@localhost' type='chat'`
  await s.send(
    'bo/desk',
    `<message ${to}><composing xmlns='http://jabber.org/protocol/chatstates'/></message>`,
  )
  await s.send('bo/desk', `<message ${to}><received xmlns='urn:xmpp:receipts' id='1'/></message>`)
  await s.send('bo/desk', `<message to='ann@localhost' type='headline'><body>news</body></message>`)
  assert.deepEqual(notified(service), [])
})

test('a service that refuses is disabled, and one that cannot be reached only after eight times', async () => {
  const { s, service } = await withService()
  await s.set('ann/phone', enable())
  await s.drop('ann/phone')
  const again = async (): Promise<string[]> => {
    s.time.pass(pauseMs)
    await s.say('bo/desk', 'ann', 'again')
    return notified(service)
  }
  for (let times = 0; times < 7; times += 1) {
    assert.deepEqual(await again(), ['n1 1'])
    await answer(
      service,
      'error',
      `<error type='wait'><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`,
    )
  }
  assert.deepEqual(await again(), ['n1 1'])
  await answer(service, 'result')
  assert.deepEqual(await again(), ['n1 1'])
  await answer(
    service,
    'error',
    `<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`,
  )
  assert.deepEqual(await again(), [])
})

test('nothing that another address says counts as the answer of the service', async () => {
  const { s, service } = await withService()
  await s.set('ann/phone', enable())
  await s.drop('ann/phone')
  await s.say('bo/desk', 'ann', 'one')
  const { id } = /id='(?<id>[^']*)'/.exec(service.got()[0] ?? '')?.groups ?? {}
  await service.says(
    `<iq type='error' id='${id}' from='evil@push.example' to='localhost'><error type='cancel'/></iq>`,
  )
  s.time.pass(pauseMs)
  await s.say('bo/desk', 'ann', 'two')
  assert.deepEqual(notified(service), ['n1 1'])
})

const notice = (affiliation: string, node: string, from = 'push.example'): string =>
  `<message from='${from}' to='ann@localhost'><pubsub xmlns='http://jabber.org/protocol/pubsub' node='${node}'>` +
  `<affiliation jid='ann@localhost' affiliation='${affiliation}'/></pubsub></message>`

test('a node that its service takes no more is forgotten, by its own word to that person alone (section 8)', async () => {
  const { s, service } = await withService()
  const nodes = async (): Promise<string[]> =>
    [...(await s.pushes.load()).values()].flat().map(({ node }) => node)
  await s.set('ann/phone', enable('', 'n1'))
  await s.set('ann/phone', enable('', 'n2'))
  await service.says(notice('publish-only', 'n1'))
  await service.says(notice('none', 'n1', 'evil@push.example'))
  await service.says(notice('none', 'n3'))
  await s.send('bo/desk', notice('none', 'n1', 'bo@localhost/desk'))
  assert.deepEqual(await nodes(), ['n1', 'n2'])
  await service.says(notice('none', 'n1'))
  await s.settled()
  assert.deepEqual(await nodes(), ['n2'])
})

test('it is kept over a start, replaced by the same again, and ended by disable (sections 5, 6)', async () => {
  const { s } = await withService()
  await s.set('ann/phone', enable())
  await s.set('ann/phone', enable(options({ secret: 'new' })))
  await s.set('ann/phone', enable('', 'n2'))
  await s.restart('bo/desk')
  const service = elsewhere(s, 'push.example')
  await s.say('bo/desk', 'ann', 'one')
  const sent = service.got()
  assert.deepEqual(sent.length, 2)
  assert.match(sent[0] ?? '', /<value>new<\/value>/)
  s.connect('ann/phone')
  await s.set('ann/phone', `<disable xmlns='${NS}' jid='push.example' node='n1'/>`)
  assert.deepEqual(
    [...(await s.pushes.load()).values()].flat().map(({ node }) => node),
    ['n2'],
  )
  await s.set('ann/phone', `<disable xmlns='${NS}' jid='push.example'/>`)
  assert.equal((await s.pushes.load()).size, 0)
})

test('an enable that cannot be is refused: no service, no way there, words for a key, too many', async () => {
  const { s } = await withService()
  assert.equal(await s.set('ann/phone', `<enable xmlns='${NS}' node='n'/>`), 'bad-request')
  const nowhere = `<enable xmlns='${NS}' jid='nowhere.example' node='n'/>`
  assert.equal(await s.set('ann/phone', nowhere), 'remote-server-not-found')
  const here = `<enable xmlns='${NS}' jid='localhost' node='n'/>`
  assert.equal(await s.set('ann/phone', here), 'remote-server-not-found')
  assert.equal(
    await s.set('ann/phone', enable(options({ secret: 'meet me at noon' }))),
    'not-acceptable',
  )
  assert.equal(await s.set('ann/phone', enable('', 'meet me')), 'not-acceptable')
  for (let i = 0; i < 16; i += 1) assert.equal(await s.set('ann/phone', enable('', `n${i}`)), null)
  assert.equal(await s.set('ann/phone', enable('', 'one-more')), 'resource-constraint')
})

test('an account says that it can (section 4.1), and whoever is removed is forgotten', async () => {
  const { s } = await withService()
  const info = `<query xmlns='http://jabber.org/protocol/disco#info'/>`
  assert.match(asXml(await s.get('ann/phone', info, 'ann@localhost')), /var='urn:xmpp:push:0'/)
  await s.set('ann/phone', enable())
  s.remove('ann')
  await s.settled()
  assert.equal((await s.pushes.load()).size, 0)
})
