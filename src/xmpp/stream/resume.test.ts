import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Client } from '../../../test/client/client.ts'
import { conditionIn } from '../../../test/client/link.ts'
import { recordedMessage, transientPresence } from '../../../test/fakes/outbound.ts'
import { testStreams, type TestStreams } from '../../../test/fakes/streams.ts'
import { child, type Element, textOf } from '../../xml/element.ts'

const ann = { user: 'ann', password: 'pw', over: 'plain', resource: 'desk' } as const
const sm = 'urn:xmpp:sm:3'

const bodyOf = (stanza: Element): string => textOf(child(stanza, 'body', 'jabber:client'))
async function errorOf(client: Client): Promise<Element> {
  return (await client.link.incoming.rest()).at(-1) ?? assert.fail('no error came')
}

/** Ann with stream management on, and the id of her session. */
async function managed(s: TestStreams): Promise<{ client: Client; id: string }> {
  const client = await Client.signIn({ ...ann, port: s.port })
  const enabled = await client.enable(true)
  return { client, id: enabled.attrs['id'] ?? assert.fail('no id') }
}

test('the server says how long a session waits to be resumed', async (t) => {
  const s = await testStreams(t, { resumeMs: 120_000 })
  const client = await Client.signIn({ ...ann, port: s.port })
  const { attrs } = await client.enable(true)
  assert.deepEqual([attrs['resume'], attrs['max']], ['true', '120'])
})

test('the router learns of a line that breaks, and what was not confirmed on it, and that nobody is connected', async (t) => {
  const s = await testStreams(t)
  const { client } = await managed(s)
  const [resource = assert.fail('nobody has signed in')] = s.router.resources
  const message = await recordedMessage('on its way')
  resource.send(transientPresence('bo@localhost/desk', '1'))
  resource.send(message)
  assert.equal((await client.next()).name, 'presence')
  assert.equal(resource.isConnected, true)
  client.cut()
  await s.router.until(() => s.router.cut.length === 1)
  assert.deepEqual(s.router.cut, [{ resource, unconfirmed: [message] }])
  assert.equal(resource.isConnected, false)
})

test('without resumption there is no id', async (t) => {
  const s = await testStreams(t)
  const client = await Client.signIn({ ...ann, port: s.port })
  assert.deepEqual((await client.enable(false)).attrs, {})
  client.cut()
  await s.router.until(() => s.router.gone.length === 1)
})

test('stream management cannot be had before a bound resource, nor twice', async (t) => {
  const s = await testStreams(t)
  const client = await Client.authenticated({ ...ann, port: s.port })
  const early = await client.enable(true)
  assert.equal(conditionIn(early), 'unexpected-request')
  await client.bind()
  await client.enable(true)
  client.send(`<enable xmlns='${sm}'/>`)
  assert.equal(conditionIn(await errorOf(client)), 'policy-violation')
})

test('an acknowledgement counts what is settled, and waits for what is on its way', async (t) => {
  const s = await testStreams(t)
  const settle: (() => void)[] = []
  s.router.handle = async () => await new Promise((resolve) => settle.push(() => resolve()))
  const { client } = await managed(s)
  client.send(`<message id='1'/><message id='2'/><r xmlns='${sm}'/>`)
  await s.router.until(() => settle.length === 2)
  settle[1]?.()
  s.router.resources[0]?.send(await recordedMessage('before the acknowledgement'))
  assert.equal((await client.next()).name, 'message')
  settle[0]?.()
  assert.deepEqual((await client.next()).attrs, { h: '2' })
})

test('a stanza that is settled before an earlier one is not counted yet', async (t) => {
  const s = await testStreams(t)
  const settle: (() => void)[] = []
  s.router.handle = async () => await new Promise((resolve) => settle.push(() => resolve()))
  const { client } = await managed(s)
  client.send(`<message id='1'/><message id='2'/>`)
  await s.router.until(() => settle.length === 2)
  settle[1]?.()
  client.send(`<r xmlns='${sm}'/><r xmlns='${sm}'/>`)
  assert.deepEqual((await client.next()).attrs, { h: '0' })
  settle[0]?.()
  assert.deepEqual((await client.next()).attrs, { h: '2' })
})

test('each request for acknowledgement has its answer', async (t) => {
  const s = await testStreams(t)
  const settle: (() => void)[] = []
  s.router.handle = async () => await new Promise((resolve) => settle.push(() => resolve()))
  const { client } = await managed(s)
  client.send(`<r xmlns='${sm}'/><message/><r xmlns='${sm}'/><message/><r xmlns='${sm}'/>`)
  const answers = [(await client.next()).attrs['h'], (await client.next()).attrs['h']]
  for (const resolve of settle) resolve()
  answers.push((await client.next()).attrs['h'])
  assert.deepEqual(answers, ['0', '0', '2'])
})

