import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'

import { Client } from '../../../test/client/client.ts'
import { conditionIn } from '../../../test/client/link.ts'
import { recordedMessage, transientPresence } from '../../../test/fakes/outbound.ts'
import { written } from '../../../test/fakes/router.ts'
import { testStreams } from '../../../test/fakes/streams.ts'
import { child, elements, textOf } from '../../xml/element.ts'

const ann = { user: 'ann', password: 'pw', over: 'plain', resource: 'desk' } as const
const errorOf = async (client: Client): Promise<string> =>
  conditionIn((await client.link.incoming.rest()).at(-1) ?? assert.fail('no error came'))

test('a resource is prepared, and one that cannot be is a bad request', async (t) => {
  const s = await testStreams(t)
  const client = await Client.authenticated({ ...ann, port: s.port })
  await assert.rejects(client.bind('\u0085'), { message: 'bad-request' })
  await client.bind('caf\u0065\u0301')
  assert.equal(client.jid, 'ann@localhost/caf\u00e9')
})

test('an older session with the same address is closed with a conflict first', async (t) => {
  const s = await testStreams(t)
  const old = await Client.signIn({ ...ann, port: s.port })
  const young = await Client.signIn({ ...ann, port: s.port })
  assert.equal(await errorOf(old), 'conflict')
  assert.equal(s.router.gone[0]?.resource, s.router.resources[0])
  young.send('<presence/>')
  await s.router.until(() => s.router.stanzas.length === 1)
  assert.equal(s.router.stanzas[0]?.from, s.router.resources[1])
})

test('a person has a bounded number of sessions', async (t) => {
  const s = await testStreams(t, { sessionsPerPersonMax: 1 })
  await Client.signIn({ ...ann, port: s.port })
  const second = await Client.authenticated({ ...ann, port: s.port })
  await assert.rejects(second.bind('other'), { message: 'resource-constraint' })
  await second.bind('desk')
})

test('who was disabled after sign-in binds nothing', async (t) => {
  const s = await testStreams(t)
  const client = await Client.authenticated({ ...ann, port: s.port })
  const { id } = s.directory.find('ann@localhost') ?? assert.fail()
  await s.directory.setEnabled(id, { enabled: false, by: { commandLine: true } })
  client.send(`<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>`)
  assert.equal(await errorOf(client), 'not-authorized')
})

test('the session request of old clients is answered', async (t) => {
  const s = await testStreams(t)
  const client = await Client.signIn({ ...ann, port: s.port })
  const answer = await client.ask('set', `<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>`)
  assert.equal(answer.attrs['type'], 'result')
  assert.deepEqual(written(s.router), [])
})

for (const [sent, condition] of [
  [`<message from='bo@localhost'/>`, 'invalid-from'],
  [`<message xmlns='jabber:server'/>`, 'unsupported-stanza-type'],
  [`<note/>`, 'unsupported-stanza-type'],
  [`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`, 'unsupported-stanza-type'],
  [`<message>&bad;</message>`, 'restricted-xml'],
  [`<message><body></message>`, 'not-well-formed'],
] as const) {
  test(`${sent} ends the session with ${condition}`, async (t) => {
    const s = await testStreams(t)
    const client = await Client.signIn({ ...ann, port: s.port })
    client.send(sent)
    assert.equal(await errorOf(client), condition)
    assert.equal(s.router.gone.length, 1)
  })
}

test('a client may name itself in "from", in any spelling', async (t) => {
  const s = await testStreams(t)
  const client = await Client.signIn({ ...ann, port: s.port })
  client.send(`<message from='Ann@LOCALHOST/desk'/><message from='ann@localhost'/>`)
  await s.router.until(() => s.router.stanzas.length === 2)
})

test('a stanza without a language has that of its stream', async (t) => {
  const s = await testStreams(t)
  const client = await Client.connect({ ...ann, port: s.port })
  await client.authenticate(ann)
  client.link.open('localhost', " xml:lang='de'")
  await client.next()
  await client.next()
  await client.bind()
  client.send(`<message/><message xml:lang='fr'/><iq type='get' id='1'/>`)
  await s.router.until(() => s.router.stanzas.length === 3)
  assert.deepEqual(
    s.router.stanzas.map(({ stanza }) => stanza.attrs['xml:lang']),
    ['de', 'fr', undefined],
  )
})

