import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectTls } from 'node:tls'
import { test } from 'node:test'

import { Client } from '../../../test/client/client.ts'
import { conditionIn, TcpLink } from '../../../test/client/link.ts'
import { ScramClient } from '../../../test/client/scram.ts'
import { testStreams } from '../../../test/fakes/streams.ts'
import { child, elements, type Element } from '../../xml/element.ts'

const header = (attrs: string): string =>
  `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' ${attrs}>`
const good = header("to='localhost' version='1.0'")
const startTls = `<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`

/** Everything but the last is skipped: the error that ended the stream. */
async function errorAfter(port: number, text: string): Promise<string> {
  const link = await TcpLink.connect(port)
  link.send(text)
  const all: readonly Element[] = await link.incoming.rest()
  assert.equal(all[0]?.name, 'stream', 'our header comes first, RFC 6120 §4.9.1.2')
  const last = all.at(-1)
  assert.equal(last?.name, 'error')
  assert.ok(link.received.endsWith('</stream:stream>'))
  return last ? conditionIn(last) : ''
}

const cases: readonly (readonly [name: string, sent: string, condition: string])[] = [
  ['another host', header("to='other.example' version='1.0'"), 'host-unknown'],
  ['no address', header("version='1.0'"), 'improper-addressing'],
  ['no version', header("to='localhost'"), 'unsupported-version'],
  ['an old version', header("to='localhost' version='0.9'"), 'unsupported-version'],
  ['a broken from', header("to='localhost' version='1.0' from='@'"), 'invalid-from'],
  [
    'the namespace of servers',
    `<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' to='localhost' version='1.0'>`,
    'invalid-namespace',
  ],
  [
    'another stream namespace',
    `<stream:stream xmlns='jabber:client' xmlns:stream='urn:x' to='localhost' version='1.0'>`,
    'invalid-namespace',
  ],
  ['what is no XML', 'GET / HTTP/1.1\r\n\r\n', 'not-well-formed'],
  ['mismatched tags', `${good}<a><b></a>`, 'not-well-formed'],
  ['a comment', `${good}<!-- -->`, 'restricted-xml'],
  ['an encoding', `<?xml version='1.0' encoding='latin-1'?>${good}`, 'unsupported-encoding'],
  ['too much from a stranger', `${good}<auth>${'x'.repeat(20_000)}`, 'policy-violation'],
  ['a message before sign-in', `${good}<message/>`, 'not-authorized'],
  ['an unknown element before sign-in', `${good}<x xmlns='urn:x'/>`, 'not-authorized'],
]
for (const [name, sent, condition] of cases) {
  test(`${name} ends the stream with ${condition}`, async (t) => {
    const s = await testStreams(t)
    assert.equal(await errorAfter(s.port, sent), condition)
    assert.equal(s.router.resources.length, 0)
  })
}

test('features before TLS: STARTTLS is required, and nothing else is offered', async (t) => {
  const s = await testStreams(t, { allowPlaintext: 'never' })
  const client = await Client.connect({ user: '', password: '', over: 'plain', port: s.port })
  const [first, ...others] = elements(client.features ?? assert.fail())
  assert.equal(first?.name, 'starttls')
  assert.ok(first && child(first, 'required', first.ns))
  assert.deepEqual(others, [])
  const signIn = client.authenticate({ user: 'ann', password: 'pw', mechanism: 'PLAIN' })
  await assert.rejects(signIn, { message: 'encryption-required' })
})

test('features inside TLS: no STARTTLS, channel binding and its types', async (t) => {
  const s = await testStreams(t)
  const client = await Client.connect({ user: '', password: '', over: 'starttls', port: s.port })
  assert.equal(
    client.link instanceof TcpLink && client.link.received.includes('xmpp-tls'),
    true,
    'it was offered in clear',
  )
  const features = client.features ?? assert.fail()
  assert.deepEqual(
    elements(features).map(({ name }) => name),
    ['mechanisms', 'authentication', 'sasl-channel-binding'],
  )
  assert.deepEqual(client.mechanisms(), [
    'SCRAM-SHA-256-PLUS',
    'SCRAM-SHA-1-PLUS',
    'SCRAM-SHA-256',
    'SCRAM-SHA-1',
    'PLAIN',
    'OAUTHBEARER',
  ])
  const types = elements(child(features, 'sasl-channel-binding', 'urn:xmpp:sasl-cb:0') ?? features)
  assert.deepEqual(
    types.map(({ attrs }) => attrs['type']),
    ['tls-exporter', 'tls-server-end-point'],
  )
})

test('what is sent in clear behind <starttls/> is forgotten', async (t) => {
  const s = await testStreams(t)
  const link = await TcpLink.connect(s.port)
  const client = new Client(link, 'localhost')
  await client.open()
  const plain = Buffer.from('\0bo\0pw').toString('base64')
  const injected = `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain}</auth>`
  link.send(startTls + good + injected)
  assert.equal((await link.incoming.next()).name, 'proceed')
  await link.secure('localhost')
  await client.open()
  await client.authenticate({ user: 'ann', password: 'pw' })
  await client.open()
  assert.deepEqual(s.signIns, ['ok'])
})

test('a second <starttls/> fails and ends the stream', async (t) => {
  const s = await testStreams(t)
  const client = await Client.connect({ user: '', password: '', over: 'starttls', port: s.port })
  client.send(startTls)
  const [failure, ...more] = await client.link.incoming.rest()
  assert.equal(failure?.name, 'failure')
  assert.deepEqual(more, [])
})

