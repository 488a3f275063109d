import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { TLSSocket } from 'node:tls'

import { Client } from '../../../test/client/client.ts'
import { conditionIn, TcpLink } from '../../../test/client/link.ts'
import { ScramClient } from '../../../test/client/scram.ts'
import { testStreams } from '../../../test/fakes/streams.ts'
import { defaultThrottle } from '../../directory/throttle.ts'

const ann = { user: 'ann', password: 'pw' } as const

for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN']) {
  test(`a client signs in over STARTTLS with ${mechanism}`, async (t) => {
    const s = await testStreams(t)
    const client = await Client.signIn({ ...ann, over: 'starttls', port: s.port, mechanism })
    assert.match(client.jid, /^ann@localhost\/.{16}$/)
    assert.equal(s.router.resources[0]?.jid.text, client.jid)
  })
}

for (const mechanism of ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-1-PLUS']) {
  test(`a client binds its sign-in to the TLS connection with ${mechanism}`, async (t) => {
    const s = await testStreams(t)
    const where = { over: 'direct-tls', port: s.directPort } as const
    const client = await Client.signIn({ ...ann, ...where, mechanism, resource: 'desk' })
    assert.equal(client.jid, 'ann@localhost/desk')
  })
}

for (const scheme of ['ws', 'wss'] as const) {
  test(`a client signs in over ${scheme}`, async (t) => {
    const s = await testStreams(t)
    const url = await s.webSocket(scheme)
    const client = await Client.signIn({ ...ann, over: 'websocket', url, resource: 'web' })
    assert.equal(client.jid, 'ann@localhost/web')
  })
}

test('a wrong password and an unknown name get the same answer', async (t) => {
  const s = await testStreams(t)
  for (const user of ['ann', 'nobody', 'no body', 'a@b']) {
    for (const mechanism of ['SCRAM-SHA-256', 'PLAIN']) {
      const who = { user, password: 'wrong', over: 'plain', port: s.port } as const
      await assert.rejects(Client.signIn({ ...who, mechanism }), { message: 'not-authorized' })
    }
  }
})

const sasl = `xmlns='urn:ietf:params:xml:ns:xmpp-sasl'`
const base64 = (text: string): string => Buffer.from(text).toString('base64')

for (const [name, sent, condition] of [
  ['an unknown mechanism', `<auth ${sasl} mechanism='DIGEST-MD5'>AAAA</auth>`, 'invalid-mechanism'],
  ['no mechanism', `<auth ${sasl}/>`, 'invalid-mechanism'],
  [
    '-PLUS without TLS',
    `<auth ${sasl} mechanism='SCRAM-SHA-256-PLUS'>AAAA</auth>`,
    'invalid-mechanism',
  ],
  ['what is no base64', `<auth ${sasl} mechanism='PLAIN'>A-==</auth>`, 'incorrect-encoding'],
  ['an empty message', `<auth ${sasl} mechanism='PLAIN'>=</auth>`, 'malformed-request'],
  [
    'PLAIN without a password',
    `<auth ${sasl} mechanism='PLAIN'>${base64('\0ann\0')}</auth>`,
    'malformed-request',
  ],
  [
    'another authorization id',
    `<auth ${sasl} mechanism='PLAIN'>${base64('bo@localhost\0ann\0pw')}</auth>`,
    'invalid-authzid',
  ],
  ['a response to nothing', `<response ${sasl}>AAAA</response>`, 'malformed-request'],
  ['an abort', `<abort ${sasl}/>`, 'aborted'],
  ['another element', `<success ${sasl}/>`, 'malformed-request'],
] as const) {
  test(`${name} fails with ${condition}, and the client may try again`, async (t) => {
    const s = await testStreams(t)
    const client = await Client.connect({ ...ann, over: 'plain', port: s.port })
    client.send(sent)
    assert.equal(conditionIn(await client.next()), condition)
    await client.authenticate(ann)
    await client.open()
  })
}

