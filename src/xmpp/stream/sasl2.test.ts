import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Client } from '../../../test/client/client.ts'
import { conditionIn, TcpLink } from '../../../test/client/link.ts'
import { recordedMessage } from '../../../test/fakes/outbound.ts'
import { testStreams, type TestStreams } from '../../../test/fakes/streams.ts'
import { child, type Element, elements, textOf } from '../../xml/element.ts'
import { defaultThrottle } from '../../directory/throttle.ts'

const ann = { user: 'ann', password: 'pw' } as const
const ns = 'urn:xmpp:sasl:2'
const sasl2 = `xmlns='${ns}'`
const sm = 'urn:xmpp:sm:3'
const bind2 = 'urn:xmpp:bind:0'
const phone = `<user-agent id='D4565FA7-4d72-4749-b3d3-740edbf87770'><software>App</software></user-agent>`
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const plain = (text: string): string =>
  `<authenticate ${sasl2} mechanism='PLAIN'><initial-response>${base64(text)}</initial-response></authenticate>`
const bind = (inside = ''): string => `<bind xmlns='${bind2}'>${inside}</bind>`
const manage = `<enable xmlns='${sm}' resume='true'/>`

const namesIn = (element: Element): string[] => elements(element).map(({ name }) => name)
const addressIn = (success: Element): string =>
  textOf(child(success, 'authorization-identifier', ns))
const boundIn = (success: Element): Element => child(success, 'bound', bind2) ?? assert.fail()

async function connected(s: TestStreams): Promise<Client> {
  return await Client.connect({ ...ann, over: 'plain', port: s.port })
}

/** Signed in with a resource, and the id to resume by. */
async function bound(s: TestStreams, wishes: string): Promise<{ client: Client; id: string }> {
  const client = await connected(s)
  const success = await client.authenticate2({ ...ann, wishes })
  await client.link.incoming.next()
  return { client, id: child(boundIn(success), 'enabled', sm)?.attrs['id'] ?? '' }
}

for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN', 'SCRAM-SHA-256-PLUS']) {
  test(`a client signs in with ${mechanism} and binds in one go`, async (t) => {
    const s = await testStreams(t)
    const client = await Client.connect({ ...ann, over: 'direct-tls', port: s.directPort })
    const success = await client.authenticate2({ ...ann, mechanism, wishes: bind() })
    assert.match(addressIn(success), /^ann@localhost\/.{16}$/)
    assert.equal(s.router.resources[0]?.jid.text, addressIn(success))
    assert.deepEqual(namesIn(await client.next()), ['sm', 'csi'])
    client.send(`<message><body>hi</body></message>`)
    await s.router.until(() => s.router.stanzas.length === 1)
  })
}

for (const scheme of ['ws', 'wss'] as const) {
  test(`a client signs in and binds over ${scheme}, each answer a frame`, async (t) => {
    const s = await testStreams(t)
    const client = await Client.connect({
      ...ann,
      over: 'websocket',
      url: await s.webSocket(scheme),
    })
    await client.authenticate2({ ...ann, wishes: bind() })
    assert.equal((await client.next()).name, 'features')
    assert.equal(s.router.resources.length, 1)
  })
}

test('what can be had at once is in the features', async (t) => {
  const s = await testStreams(t)
  s.router.inlineFeatures = () => ['urn:x']
  const client = await connected(s)
  const offer = child(client.features ?? assert.fail(), 'authentication', ns) ?? assert.fail()
  const mechanisms = elements(offer).filter(({ name }) => name === 'mechanism')
  assert.deepEqual(
    mechanisms.map((mechanism) => textOf(mechanism)),
    client.mechanisms(),
  )
  const inline = child(offer, 'inline', ns) ?? assert.fail()
  assert.ok(child(inline, 'sm', sm))
  const asked = child(inline, 'bind', bind2) ?? assert.fail()
  assert.deepEqual(
    elements(child(asked, 'inline', bind2) ?? assert.fail()).map(({ attrs }) => attrs['var']),
    ['urn:xmpp:csi:0', sm, 'urn:x'],
  )
})

test('without a wish the stream goes on, and the client binds as ever', async (t) => {
  const s = await testStreams(t)
  const client = await connected(s)
  const success = await client.authenticate2(ann)
  assert.equal(addressIn(success), 'ann@localhost')
  assert.deepEqual(namesIn(await client.next()), ['bind', 'session', 'sm', 'csi'])
  await client.bind('desk')
  assert.equal(client.jid, 'ann@localhost/desk')
})

