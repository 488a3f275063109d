import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'

import { Client } from '../../../test/client/client.ts'
import { conditionIn } from '../../../test/client/link.ts'
import { WebSocketLink } from '../../../test/client/websocket-link.ts'
import { recordedMessage } from '../../../test/fakes/outbound.ts'
import { testStreams, type TestStreams } from '../../../test/fakes/streams.ts'

const framing = 'urn:ietf:params:xml:ns:xmpp-framing'
const ann = { user: 'ann', password: 'pw', over: 'websocket', resource: 'web' } as const

async function linkTo(s: TestStreams): Promise<WebSocketLink> {
  return await WebSocketLink.connect(await s.webSocket('ws'))
}

test('each frame is one element that stands alone', async (t) => {
  const s = await testStreams(t)
  const url = await s.webSocket('ws')
  const client = await Client.signIn({ ...ann, url })
  for (const text of ['1', '2']) s.router.resources[0]?.send(await recordedMessage(text))
  await client.next()
  await client.next()
  const { link } = client
  assert.ok(link instanceof WebSocketLink)
  assert.match(link.frames[0] ?? '', /^<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' /)
  assert.match(link.frames[1] ?? '', /^<stream:features xmlns:stream='http:.*<\/stream:features>$/)
  assert.deepEqual(link.frames.slice(-2), [
    `<message xmlns='jabber:client'><body>1</body></message>`,
    `<message xmlns='jabber:client'><body>2</body></message>`,
  ])
})

test('STARTTLS is not offered: TLS is the business of the WebSocket', async (t) => {
  const s = await testStreams(t)
  const client = await Client.connect({ ...ann, url: await s.webSocket('ws') })
  assert.deepEqual(client.mechanisms(), ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN', 'OAUTHBEARER'])
  const secure = await Client.connect({ ...ann, url: await s.webSocket('wss') })
  assert.ok(secure.mechanisms().includes('SCRAM-SHA-256-PLUS'))
})

test('the client closes with <close/>, is answered, and the WebSocket closes', async (t) => {
  const s = await testStreams(t)
  const client = await Client.signIn({ ...ann, url: await s.webSocket('ws') })
  const { link } = client
  assert.ok(link instanceof WebSocketLink)
  client.close()
  await once(link.ws, 'close')
  assert.equal(link.frames.at(-1), `<close xmlns='${framing}'/>`)
  assert.equal(s.router.gone.length, 1)
})

for (const [name, frames, condition] of [
  ['another host', [`<open xmlns='${framing}' to='other.example' version='1.0'/>`], 'host-unknown'],
  ['half an element', [`<open xmlns='${framing}'`], 'not-well-formed'],
  [
    'two elements in one frame',
    [`<open xmlns='${framing}' to='localhost' version='1.0'/><a/>`],
    'bad-format',
  ],
  ['another framing element', [`<hello xmlns='${framing}'/>`], 'invalid-xml'],
  [
    'a message before sign-in',
    [`<open xmlns='${framing}' to='localhost' version='1.0'/>`, `<message xmlns='jabber:client'/>`],
    'not-authorized',
  ],
] as const) {
  test(`${name} ends the stream with ${condition}`, async (t) => {
    const s = await testStreams(t)
    const link = await linkTo(s)
    for (const frame of frames) link.send(frame)
    const all = await link.incoming.rest()
    assert.equal(all[0]?.name, 'open')
    assert.equal(conditionIn(all.at(-1) ?? assert.fail()), condition)
    assert.equal(link.frames.at(-1), `<close xmlns='${framing}'/>`)
  })
}

test('binary frames are refused', async (t) => {
  const s = await testStreams(t)
  const link = await linkTo(s)
  link.ws.send(Buffer.from(`<open xmlns='${framing}' to='localhost' version='1.0'/>`))
  assert.equal(conditionIn((await link.incoming.rest()).at(-1) ?? assert.fail()), 'bad-format')
})

test('frames that come while one is on its way wait for it', async (t) => {
  const s = await testStreams(t, { unsettledMax: 4 })
  let open = 0
  s.router.handle = async () => {
    open += 1
    assert.ok(open <= 4)
    await new Promise((resolve) => setImmediate(resolve))
    open -= 1
  }
  const client = await Client.signIn({ ...ann, url: await s.webSocket('ws') })
  for (let i = 0; i < 500; i++) client.send(`<message xmlns='jabber:client' id='${i}'/>`)
  await s.router.until(() => s.router.stanzas.length === 500)
  const ids = s.router.stanzas.map(({ stanza }) => Number(stanza.attrs['id']))
  assert.deepEqual(ids, [...ids.keys()])
})

test('an acknowledgement that waits sends no frame before', async (t) => {
  const s = await testStreams(t)
  const settle: (() => void)[] = []
  s.router.handle = async () => await new Promise((resolve) => settle.push(() => resolve()))
  const client = await Client.signIn({ ...ann, url: await s.webSocket('ws') })
  await client.enable(true)
  client.send(`<message xmlns='jabber:client'/>`)
  client.send(`<r xmlns='urn:xmpp:sm:3'/>`)
  client.send(`<r xmlns='urn:xmpp:sm:3'/>`)
  assert.deepEqual((await client.next()).attrs, { h: '0' })
  settle[0]?.()
  assert.deepEqual((await client.next()).attrs, { h: '1' })
})
