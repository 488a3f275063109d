import assert from 'node:assert/strict'
import { createHmac, hash } from 'node:crypto'
import { test } from 'node:test'
import { TLSSocket } from 'node:tls'

import { Client } from '../../../test/client/client.ts'
import { TcpLink } from '../../../test/client/link.ts'
import { testStreams, type TestStreams } from '../../../test/fakes/streams.ts'
import { Secret } from '../../base/secret.ts'
import { child, type Element, elements, textOf } from '../../xml/element.ts'
import { parseDateTime } from '../wire/date-time.ts'

const ann = { user: 'ann', password: 'pw' } as const
const ns = 'urn:xmpp:sasl:2'
const fastNs = 'urn:xmpp:fast:0'
const dayMs = 86_400_000
const none = 'HT-SHA-256-NONE'
const agent = (id: number): string =>
  `<user-agent xmlns='${ns}' id='d4565fa7-4d72-4749-b3d3-${String(id).padStart(12, '0')}'/>`
const phone = agent(1)
const ask = (mechanism = none): string =>
  `<request-token xmlns='${fastNs}' mechanism='${mechanism}'/>`
const tokenIn = (success: Element): string | null =>
  child(success, 'token', fastNs)?.attrs['token'] ?? null

/** Signs in by password, and asks for a token. */
async function firstToken(s: TestStreams, wishes = phone + ask()): Promise<string> {
  const client = await Client.connect({ ...ann, over: 'direct-tls', port: s.directPort })
  return tokenIn(await client.authenticate2({ ...ann, wishes })) ?? assert.fail('no token')
}

type Attempt = {
  readonly user?: string
  readonly mechanism?: string
  readonly bound?: Buffer
  readonly wishes?: string
  readonly fast?: string
}

/** Signs in by token on a connection of its own. @returns the success */
async function signIn(s: TestStreams, token: string, attempt: Attempt = {}): Promise<Element> {
  const client = await Client.connect({ ...ann, over: 'direct-tls', port: s.directPort })
  return await present(client, token, attempt)
}

async function present(client: Client, token: string, attempt: Attempt): Promise<Element> {
  const { user = 'ann', mechanism = none, bound = Buffer.alloc(0), wishes = phone } = attempt
  const fast = attempt.fast ?? `<fast xmlns='${fastNs}'/>`
  const sign = (side: string): Buffer =>
    createHmac('sha256', token).update(side).update(bound).digest()
  const message = Buffer.concat([Buffer.from(`${user}\0`), sign('Initiator')])
  const success = await client.exchange2(
    `<authenticate xmlns='${ns}' mechanism='${mechanism}'><initial-response>` +
      `${message.toString('base64')}</initial-response>${fast}${wishes}</authenticate>`,
  )
  const said = textOf(child(success, 'additional-data', ns))
  assert.equal(said, sign('Responder').toString('base64'), 'the server has proved itself')
  return success
}

const refused = { message: 'not-authorized' }

test('what can be signed in with by token is in the features, and in no other list', async (t) => {
  const s = await testStreams(t)
  const client = await Client.connect({ ...ann, over: 'direct-tls', port: s.directPort })
  const offer = child(client.features ?? assert.fail(), 'authentication', ns) ?? assert.fail()
  const inline = child(offer, 'inline', ns) ?? assert.fail()
  const fast = child(inline, 'fast', fastNs) ?? assert.fail()
  assert.deepEqual(
    elements(fast).map((mechanism) => textOf(mechanism)),
    ['HT-SHA-256-EXPR', 'HT-SHA-256-ENDP', 'HT-SHA-256-NONE'],
  )
  assert.deepEqual(fast.attrs, {}, 'no early data')
  assert.ok(!client.mechanisms().includes(none))
})

test('a client comes back with its token, and binds in the same go', async (t) => {
  const s = await testStreams(t)
  const token = await firstToken(s)
  const wishes = `${phone}<bind xmlns='urn:xmpp:bind:0'/>`
  const success = await signIn(s, token, { wishes })
  assert.equal(tokenIn(success), null, 'nothing is due')
  assert.equal(s.router.resources.length, 1)
  await signIn(s, token)
})

test('a token says until when it is good', async (t) => {
  const s = await testStreams(t)
  const client = await Client.connect({ ...ann, over: 'plain', port: s.port })
  const success = await client.authenticate2({ ...ann, wishes: phone + ask() })
  const expiry = child(success, 'token', fastNs)?.attrs['expiry'] ?? ''
  assert.equal(parseDateTime(expiry), 1_000_000 + 1_000_000_000)
})

for (const [mechanism, type] of [
  ['HT-SHA-256-EXPR', 'tls-exporter'],
  ['HT-SHA-256-ENDP', 'tls-server-end-point'],
] as const) {
  test(`a sign-in with ${mechanism} is bound by ${type}`, async (t) => {
    const s = await testStreams(t)
    const token = await firstToken(s, phone + ask(mechanism))
    const client = await Client.connect({ ...ann, over: 'direct-tls', port: s.directPort })
    assert.ok(client.link instanceof TcpLink && client.link.socket instanceof TLSSocket)
    const certificate = client.link.socket.getPeerX509Certificate() ?? assert.fail()
    const endPoint = hash('sha256', certificate.raw, 'buffer')
    const exported = client.link.exporter() ?? assert.fail()
    await assert.rejects(present(client, token, { mechanism, bound: Buffer.alloc(32) }), refused)
    await assert.rejects(present(client, token, { mechanism: none }), refused, 'no downgrade')
    await present(client, token, {
      mechanism,
      bound: type === 'tls-exporter' ? exported : endPoint,
    })
  })
}