for (const [name, sent, condition] of [
  ['an unknown mechanism', `<authenticate ${sasl2} mechanism='X'/>`, 'invalid-mechanism'],
  ['no mechanism', `<authenticate ${sasl2}/>`, 'invalid-mechanism'],
  [
    'what is no base64',
    `<authenticate ${sasl2} mechanism='PLAIN'><initial-response>=</initial-response></authenticate>`,
    'incorrect-encoding',
  ],
  ['an empty message', plain(''), 'malformed-request'],
  ['another authorization id', plain('bo@localhost\0ann\0pw'), 'invalid-authzid'],
  ['a wrong password', plain('\0ann\0x'), 'not-authorized'],
  ['an unknown name', plain('\0nobody\0x'), 'not-authorized'],
  ['a response to nothing', `<response ${sasl2}>AAAA</response>`, 'malformed-request'],
  ['an abort', `<abort ${sasl2}/>`, 'aborted'],
  ['another element', `<success ${sasl2}/>`, 'malformed-request'],
] as const) {
  test(`${name} fails with ${condition}, and the client may try again either way`, async (t) => {
    const s = await testStreams(t)
    const client = await connected(s)
    await assert.rejects(client.exchange2(sent), { message: condition })
    const again = client.authenticate({ ...ann, password: 'wrong' })
    await assert.rejects(again, { message: 'not-authorized' })
    await client.authenticate2(ann)
    assert.equal(s.router.resources.length, 0)
  })
}

test('nothing that was asked for is done where the sign-in fails', async (t) => {
  const s = await testStreams(t)
  const { id } = await bound(s, bind(manage))
  const client = await connected(s)
  const wishes = `<resume xmlns='${sm}' previd='${id}' h='0'/>${bind()}`
  const attempt = client.authenticate2({ ...ann, password: 'wrong', wishes })
  await assert.rejects(attempt, { message: 'not-authorized' })
  assert.deepEqual([s.router.resources.length, s.router.gone.length], [1, 0])
})

test('who says in the header that he is somebody else is not signed in', async (t) => {
  const s = await testStreams(t)
  const client = new Client(await TcpLink.connect(s.port), 'localhost')
  client.link.open('localhost', " from='bo@localhost'")
  await client.next()
  await client.next()
  await assert.rejects(client.authenticate2(ann), { message: 'invalid-authzid' })
  await client.authenticate2({ user: 'bo', password: 'pw' })
})

test('an exchange is finished the way it was begun', async (t) => {
  const s = await testStreams(t)
  const client = await connected(s)
  client.send(`<authenticate ${sasl2} mechanism='PLAIN'/>`)
  assert.equal((await client.next()).name, 'challenge')
  client.send(
    `<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>${base64('\0ann\0pw')}</response>`,
  )
  assert.equal(conditionIn(await client.next()), 'policy-violation')
  assert.equal(await client.nextOrEnd(), null)
})

test('a second sign-in on a stream ends it', async (t) => {
  const s = await testStreams(t)
  const client = await connected(s)
  await client.authenticate2(ann)
  await client.next()
  client.send(plain('\0ann\0pw'))
  assert.equal(conditionIn(await client.next()), 'not-authorized')
})

test('answers come slower for an account that somebody guesses at, this way too', async (t) => {
  const throttle = { ...defaultThrottle, accountFree: 1, delayMs: 2_000 }
  const s = await testStreams(t, { throttle })
  const client = await connected(s)
  const wrong = client.authenticate2({ ...ann, password: 'wrong', mechanism: 'PLAIN' })
  await assert.rejects(wrong, { message: 'not-authorized' })
  let isAnswered = false
  const right = client.authenticate2({ ...ann, mechanism: 'PLAIN' }).then(() => (isAnswered = true))
  await Client.signIn({ user: 'bo', password: 'pw', over: 'plain', port: s.port })
  s.pass(1_000)
  await Client.signIn({ user: 'bo', password: 'pw', over: 'plain', port: s.port })
  assert.equal(isAnswered, false)
  s.pass(1_000)
  await right
})

test('a signed-in client may send what a stranger may not', async (t) => {
  const s = await testStreams(t)
  const { client } = await bound(s, bind())
  client.send(`<message><body>${'x'.repeat(50_000)}</body></message>`)
  await s.router.until(() => s.router.stanzas.length === 1)
})

test('stream management and client state begin with the bind', async (t) => {
  const s = await testStreams(t)
  const client = await connected(s)
  const wishes = bind(`${manage}<inactive xmlns='urn:xmpp:csi:0'/>`)
  const success = await client.authenticate2({ ...ann, wishes })
  assert.equal(child(boundIn(success), 'enabled', sm)?.attrs['resume'], 'true')
  assert.deepEqual(namesIn(await client.next()), ['csi'])
  client.send(`<message/><r xmlns='${sm}'/>`)
  assert.deepEqual((await client.next()).attrs, { h: '1' })
})