test('a failed TLS handshake closes the connection, and only that', async (t) => {
  const s = await testStreams(t)
  const link = await TcpLink.connect(s.directPort)
  link.send('this is no ClientHello, whatever else it may be')
  assert.deepEqual(await link.incoming.rest(), [])
  await Client.signIn({ user: 'ann', password: 'pw', over: 'direct-tls', port: s.directPort })
})

test('direct TLS speaks xmpp-client, and no other protocol (XEP-0368)', async (t) => {
  const s = await testStreams(t)
  const where = { port: s.directPort, rejectUnauthorized: false }
  const right = connectTls({ ...where, ALPNProtocols: ['h2', 'xmpp-client'] })
  await once(right, 'secureConnect')
  assert.equal(right.alpnProtocol, 'xmpp-client')
  right.destroy()
  const wrong = connectTls({ ...where, ALPNProtocols: ['h2'] })
  await assert.rejects(once(wrong, 'secureConnect'))
})

test('after sign-in, a stanza before a bound resource is not authorized', async (t) => {
  const s = await testStreams(t)
  const who = { user: 'ann', password: 'pw', over: 'plain', port: s.port } as const
  const client = await Client.authenticated(who)
  client.send('<presence/>')
  assert.equal(
    conditionIn((await client.link.incoming.rest())[0] ?? assert.fail()),
    'not-authorized',
  )
})

test('after sign-in, a stream from somebody else is refused', async (t) => {
  const s = await testStreams(t)
  const who = { user: 'ann', password: 'pw', over: 'plain', port: s.port } as const
  const client = await Client.connect(who)
  await client.authenticate(who)
  client.link.open('localhost', " from='bo@localhost'")
  const [, error] = await client.link.incoming.rest()
  assert.equal(conditionIn(error ?? assert.fail()), 'invalid-from')
})

test('features after sign-in: bind, the session of old clients, stream management, client state', async (t) => {
  const s = await testStreams(t)
  const client = await Client.authenticated({
    user: 'ann',
    password: 'pw',
    over: 'plain',
    port: s.port,
  })
  const names = elements(client.features ?? assert.fail()).map(({ name }) => name)
  assert.deepEqual(names, ['bind', 'session', 'sm', 'csi'])
})

test('who does not sign in within the time limit is let go', async (t) => {
  const s = await testStreams(t, { negotiationMs: 60_000 })
  const link = await TcpLink.connect(s.port)
  const client = new Client(link, 'localhost')
  await client.open()
  s.pass(59_000)
  s.pass(1_000)
  assert.equal(conditionIn(await link.incoming.next()), 'connection-timeout')
})

test('strangers from one address get a bounded number of connections', async (t) => {
  const s = await testStreams(t, { strangersPerAddressMax: 2 })
  const who = { user: 'ann', password: 'pw', over: 'plain', port: s.port } as const
  const first = await Client.connect(who)
  await Client.connect(who)
  const third = await TcpLink.connect(s.port)
  assert.deepEqual(await third.incoming.rest(), [])
  await first.authenticate(who)
  await first.open()
  const fourth = await TcpLink.connect(s.port)
  assert.deepEqual(await fourth.incoming.rest(), [], 'one account could open any number')
  // Who has bound a resource is no stranger.
  await first.bind()
  await Client.connect(who)
})

test('the client closes its stream, and we close ours', async (t) => {
  const s = await testStreams(t)
  const link = await TcpLink.connect(s.port)
  link.send(`${good}</stream:stream>`)
  await link.incoming.rest()
  assert.ok(link.received.endsWith('</stream:stream>'))
})

test('stopping tells each client that the system shuts down', async (t) => {
  const s = await testStreams(t)
  const client = await Client.signIn({ user: 'ann', password: 'pw', over: 'plain', port: s.port })
  const stopped = s.streams.stop()
  assert.equal(conditionIn(await client.next()), 'system-shutdown')
  await stopped
  assert.equal(s.router.gone.length, 1)
  assert.deepEqual(s.streams.counts(), { connections: 0, sessions: 0 })
})

test('a sign-in that is not bound yet does not outlive a change of the account', async (t) => {
  const s = await testStreams(t)
  const who = { user: 'ann', password: 'pw', over: 'plain', port: s.port } as const
  const client = await Client.authenticated(who)
  const id = s.directory.find('ann@localhost')?.id ?? assert.fail()
  await s.directory.setEnabled(id, { enabled: true, by: { commandLine: true } })
  assert.equal(conditionIn(await client.next()), 'not-authorized')
  assert.equal(await client.nextOrEnd(), null)
})

test('an exchange that began before a change of the account does not sign in after it', async (t) => {
  const s = await testStreams(t)
  const client = await Client.connect({ user: 'ann', password: 'pw', over: 'plain', port: s.port })
  const scram = new ScramClient({ mechanism: 'SCRAM-SHA-256', user: 'ann', password: 'pw' })
  const challenge = await client.exchange('auth', scram.first(), 'SCRAM-SHA-256')
  const id = s.directory.find('ann@localhost')?.id ?? assert.fail()
  await s.directory.setEnabled(id, { enabled: true, by: { commandLine: true } })
  const final = Buffer.from(scram.final(challenge)).toString('base64')
  client.send(`<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>${final}</response>`)
  assert.equal(conditionIn(await client.next()), 'not-authorized')
})

test('a directory that cannot be read costs the one stream', async (t) => {
  const s = await testStreams(t)
  s.directory.checkPassword = async () => await Promise.reject(new Error('database is locked'))
  const client = await Client.connect({ user: 'ann', password: 'pw', over: 'plain', port: s.port })
  const plain = Buffer.from('\0ann\0pw').toString('base64')
  client.send(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain}</auth>`)
  assert.equal(conditionIn(await client.next()), 'internal-server-error')
})