test('without an initial response the first challenge is empty', async (t) => {
  const s = await testStreams(t)
  const client = await Client.connect({ ...ann, over: 'plain', port: s.port })
  client.send(`<auth ${sasl} mechanism='PLAIN'/>`)
  const challenge = await client.next()
  assert.deepEqual([challenge.name, challenge.children], ['challenge', []])
  await client.exchange('response', 'ann@localhost\0ann\0pw')
  await client.open()
})

test('a stream has a bounded number of failures', async (t) => {
  const s = await testStreams(t, { signInFailuresMax: 3 })
  const client = await Client.connect({ ...ann, over: 'plain', port: s.port })
  for (let i = 0; i < 3; i++) {
    const attempt = client.authenticate({ ...ann, password: 'wrong', mechanism: 'PLAIN' })
    await assert.rejects(attempt, { message: 'not-authorized' })
  }
  assert.equal(conditionIn(await client.next()), 'policy-violation')
})

test('answers come slower for an account that somebody guesses at, right ones too', async (t) => {
  const throttle = { ...defaultThrottle, accountFree: 1, delayMs: 2_000 }
  const s = await testStreams(t, { throttle })
  const client = await Client.connect({ ...ann, over: 'plain', port: s.port })
  const wrong = client.authenticate({ ...ann, password: 'wrong', mechanism: 'PLAIN' })
  await assert.rejects(wrong, { message: 'not-authorized' })

  let isAnswered = false
  const right = client.authenticate({ ...ann, mechanism: 'PLAIN' }).then(() => (isAnswered = true))
  // Another client's whole sign-in passes meanwhile.
  await Client.signIn({ user: 'bo', password: 'pw', over: 'plain', port: s.port })
  s.pass(1_000)
  await Client.signIn({ user: 'bo', password: 'pw', over: 'plain', port: s.port })
  assert.equal(isAnswered, false)
  s.pass(1_000)
  await right
  await client.open()
})

test('an address that guesses too much is told to come back later', async (t) => {
  const throttle = { ...defaultThrottle, addressFree: 2 }
  const s = await testStreams(t, { throttle })
  const client = await Client.connect({ ...ann, over: 'plain', port: s.port })
  for (const user of ['x', 'y']) {
    await assert.rejects(client.authenticate({ user, password: 'x' }), {
      message: 'not-authorized',
    })
  }
  await assert.rejects(client.authenticate(ann), { message: 'temporary-auth-failure' })
  assert.deepEqual(s.signIns, ['failed', 'failed', 'throttled'])
  s.pass(defaultThrottle.addressLeakMs)
  await client.authenticate(ann)
  await client.open()
})

test('a sign-in that is bound to another connection is refused', async (t) => {
  const s = await testStreams(t)
  const client = await Client.connect({ ...ann, over: 'direct-tls', port: s.directPort })
  const scram = new ScramClient({
    mechanism: 'SCRAM-SHA-256-PLUS',
    ...ann,
    flag: 'p=tls-exporter',
    bound: Buffer.alloc(32),
  })
  const challenge = await client.exchange('auth', scram.first(), 'SCRAM-SHA-256-PLUS')
  const final = client.exchange('response', scram.final(challenge))
  await assert.rejects(final, { message: 'not-authorized' })
})

for (const type of ['tls-server-end-point', 'tls-unique']) {
  test(`a sign-in can be bound by ${type}, which not every client goes beyond`, async (t) => {
    const s = await testStreams(t)
    const client = await Client.connect({ ...ann, over: 'direct-tls', port: s.directPort })
    assert.ok(client.link instanceof TcpLink && client.link.socket instanceof TLSSocket)
    const { socket } = client.link
    const certificate = socket.getPeerX509Certificate() ?? assert.fail()
    const unique = socket.getFinished() ?? assert.fail()
    const bound = type === 'tls-unique' ? unique : hash('sha256', certificate.raw, 'buffer')
    const mechanism = 'SCRAM-SHA-1-PLUS'
    const scram = new ScramClient({ mechanism, ...ann, flag: `p=${type}`, bound })
    const challenge = await client.exchange('auth', scram.first(), mechanism)
    assert.ok(scram.isServer(await client.exchange('response', scram.final(challenge))))
    await client.open()
  })
}