test('where nothing can be bound to, only what binds to nothing is offered', async (t) => {
  const s = await testStreams(t)
  const token = await firstToken(s, phone + ask('HT-SHA-256-EXPR'))
  const client = await Client.connect({ ...ann, over: 'plain', port: s.port })
  const attempt = present(client, token, { mechanism: 'HT-SHA-256-EXPR' })
  await assert.rejects(attempt, { message: 'invalid-mechanism' })
})

test('another token, person or installation is refused, and so is a name that nobody has', async (t) => {
  const s = await testStreams(t)
  const token = await firstToken(s)
  await firstToken(s, agent(2) + ask())
  await assert.rejects(signIn(s, `${token}x`), refused)
  await assert.rejects(signIn(s, token, { wishes: agent(2) }), refused)
  await assert.rejects(signIn(s, token, { user: 'bo' }), refused)
  await assert.rejects(signIn(s, token, { user: 'nobody' }), refused)
  await signIn(s, token)
})

test('without <fast/> or an installation there is no such mechanism', async (t) => {
  const s = await testStreams(t)
  const token = await firstToken(s)
  const unknown = { message: 'invalid-mechanism' }
  await assert.rejects(signIn(s, token, { fast: '' }), unknown)
  await assert.rejects(signIn(s, token, { wishes: '' }), unknown)
})

test('who does not ask is given none, nor who has no id, nor for a mechanism that there is not', async (t) => {
  const s = await testStreams(t)
  for (const wishes of [phone, ask(), phone + ask('SCRAM-SHA-256')]) {
    const client = await Client.connect({ ...ann, over: 'plain', port: s.port })
    assert.equal(tokenIn(await client.authenticate2({ ...ann, wishes })), null)
  }
})

test('an old token is replaced, and good until its successor was used', async (t) => {
  const s = await testStreams(t)
  const first = await firstToken(s)
  s.pass(dayMs)
  const second = tokenIn(await signIn(s, first)) ?? assert.fail('it is due')
  // The answer may have been lost: then another is given out, and the one nobody used is good no more.
  const third = tokenIn(await signIn(s, first)) ?? assert.fail()
  await assert.rejects(signIn(s, second), refused)
  assert.equal(tokenIn(await signIn(s, third)), null)
  await assert.rejects(signIn(s, first), refused)
})

test('a token that has expired is told from one that never was', async (t) => {
  const s = await testStreams(t)
  const token = await firstToken(s)
  s.pass(1_000_000_000 - 1)
  await signIn(s, token)
  s.pass(1)
  await assert.rejects(signIn(s, token), { message: 'credentials-expired' })
  await assert.rejects(signIn(s, 'another'), refused)
})

test('a client that signs out for good takes its token with it', async (t) => {
  const s = await testStreams(t)
  const token = await firstToken(s)
  s.pass(dayMs)
  const fast = `<fast xmlns='${fastNs}' invalidate='true'/>`
  assert.equal(tokenIn(await signIn(s, token, { fast })), null, 'though it was due')
  await assert.rejects(signIn(s, token), refused)
  const again = await firstToken(s)
  const next = tokenIn(await signIn(s, again, { fast, wishes: phone + ask() })) ?? assert.fail()
  await assert.rejects(signIn(s, again), refused)
  await signIn(s, next)
})

test('a disabled person has no token any more, also when he is enabled again', async (t) => {
  const s = await testStreams(t)
  const token = await firstToken(s)
  const id = s.directory.find('ann@localhost')?.id ?? assert.fail()
  const by = { commandLine: true } as const
  await s.directory.setEnabled(id, { enabled: false, by })
  await assert.rejects(signIn(s, token), refused)
  await s.directory.setEnabled(id, { enabled: true, by })
  await assert.rejects(signIn(s, token), refused)
})

test('a new password ends all tokens', async (t) => {
  const s = await testStreams(t)
  const token = await firstToken(s)
  const id = s.directory.find('ann@localhost')?.id ?? assert.fail()
  await s.directory.setPassword(id, new Secret('new'), { commandLine: true })
  await assert.rejects(signIn(s, token), refused)
})

for (const [name, message] of [
  ['no name', `\0${'x'.repeat(32)}`],
  ['no proof', 'ann'],
  ['a short proof', `ann\0${'x'.repeat(31)}`],
  ['bytes that are no text', Buffer.concat([Buffer.from([0xff, 0]), Buffer.alloc(32)])],
] as const) {
  test(`${name} is malformed`, async (t) => {
    const s = await testStreams(t)
    const client = await Client.connect({ ...ann, over: 'plain', port: s.port })
    const first = Buffer.from(message).toString('base64')
    const attempt = client.exchange2(
      `<authenticate xmlns='${ns}' mechanism='${none}'><initial-response>${first}</initial-response>` +
        `<fast xmlns='${fastNs}'/>${phone}</authenticate>`,
    )
    await assert.rejects(attempt, { message: 'malformed-request' })
  })
}

test('guessing tokens is slowed down like guessing passwords', async (t) => {
  const s = await testStreams(t)
  const token = await firstToken(s)
  const wrong = Array.from({ length: 100 }, (_, i) => `nobody${i}`)
  for (const user of wrong) await assert.rejects(signIn(s, token, { user }), refused)
  await assert.rejects(signIn(s, token), { message: 'temporary-auth-failure' })
})