test('stanzas before stream management are not counted', async (t) => {
  const s = await testStreams(t)
  const client = await Client.signIn({ ...ann, port: s.port })
  client.send(`<message/><enable xmlns='${sm}'/><message/><r xmlns='${sm}'/>`)
  assert.equal((await client.next()).name, 'enabled')
  assert.deepEqual((await client.next()).attrs, { h: '1' })
})

test('a message is confirmed when the client says so, and not before', async (t) => {
  const s = await testStreams(t)
  const { client } = await managed(s)
  const [one, two] = [await recordedMessage('1'), await recordedMessage('2')]
  s.router.resources[0]?.send(one)
  s.router.resources[0]?.send(two)
  await client.next()
  await client.next()
  assert.equal(s.router.acknowledged.length, 0)
  client.send(`<a xmlns='${sm}' h='1'/>`)
  await s.router.until(() => s.router.acknowledged.length === 1)
  assert.deepEqual(s.router.acknowledged, [one])
  client.send('</stream:stream>')
  await s.router.until(() => s.router.gone.length === 1)
  assert.deepEqual(s.router.gone[0]?.undelivered, [two])
})

test('the client is asked after some stanzas, and about the last ones after a while', async (t) => {
  const s = await testStreams(t)
  const { client } = await managed(s)
  for (let i = 0; i < 20; i++) s.router.resources[0]?.send(await recordedMessage(`${i}`))
  for (let i = 0; i < 20; i++) await client.next()
  s.router.resources[0]?.send(await recordedMessage('last'))
  await client.next()
  await s.router.until(() => s.router.acknowledged.length === 20)
  s.pass(1_000)
  const reading = client.nextOrEnd()
  await s.router.until(() => s.router.acknowledged.length === 21)
  client.cut()
  await reading
})

test('who confirms more than was sent is told so, and the stream ends', async (t) => {
  const s = await testStreams(t)
  const { client } = await managed(s)
  s.router.resources[0]?.send(await recordedMessage('1'))
  await client.next()
  client.send(`<a xmlns='${sm}' h='2'/>`)
  const error = await errorOf(client)
  assert.equal(conditionIn(error), 'undefined-condition')
  assert.deepEqual(child(error, 'handled-count-too-high', sm)?.attrs, { h: '2', 'send-count': '1' })
})

test('a cut session waits, and its news is told on the next connection', async (t) => {
  const s = await testStreams(t)
  const { client, id } = await managed(s)
  const resource = s.router.resources[0] ?? assert.fail()
  resource.send(await recordedMessage('1'))
  resource.send(await recordedMessage('2'))
  await client.next()
  client.cut()
  resource.send(await recordedMessage('3'))

  const again = await Client.authenticated({ ...ann, port: s.port })
  assert.deepEqual((await again.resume(id, 1)).attrs, { previd: id, h: '0' })
  assert.deepEqual([bodyOf(await again.next()), bodyOf(await again.next())], ['2', '3'])
  resource.send(await recordedMessage('4'))
  assert.equal(bodyOf(await again.next()), '4')
  assert.equal(s.router.resources.length, 1)
  assert.equal(s.router.gone.length, 0)
})

test('a connection that lives still is closed when its session is resumed elsewhere', async (t) => {
  const s = await testStreams(t)
  const { client, id } = await managed(s)
  const again = await Client.authenticated({ ...ann, port: s.port })
  assert.equal((await again.resume(id, 0)).name, 'resumed')
  assert.equal(conditionIn(await errorOf(client)), 'conflict')
  again.send('<presence/>')
  await s.router.until(() => s.router.stanzas.length === 1)
  assert.equal(s.router.gone.length, 0)
})

test('a session is resumed over whatever the client comes by', async (t) => {
  const s = await testStreams(t)
  const { client, id } = await managed(s)
  client.cut()
  const url = await s.webSocket('wss')
  const again = await Client.authenticated({ user: 'ann', password: 'pw', over: 'websocket', url })
  assert.equal((await again.resume(id, 0)).name, 'resumed')
  s.router.resources[0]?.send(await recordedMessage('hello'))
  assert.equal(bodyOf(await again.next()), 'hello')
})

test('nobody resumes the session of another, nor one that is not there, and may bind then', async (t) => {
  const s = await testStreams(t)
  const { id } = await managed(s)
  const bo = await Client.authenticated({ ...ann, user: 'bo', port: s.port })
  assert.equal(conditionIn(await bo.resume(id, 0)), 'item-not-found')
  assert.equal(conditionIn(await bo.resume('no such', 0)), 'item-not-found')
  await bo.bind('desk')
})

