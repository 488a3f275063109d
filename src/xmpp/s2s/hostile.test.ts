// Another server that says whatever it likes.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { createServer as createPlainServer, type Socket } from 'node:net'
import { createServer } from 'node:tls'
import { type Network, type TestServers, testServers } from '../../../test/fakes/servers.ts'
import { Raw } from '../../../test/e2e/raw.ts'
import { createAuthority } from '../../../test/support/authority.ts'
import { type S2sSettings } from './settings.ts'

const authority = createAuthority()
const ns = `xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' xmlns:db='jabber:server:dialback'`
const header = (to = 'a.example', from = 'b.example'): string =>
  `<stream:stream ${ns} version='1.0' to='${to}' from='${from}'>`

async function server(
  t: TestContext,
  changes: Partial<S2sSettings> = {},
): Promise<{ readonly a: TestServers; readonly net: Network }> {
  const net: Network = { authority, hosts: new Map() }
  return { a: await testServers(t, net, 'a.example', changes), net }
}

/** Over direct TLS, without a certificate. */
async function stranger(t: TestContext, a: TestServers): Promise<Raw> {
  const raw = await Raw.connect(a.directPort, { tls: true })
  t.after(() => raw.destroy())
  return raw
}

for (const [what, said, condition] of [
  ['a domain that is not here', header('c.example'), 'host-unknown'],
  ['no domain at all', `<stream:stream ${ns} version='1.0'>`, 'improper-addressing'],
  ['no version', header().replace(` version='1.0'`, ''), 'unsupported-version'],
  ['our own name as its own', header('a.example', 'a.example'), 'invalid-from'],
  ['a person as a server', header('a.example', 'x@b.example'), 'invalid-from'],
  ['what clients say', header().replace('jabber:server', 'jabber:client'), 'invalid-namespace'],
  ['no XML', `${header()}<<`, 'not-well-formed'],
] as const) {
  test(`who says ${what} in a header is told so, and put out`, async (t) => {
    const { a } = await server(t)
    const raw = await stranger(t, a)
    assert.match(await raw.send(said).ended(), new RegExp(`<stream:error><${condition} `))
  })
}

test('in clear there is TLS and nothing else', async (t) => {
  const { a } = await server(t)
  const raw = await Raw.connect(a.port)
  t.after(() => raw.destroy())
  const offers = await raw.send(header()).until('</stream:features>')
  assert.match(offers, /<starttls [^>]*><required\/>/)
  assert.doesNotMatch(offers, /EXTERNAL|<dialback/)
  raw.send(`<db:result from='b.example' to='a.example'>key</db:result>`)
  assert.match(await raw.ended(), /policy-violation/)
})

test('a stanza before any proof ends the stream, and is not heard', async (t) => {
  const { a } = await server(t)
  const raw = await stranger(t, a)
  raw.send(`${header()}<message from='x@b.example' to='ann@a.example'><body>hi</body></message>`)
  assert.match(await raw.ended(), /not-authorized/)
  assert.deepEqual(a.received, [])
})