test('what is sent in one turn of the event loop arrives in order', async (t) => {
  const s = await testStreams(t)
  const client = await Client.signIn({ ...ann, port: s.port })
  for (let i = 0; i < 50; i++) s.router.resources[0]?.send(await recordedMessage(`${i}`))
  for (let i = 0; i < 50; i++) {
    const body = child(await client.next(), 'body', 'jabber:client')
    assert.equal(textOf(body), `${i}`)
  }
})

test('without stream management a message is confirmed when the kernel has it', async (t) => {
  const s = await testStreams(t)
  await Client.signIn({ ...ann, port: s.port })
  const message = await recordedMessage('hello')
  s.router.resources[0]?.send(message)
  await s.router.until(() => s.router.acknowledged.length === 1)
  assert.equal(s.router.acknowledged[0], message)
})

test('a client that does not read is closed, and what it has not had is told', async (t) => {
  const s = await testStreams(t, { queueStanzasMax: 100 })
  const client = await Client.signIn({ ...ann, port: s.port })
  client.pause()
  const resource = s.router.resources[0] ?? assert.fail()
  const sent = []
  const big = 'x'.repeat(20_000)
  while (s.router.gone.length === 0) {
    const message = await recordedMessage(big)
    sent.push(message)
    resource.send(message)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const undelivered = s.router.gone[0]?.undelivered ?? []
  assert.deepEqual([...s.router.acknowledged, ...undelivered], sent)
  assert.ok(undelivered.length > 100)
})

test('messages may be on their way together, anything else waits for what is before it', async (t) => {
  const s = await testStreams(t)
  const settle: (() => void)[] = []
  s.router.handle = async () => await new Promise((resolve) => settle.push(() => resolve()))
  const client = await Client.signIn({ ...ann, port: s.port })
  client.send(`<message id='1'/><message id='2'/><iq id='3'/><message id='4'/>`)
  const ids = (): unknown => s.router.stanzas.map(({ stanza }) => stanza.attrs['id'])

  await s.router.until(() => s.router.stanzas.length === 2)
  settle[1]?.()
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(ids(), ['1', '2'])
  settle[0]?.()
  await s.router.until(() => s.router.stanzas.length === 3)
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(ids(), ['1', '2', '3'])
  settle[2]?.()
  await s.router.until(() => s.router.stanzas.length === 4)
  settle[3]?.()
})

test('a stream has a bounded number of unsettled stanzas, and no stanza is lost over it', async (t) => {
  const s = await testStreams(t, { unsettledMax: 8 })
  let most = 0
  let open = 0
  s.router.handle = async () => {
    open += 1
    most = Math.max(most, open)
    await new Promise((resolve) => setImmediate(resolve))
    open -= 1
  }
  const client = await Client.signIn({ ...ann, port: s.port })
  const count = 2_000
  client.send(Array.from({ length: count }, (_, i) => `<message id='${i}'/>`).join(''))
  await s.router.until(() => s.router.stanzas.length === count)
  assert.equal(most, 8)
  const ids = s.router.stanzas.map(({ stanza }) => Number(stanza.attrs['id']))
  assert.deepEqual(ids, [...ids.keys()])
})

test('all streams together have so much on its way, then each one stanza, and all goes on in order', async (t) => {
  const s = await testStreams(t, { unsettledCharsMax: 3_000 })
  let [open, most] = [0, 0]
  s.router.handle = async () => {
    open += 1
    most = Math.max(most, open)
    await new Promise((resolve) => setImmediate(resolve))
    open -= 1
  }
  const clients = [
    await Client.signIn({ ...ann, port: s.port }),
    await Client.signIn({ ...ann, user: 'bo', port: s.port }),
  ]
  const count = 200
  const body = `<body>${'x'.repeat(1_000)}</body>`
  const all = Array.from({ length: count }, (_, i) => `<message id='${i}'>${body}</message>`)
  for (const client of clients) client.send(all.join(''))
  await s.router.until(() => s.router.stanzas.length === 2 * count)
  // Three fill it, and the other stream may have its one.
  assert.ok(most >= 3 && most <= 4, `${most} were on their way`)
  for (const { jid } of clients) {
    const own = s.router.stanzas.filter(({ from }) => from.jid.text === jid)
    const ids = own.map(({ stanza }) => Number(stanza.attrs['id']))
    assert.deepEqual(ids, [...Array(count).keys()])
  }
})

test('a goodbye behind messages waits until they are settled', async (t) => {
  const s = await testStreams(t)
  const settle: (() => void)[] = []
  s.router.handle = async () => await new Promise((resolve) => settle.push(() => resolve()))
  const client = await Client.signIn({ ...ann, port: s.port })
  client.send(`<message/></stream:stream>`)
  await s.router.until(() => settle.length === 1)
  assert.equal(s.router.gone.length, 0)
  s.router.resources[0]?.send(await recordedMessage('answer'))
  settle[0]?.()
  const rest = await client.link.incoming.rest()
  assert.deepEqual(
    rest.map((stanza) => textOf(elements(stanza)[0])),
    ['answer'],
  )
  assert.equal(s.router.gone.length, 1)
})

test('a silent client is asked, and closed when it does not answer', async (t) => {
  const s = await testStreams(t, { idleMs: 240_000, answerMs: 60_000 })
  const client = await Client.signIn({ ...ann, port: s.port })
  s.pass(1_000)
  s.pass(240_000)
  const ping = await client.next()
  assert.ok(child(ping, 'ping', 'urn:xmpp:ping'))
  client.send(`<iq type='result' id='${ping.attrs['id']}'/>`)
  await s.router.until(() => s.router.stanzas.length === 1)
  s.pass(1_000)
  s.pass(239_000)
  s.pass(1_000)
  assert.ok(child(await client.next(), 'ping', 'urn:xmpp:ping'))
  s.pass(60_000)
  assert.equal(await errorOf(client), 'connection-timeout')
  assert.equal(s.router.gone.length, 1)
})

test('while a client is inactive, news that may wait is kept, the newest of each', async (t) => {
  const s = await testStreams(t)
  const client = await Client.signIn({ ...ann, port: s.port })
  const resource = s.router.resources[0] ?? assert.fail()
  const csi = (name: string): void => client.send(`<${name} xmlns='urn:xmpp:csi:0'/><presence/>`)
  const seen = async (): Promise<string> => {
    const { name, attrs } = await client.next()
    return `${name} ${attrs['from'] ?? ''} ${attrs['id'] ?? ''}`.trimEnd()
  }

  csi('inactive')
  await s.router.until(() => s.router.stanzas.length === 1)
  resource.send(transientPresence('bo@localhost/a', '1'))
  resource.send(transientPresence('cy@localhost/a', '2'))
  resource.send(transientPresence('bo@localhost/a', '3'))
  resource.send(await recordedMessage('wake up'))
  assert.equal(await seen(), 'presence cy@localhost/a 2')
  assert.equal(await seen(), 'presence bo@localhost/a 3')
  assert.equal(await seen(), 'message')

  resource.send(transientPresence('bo@localhost/a', '4'))
  csi('active')
  assert.equal(await seen(), 'presence bo@localhost/a 4')
})

test('a client that floods does not keep others waiting', async (t) => {
  const s = await testStreams(t)
  const flood = await Client.signIn({ ...ann, port: s.port })
  const other = await Client.signIn({ ...ann, user: 'bo', port: s.port })
  const count = 50_000
  flood.send('<presence/>'.repeat(count))
  other.send('<message/>')
  await s.router.until(() => s.router.stanzas.at(-1)?.stanza.name === 'message')
  assert.ok(s.router.stanzas.length < count)
  await s.router.until(() => s.router.stanzas.length === count + 1)
})

test('whatever bytes come, others are served', async (t) => {
  const s = await testStreams(t)
  const good =
    `<stream:stream to='localhost' version='1.0' xmlns='jabber:client' ` +
    `xmlns:stream='http://etherx.jabber.org/streams'><auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' ` +
    `mechanism='PLAIN'>AGFubgBwdw==</auth>`
  const mutated = fc
    .tuple(fc.nat(good.length - 1), fc.uint8Array({ minLength: 1, maxLength: 20 }))
    .map(([at, bytes]) => Buffer.concat([Buffer.from(good.slice(0, at)), bytes, Buffer.from(good)]))
  const bytes = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 200 }), mutated)
  await fc.assert(
    fc.asyncProperty(bytes, fc.constantFrom(s.port, s.directPort), async (sent, port) => {
      // No client that reads XML: at the port for TLS an answer may be an alert (RFC 8446 section 6).
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {}).resume()
      socket.end(sent)
      await once(socket, 'close')
    }),
    { numRuns: 100 },
  )
  await Client.signIn({ ...ann, port: s.port })
})