test('a resumption that counts more than was sent ends the new stream, and the session waits', async (t) => {
  const s = await testStreams(t)
  const { client, id } = await managed(s)
  client.cut()
  const wrong = await Client.authenticated({ ...ann, port: s.port })
  wrong.send(`<resume xmlns='${sm}' previd='${id}' h='7'/>`)
  assert.equal(conditionIn(await errorOf(wrong)), 'undefined-condition')
  const right = await Client.authenticated({ ...ann, port: s.port })
  assert.equal((await right.resume(id, 0)).name, 'resumed')
})

test('what is on its way when a session is resumed is counted first', async (t) => {
  const s = await testStreams(t)
  const settle: (() => void)[] = []
  s.router.handle = async () => await new Promise((resolve) => settle.push(() => resolve()))
  const { client, id } = await managed(s)
  client.send(`<message id='1'/>`)
  await s.router.until(() => settle.length === 1)
  const again = await Client.authenticated({ ...ann, port: s.port })
  const resumed = again.resume(id, 0)
  // The old stream is closed: the request has come.
  assert.equal(conditionIn(await errorOf(client)), 'conflict')
  settle[0]?.()
  assert.equal((await resumed).attrs['h'], '1')
})

test('a session that nobody resumes is over, and what was not confirmed is told', async (t) => {
  const s = await testStreams(t, { resumeMs: 300_000 })
  const { client } = await managed(s)
  client.cut()
  const message = await recordedMessage('1')
  const resource = s.router.resources[0] ?? assert.fail()
  await s.router.until(() => true)
  while (s.streams.counts().connections > 0) await new Promise((resolve) => setImmediate(resolve))
  resource.send(transientPresence('bo@localhost/a', '1'))
  resource.send(message)
  s.pass(299_000)
  assert.equal(s.router.gone.length, 0)
  s.pass(1_000)
  await s.router.until(() => s.router.gone.length === 1)
  assert.deepEqual(s.router.gone[0]?.undelivered, [message])
})

test('a session that waits is over when too much waits for it', async (t) => {
  const s = await testStreams(t, { queueStanzasMax: 10 })
  const { client } = await managed(s)
  client.cut()
  while (s.streams.counts().connections > 0) await new Promise((resolve) => setImmediate(resolve))
  for (let i = 0; i < 11; i++) s.router.resources[0]?.send(await recordedMessage(`${i}`))
  await s.router.until(() => s.router.gone.length === 1)
  assert.equal(s.router.gone[0]?.undelivered.length, 11)
})

test('a client that has said goodbye cannot come back to its session', async (t) => {
  const s = await testStreams(t)
  const { client, id } = await managed(s)
  client.close()
  await s.router.until(() => s.router.gone.length === 1)
  const again = await Client.authenticated({ ...ann, port: s.port })
  assert.equal(conditionIn(await again.resume(id, 0)), 'item-not-found')
})

test('a silent client is asked, cut, and can come back', async (t) => {
  const s = await testStreams(t, { idleMs: 240_000, answerMs: 60_000 })
  const { client, id } = await managed(s)
  client.handled = null
  s.pass(1_000)
  s.pass(240_000)
  assert.equal((await client.next()).name, 'r')
  s.pass(60_000)
  assert.equal(conditionIn(await errorOf(client)), 'connection-timeout')
  const again = await Client.authenticated({ ...ann, port: s.port })
  assert.equal((await again.resume(id, 0)).name, 'resumed')
})

test('whose session has expired is told how much of it was handled, and nobody else is', async (t) => {
  const s = await testStreams(t, { resumeMs: 60_000 })
  const { client, id } = await managed(s)
  client.send(`<message id='1'/><message id='2'/><r xmlns='${sm}'/>`)
  assert.deepEqual((await client.next()).attrs, { h: '2' })
  client.cut()
  while (s.streams.counts().connections > 0) await new Promise((resolve) => setImmediate(resolve))
  s.pass(60_000)
  await s.router.until(() => s.router.gone.length === 1)
  const bo = await Client.authenticated({ ...ann, user: 'bo', port: s.port })
  assert.deepEqual((await bo.resume(id, 0)).attrs, {})
  const again = await Client.authenticated({ ...ann, port: s.port })
  const failed = await again.resume(id, 0)
  assert.deepEqual([conditionIn(failed), failed.attrs], ['item-not-found', { h: '2' }])
})

test('who comes back while his session ends is told the count that it ends with', async (t) => {
  const s = await testStreams(t)
  const settle: (() => void)[] = []
  s.router.handle = async () => await new Promise((resolve) => settle.push(() => resolve()))
  const { client, id } = await managed(s)
  client.send(`<message id='1'/>`)
  await s.router.until(() => settle.length === 1)
  s.router.resources[0]?.close('conflict')
  const again = await Client.authenticated({ ...ann, port: s.port })
  const failed = again.resume(id, 0)
  settle[0]?.()
  assert.deepEqual((await failed).attrs, { h: '1' })
})