test('without a certificate EXTERNAL is neither offered nor taken', async (t) => {
  const { a } = await server(t)
  const raw = await stranger(t, a)
  assert.doesNotMatch(await raw.send(header()).until('</stream:features>'), /EXTERNAL/)
  raw.send(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>`)
  assert.match(await raw.until('</failure>'), /invalid-mechanism/)
})

test('a key that the server of the domain does not know proves nothing', async (t) => {
  const { a, net } = await server(t)
  await testServers(t, net, 'b.example')
  const raw = await stranger(t, a)
  raw.send(`${header()}<db:result from='b.example' to='a.example'>forged</db:result>`)
  raw.send(`<message from='x@b.example' to='ann@a.example'><body>hi</body></message>`)
  assert.match(await raw.ended(), /type='invalid'.*<\/stream:stream>$/)
  assert.deepEqual(a.received, [])
})

test('anybody may ask about a key, and only one of ours is valid', async (t) => {
  const { a } = await server(t)
  const raw = await stranger(t, a)
  raw.send(`${header()}<db:verify from='b.example' to='a.example' id='x'>forged</db:verify>`)
  assert.match(await raw.until(`type=`), /<db:verify [^>]*type='invalid'/)
})

test('an element that is too long, and one that never ends, cost the stream', async (t) => {
  const { a } = await server(t)
  const raw = await stranger(t, a)
  raw.send(`${header()}<message from='x@b.example' to='${'a'.repeat(20_000)}`)
  assert.match(await raw.ended(), /policy-violation/)
})

test('who does not prove anything in time is put out, and so is who tries too often', async (t) => {
  const { a } = await server(t)
  const slow = await stranger(t, a)
  await slow.send(header()).until('</stream:features>')
  a.pass(30_000)
  assert.match(await slow.ended(), /connection-timeout/)
  const eager = await stranger(t, a)
  eager.send(header())
  for (let n = 0; n < 30; n++) {
    eager.send(`<db:verify from='b.example' to='a.example' id='${n}'>x</db:verify>`)
  }
  assert.match(await eager.ended(), /Too many attempts/)
})

test('one address has a bounded number of strangers', async (t) => {
  const { a } = await server(t, { strangersPerAddressMax: 2 })
  await stranger(t, a)
  await stranger(t, a)
  const third = await Raw.connect(a.port)
  t.after(() => third.destroy())
  assert.equal(await third.ended(), '')
})

test('further pairs may be proved on a stream, and no others be spoken for', async (t) => {
  const { a, net } = await server(t)
  await voucher(t, net, ['b.example', 'rooms.b.example'])
  const raw = await stranger(t, a)
  await raw.send(header() + key('b.example')).until(`to='b.example' type='valid'`)
  raw.send(said('b.example'))
  await raw.send(key('rooms.b.example')).until(`to='rooms.b.example' type='valid'`)
  raw.send(said('rooms.b.example'))
  await a.until(() => a.received.length === 2)
  raw.send(said('c.example'))
  assert.match(await raw.ended(), /invalid-from/)
  assert.equal(a.received.length, 2)
})

test('XEP-0198 counts what is settled, and a count that is too high ends the stream', async (t) => {
  const { a, net } = await server(t)
  await voucher(t, net, ['b.example'])
  const raw = await stranger(t, a)
  raw.send(`${header()}<db:result from='b.example' to='a.example'>any</db:result>`)
  await raw.until(`type='valid'`)
  raw.send(`<enable xmlns='urn:xmpp:sm:3'/>`)
  await raw.until('<enabled')
  raw.send(`<message from='x@b.example' to='ann@a.example'/><r xmlns='urn:xmpp:sm:3'/>`)
  await raw.until(`h='1'`)
  raw.send(`<a xmlns='urn:xmpp:sm:3' h='7'/>`)
  assert.match(await raw.ended(), /policy-violation/)
})

test('a connection that is being made when we stop is ended, whatever the other side says or not', async (t) => {
  const { a, net } = await server(t)
  const silent = createPlainServer()
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.after(() => silent.close())
  const place = silent.address()
  const port = typeof place === 'object' && place ? place.port : 0
  net.hosts.set('b.example', { host: '127.0.0.1', port, directTls: false })
  const connected = once(silent, 'connection')
  await a.say('x@b.example', 'hello')
  await a.servers.stop()
  const [socket]: Socket[] = await connected
  assert.ok(socket)
  socket.on('error', () => {}).resume()
  await once(socket, 'close')
})

for (const [what, answer, had] of [
  ['is answered', true, 'hello: handed'],
  ['nobody answers in a minute', false, 'hello: unanswered'],
] as const) {
  test(`without XEP-0198 a ping is sent behind a message; it ${what}, and that is what is known`, async (t) => {
    const { a, net } = await server(t)
    await voucher(t, net, ['b.example'])
    const raw = await stranger(t, a)
    raw.send(`${header()}<bidi xmlns='urn:xmpp:bidi'/>${key('b.example')}`)
    await raw.until(`type='valid'`)
    await a.say('x@b.example', 'hello')
    const ping = await raw.until('</iq>')
    const [, id] = /<iq [^>]*id='([^']*)'/.exec(ping) ?? []
    assert.deepEqual(a.had, [])
    if (answer) raw.send(`<iq type='result' id='${id}' from='b.example' to='a.example'/>`)
    else a.pass(60_000)
    await a.until(() => a.had.length > 0)
    assert.deepEqual(a.had, [had])
  })
}

test('a server that was given up is tried when it makes a stream that goes one way', async (t) => {
  const { a, net } = await server(t, { giveUpMs: 10_000, pauseMs: 60_000 })
  net.hosts.set('b.example', { host: '127.0.0.1', port: 1, directTls: false })
  await a.say('x@b.example', 'hello')
  await a.until(() => a.streams.includes('out failed'))
  a.pass(10_000)
  assert.deepEqual(a.outages, ['begun b.example'])
  await voucher(t, net, ['b.example'])
  const place = net.hosts.get('b.example')
  let tries = 0
  net.hosts.get = () => {
    tries += 1
    return place
  }
  const raw = await stranger(t, a)
  await raw.send(header() + key('b.example')).until(`type='valid'`)
  // Once to ask about the key, and once for ourselves.
  await a.until(() => tries === 2)
})

const said = (from: string): string =>
  `<message from='x@${from}' to='ann@a.example'><body>${from}</body></message>`
const key = (from: string): string => `<db:result from='${from}' to='a.example'>any</db:result>`

/** The server of these domains, which says of each key that it is right. */
async function voucher(t: TestContext, net: Network, domains: readonly string[]): Promise<void> {
  const sockets = new Set<Socket>()
  const vouch = createServer({ ...authority.issue({ dns: domains }) }, (socket) => {
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      const [, from, to, id] =
        /<db:verify [^>]*from='(\S+)' to='(\S+)' id='(\S+)'/.exec(String(chunk)) ?? []
      if (id === undefined)
        socket.write(`<stream:stream ${ns} id='s' version='1.0'><stream:features/>`)
      else socket.write(`<db:verify from='${to}' to='${from}' id='${id}' type='valid'/>`)
    })
  })
  // Also those whose handshake has not ended.
  vouch.on('connection', (socket: Socket) => sockets.add(socket))
  vouch.listen(0, '127.0.0.1')
  await once(vouch, 'listening')
  t.after(() => {
    vouch.close()
    // Who is still being greeted would wait for ever.
    for (const socket of sockets) socket.destroy()
  })
  const place = vouch.address()
  const port = typeof place === 'object' && place ? place.port : 0
  for (const domain of domains) net.hosts.set(domain, { host: '127.0.0.1', port, directTls: true })
}