test('what comes for a device while it is bound goes out behind the success', async (t) => {
  const s = await testStreams(t)
  const message = await recordedMessage('early')
  s.router.bound = async (resource) => {
    resource.send(message)
    // The turn in which it was written is over.
    await new Promise(setImmediate)
    await new Promise(setImmediate)
    return []
  }
  const client = await connected(s)
  await client.authenticate2({ ...ann, wishes: bind() })
  assert.equal((await client.next()).name, 'features')
  assert.equal((await client.next()).name, 'message')
  await s.router.until(() => s.router.acknowledged.length === 1)
})

test('a session is resumed with the sign-in, and nothing is bound', async (t) => {
  const s = await testStreams(t)
  const { client, id } = await bound(s, bind(manage))
  s.router.resources[0]?.send(await recordedMessage('unconfirmed'))
  await client.next()
  client.cut()
  const again = await connected(s)
  const wishes = `<resume xmlns='${sm}' previd='${id}' h='0'/>${bind(manage)}`
  const success = await again.authenticate2({ ...ann, wishes })
  assert.equal(addressIn(success), client.jid)
  assert.deepEqual(child(success, 'resumed', sm)?.attrs, { previd: id, h: '0' })
  assert.equal(child(success, 'bound', bind2), undefined)
  assert.equal((await again.next()).name, 'message', 'and no features come before it')
  assert.equal(s.router.resources.length, 1)
})

test('where a session cannot be resumed a new one is bound', async (t) => {
  const s = await testStreams(t)
  const client = await connected(s)
  const wishes = `<resume xmlns='${sm}' previd='gone' h='0'/>${bind(manage)}`
  const success = await client.authenticate2({ ...ann, wishes })
  assert.equal(conditionIn(child(success, 'failed', sm) ?? assert.fail()), 'item-not-found')
  assert.ok(child(boundIn(success), 'enabled', sm))
})

test('the session of somebody else cannot be resumed', async (t) => {
  const s = await testStreams(t)
  const { id } = await bound(s, bind(manage))
  const client = await connected(s)
  const wishes = `<resume xmlns='${sm}' previd='${id}' h='0'/>`
  const success = await client.authenticate2({ user: 'bo', password: 'pw', wishes })
  assert.deepEqual(namesIn(success), ['additional-data', 'authorization-identifier', 'failed'])
  assert.equal((await client.next()).name, 'features')
})

test('one installation has the same resource each time, and its id does not show', async (t) => {
  const s = await testStreams(t)
  const tagged = bind('<tag>App</tag>')
  const { client: first } = await bound(s, phone + tagged)
  const { client: again } = await bound(s, phone + tagged)
  assert.match(first.jid, /^ann@localhost\/App\/.{16}$/)
  assert.equal(again.jid, first.jid)
  assert.equal(conditionIn(await first.next()), 'conflict')
  const { client: other } = await bound(s, tagged)
  assert.notEqual(other.jid, first.jid)
})

test('an earlier session of the same installation ends, whatever its tag', async (t) => {
  const s = await testStreams(t)
  const { client: first } = await bound(s, phone + bind('<tag>1.0</tag>'))
  await bound(s, phone + bind('<tag>1.1</tag>'))
  assert.equal(conditionIn(await first.next()), 'conflict')
  await bound(s, bind())
  assert.equal(s.streams.counts().sessions, 2)
})

test('a tag that no address can have is left out', async (t) => {
  const s = await testStreams(t)
  const { client } = await bound(s, bind('<tag>\u0009</tag>'))
  assert.match(client.jid, /^ann@localhost\/[\w-]{16}$/)
})

test('a person with too many devices is told so', async (t) => {
  const s = await testStreams(t, { sessionsPerPersonMax: 1 })
  await bound(s, bind())
  const client = await connected(s)
  await assert.rejects(client.authenticate2({ ...ann, wishes: bind() }))
  assert.equal(s.streams.counts().sessions, 1)
})

test('an account that changes while it is bound ends the stream', async (t) => {
  const s = await testStreams(t)
  s.router.bound = async (resource) => {
    resource.close('not-authorized')
    return await Promise.resolve([])
  }
  const client = await connected(s)
  await assert.rejects(client.authenticate2({ ...ann, wishes: bind() }))
  await s.router.until(() => s.router.gone.length === 1)
})
