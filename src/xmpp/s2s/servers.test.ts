import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { type Network, type TestServers, testServers } from '../../../test/fakes/servers.ts'
import { createAuthority } from '../../../test/support/authority.ts'

const authority = createAuthority()
const stranger = createAuthority('Somebody else')

function network(): Network {
  return { authority, hosts: new Map() }
}

function message(from: string, to: string, body: string): string {
  return `<message from='${from}' to='${to}'><body>${body}</body></message>`
}

async function arrives(at: TestServers, count: number): Promise<void> {
  await at.until(() => at.received.length >= count)
}

async function comesBack(to: TestServers, count = 1): Promise<void> {
  await to.until(() => to.returned.length >= count)
}

test('what one server says the other hears, in order, and the answer comes back on the same stream', async (t) => {
  const net = network()
  const a = await testServers(t, net, 'a.example')
  const b = await testServers(t, net, 'b.example')
  for (let n = 0; n < 50; n++) await a.say('ben@b.example', `m${n}`)
  await arrives(b, 50)
  await b.say('somebody@a.example', 'back')
  await arrives(a, 1)

  assert.deepEqual(
    b.received,
    Array.from({ length: 50 }, (_, n) => message('somebody@a.example', 'ben@b.example', `m${n}`)),
  )
  assert.deepEqual(a.received, [message('somebody@b.example', 'somebody@a.example', 'back')])
  assert.deepEqual([a.streams, b.streams], [['out up'], ['in up']])
})

test('with TLS from the start it is the same', async (t) => {
  const net = network()
  const a = await testServers(t, net, 'a.example')
  const b = await testServers(t, net, 'b.example', { directTls: true })
  await a.say('ben@b.example', 'hello')
  await arrives(b, 1)
})

test('a server whose certificate is for servers alone is asked about at its domain, and believed', async (t) => {
  const net = network()
  const pair = authority.issue({ dns: ['a.example'], clientAuth: false })
  const a = await testServers(t, net, 'a.example', { pair })
  const b = await testServers(t, net, 'b.example')
  await a.say('ben@b.example', 'hello')
  await arrives(b, 1)
  await b.say('somebody@a.example', 'back')
  await arrives(a, 1)
})

for (const [what, pair, why] of [
  ['expired', authority.issue({ dns: ['b.example'], expired: true }), 'has expired'],
  ['for another name', authority.issue({ dns: ['c.example'] }), 'is for another name'],
  ['self-signed', authority.issue({ dns: ['b.example'], selfSigned: true }), 'is self-signed'],
  ['of a strange authority', stranger.issue({ dns: ['b.example'] }), 'not trusted here'],
] as const) {
  test(`a server is told nothing whose certificate is ${what}, and the sender hears why`, async (t) => {
    const net = network()
    const a = await testServers(t, net, 'a.example')
    const b = await testServers(t, net, 'b.example', { pair })
    await a.say('ben@b.example', 'secret')
    await comesBack(a)
    assert.match(a.returned[0] ?? '', /^secret: remote-server-not-found, Its certificate/)
    assert.ok(a.returned[0]?.includes(why))
    assert.deepEqual(b.received, [])
  })

  test(`a server is not heard whose certificate is ${what}: its key proves nothing`, async (t) => {
    const net = network()
    const a = await testServers(t, net, 'a.example')
    const b = await testServers(t, net, 'b.example', { pair })
    await b.say('ann@a.example', 'believe me')
    await b.until(() => b.streams.includes('out failed'))
    assert.deepEqual(a.received, [])
  })
}

test('where the operator says so dialback is enough, and a certificate that is agreed', async (t) => {
  const net = network()
  const pair = authority.issue({ dns: ['b.example'], selfSigned: true })
  const sha256 = fingerprint(pair.cert)
  for (const by of ['dialback', { sha256 }] as const) {
    const proof = [{ domain: 'b.example', by }]
    const a = await testServers(t, net, 'a.example', { policy: { proof } })
    const b = await testServers(t, net, 'b.example', { pair })
    await b.say('ann@a.example', 'hello')
    await arrives(a, 1)
    await a.say('ben@b.example', 'hello')
    await arrives(b, 1)
  }
})

test('another certificate than the agreed one is refused, whoever signed it', async (t) => {
  const net = network()
  const proof = [{ domain: 'b.example', by: { sha256: 'ab'.repeat(32) } }]
  const a = await testServers(t, net, 'a.example', { policy: { proof } })
  await testServers(t, net, 'b.example')
  await a.say('ben@b.example', 'secret')
  await comesBack(a)
  assert.match(a.returned[0] ?? '', /another than the one that is agreed/)
})

test('a sender of a domain that the stream has not proved ends it, and is not heard', async (t) => {
  const net = network()
  const a = await testServers(t, net, 'a.example')
  const b = await testServers(t, net, 'b.example')
  await b.say('ann@a.example', 'first')
  await arrives(a, 1)
  await b.say('ann@a.example', 'pay', 'boss@c.example', {
    over: { from: 'b.example', to: 'a.example' },
  })
  await b.until(() => b.servers.counts().streams === 0)
  assert.deepEqual(a.received.length, 1)
})

test('a service of a server speaks under its own name, on a stream of its own', async (t) => {
  const net = network()
  const a = await testServers(t, net, 'a.example', { also: ['rooms.a.example'] })
  const b = await testServers(t, net, 'b.example')
  await a.say('ben@b.example', 'one')
  await a.say('ben@b.example', 'two', 'room@rooms.a.example/nick')
  await arrives(b, 2)
  await b.say('room@rooms.a.example', 'three')
  await arrives(a, 1)
  assert.deepEqual(a.streams, ['out up', 'out up'])
})

test('a domain that is not allowed is not heard', async (t) => {
  const net = network()
  const a = await testServers(t, net, 'a.example', { policy: { deny: ['b.example'] } })
  const b = await testServers(t, net, 'b.example')
  await b.say('ann@a.example', 'hello')
  await comesBack(b)
  assert.deepEqual(a.received, [])
  assert.match(b.returned[0] ?? '', /^hello: remote-server-not-found/)
})

test('a domain that nobody has is told of at once', async (t) => {
  const a = await testServers(t, network(), 'a.example')
  await a.say('ben@nowhere.example', 'hello')
  await comesBack(a)
  assert.match(a.returned[0] ?? '', /^hello: remote-server-not-found/)
  await a.say('ben@nowhere.example', 'again')
  assert.match(a.returned[1] ?? '', /^again: remote-server-not-found/)
})

test('what waits for a server that is down arrives when it is up again', async (t) => {
  const net = network()
  const a = await testServers(t, net, 'a.example')
  net.hosts.set('b.example', { host: '127.0.0.1', port: 1, directTls: false })
  await a.say('ben@b.example', 'hello')
  await a.until(() => a.streams.includes('out failed'))
  assert.equal(a.servers.counts().waiting, 1)
  const b = await testServers(t, net, 'b.example')
  a.pass(2_000)
  await arrives(b, 1)
})

test('what waits too long is given up, and its sender told', async (t) => {
  const net = network()
  const a = await testServers(t, net, 'a.example', { giveUpMs: 10_000 })
  net.hosts.set('b.example', { host: '127.0.0.1', port: 1, directTls: false })
  await a.say('ben@b.example', 'hello')
  await a.until(() => a.streams.includes('out failed'))
  a.pass(10_000)
  assert.match(a.returned[0] ?? '', /^hello: remote-server-timeout, No connection/)
  assert.equal(a.servers.counts().waiting, 0)
})

test('each pause before another try is longer, up to a bound', async (t) => {
  const net = network()
  const a = await testServers(t, net, 'a.example', { pauseMs: 1_000, pauseMsMax: 4_000 })
  let tries = 0
  net.hosts.get = () => {
    tries += 1
    return { host: '127.0.0.1', port: 1, directTls: false }
  }
  await a.say('ben@b.example', 'hello')
  for (const [failures, pauseMs] of [1_000, 2_000, 4_000, 4_000].entries()) {
    await a.until(() => a.streams.length === failures + 1)
    a.pass(pauseMs - 1)
    assert.equal(tries, failures + 1)
    // A quarter is by lot.
    a.pass(pauseMs / 4 + 1)
    assert.equal(tries, failures + 2)
  }
})

test('a queue that is full refuses what comes, and keeps what it has', async (t) => {
  const net = network()
  const a = await testServers(t, net, 'a.example', { queueStanzasMax: 3 })
  net.hosts.set('b.example', { host: '127.0.0.1', port: 1, directTls: false })
  for (let n = 0; n < 5; n++) await a.say('ben@b.example', `m${n}`)
  assert.equal(a.returned.length, 2)
  assert.match(a.returned[0] ?? '', /^m3: resource-constraint/)
  await a.until(() => a.streams.includes('out failed'))
  const b = await testServers(t, net, 'b.example')
  a.pass(2_000)
  await arrives(b, 3)
  assert.ok(b.received[2]?.includes('m2'))
})

test('what the other server has not settled when the stream breaks is sent again', async (t) => {
  const net = network()
  const a = await testServers(t, net, 'a.example')
  const b = await testServers(t, net, 'b.example')
  b.handle = async () => await new Promise(() => {})
  await a.say('ben@b.example', 'hello')
  await arrives(b, 1)
  b.cut()
  await a.until(() => a.servers.counts().streams === 0)
  b.handle = async () => {}
  a.pass(2_000)
  await arrives(b, 2)
  assert.equal(b.received[0], b.received[1])
  a.pass(1_000)
  await a.until(() => a.servers.counts().waiting === 0)
})

test('a stream over which nothing goes is closed, and made anew for the next message', async (t) => {
  const net = network()
  const a = await testServers(t, net, 'a.example')
  const b = await testServers(t, net, 'b.example')
  await a.say('ben@b.example', 'one')
  await arrives(b, 1)
  a.pass(1_000)
  await a.until(() => a.servers.counts().waiting === 0)
  a.pass(2 * 600_000)
  a.pass(2 * 600_000)
  await a.until(() => a.servers.counts().streams === 0)
  await a.say('ben@b.example', 'two')
  await arrives(b, 2)
})

test('who has sent something is told when the other server has it, and of what it has not settled not', async (t) => {
  const net = network()
  const a = await testServers(t, net, 'a.example')
  const b = await testServers(t, net, 'b.example')
  const { promise, resolve } = Promise.withResolvers<void>()
  b.handle = async () => await promise
  await a.say('ben@b.example', 'slow')
  await arrives(b, 1)
  a.pass(1_000)
  await b.say('somebody@a.example', 'meanwhile')
  await arrives(a, 1)
  assert.deepEqual(a.had, [])
  resolve()
  await a.until(() => a.had.length > 0)
  assert.deepEqual(a.had, ['slow: handed'])
})

test('what a start has taken up is given up by its own time, though something was said before', async (t) => {
  const net = network()
  const a = await testServers(t, net, 'a.example', { giveUpMs: 10_000, pauseMs: 60_000 })
  net.hosts.set('b.example', { host: '127.0.0.1', port: 1, directTls: false })
  await a.say('ben@b.example', 'new')
  await a.say('ben@b.example', 'old', undefined, { since: 1_000_000 - 9_000 })
  await a.until(() => a.streams.includes('out failed'))
  a.pass(1_000)
  assert.deepEqual(a.returned.map(bodyOf), ['old'])
  a.pass(9_000)
  assert.deepEqual(a.returned.map(bodyOf), ['old', 'new'])
})

test('people are told that a server is gone when something for it was given up, once, and that it is back', async (t) => {
  const net = network()
  const a = await testServers(t, net, 'a.example', { giveUpMs: 10_000, pauseMs: 60_000 })
  net.hosts.set('b.example', { host: '127.0.0.1', port: 1, directTls: false })
  await a.say('ben@b.example', 'one')
  await a.until(() => a.streams.includes('out failed'))
  a.pass(9_999)
  assert.deepEqual(a.outages, [])
  a.pass(1)
  await a.say('ben@b.example', 'two')
  a.pass(10_000)
  assert.deepEqual(a.outages, ['begun b.example'])
  await testServers(t, net, 'b.example')
  a.pass(600_000)
  await a.until(() => a.outages.length === 2)
  assert.deepEqual(a.outages, ['begun b.example', 'over b.example'])
})

test('a server that was given up is back when it makes a stream to us', async (t) => {
  const net = network()
  const a = await testServers(t, net, 'a.example', { giveUpMs: 10_000, pauseMs: 60_000 })
  net.hosts.set('b.example', { host: '127.0.0.1', port: 1, directTls: false })
  await a.say('ben@b.example', 'one')
  await a.until(() => a.streams.includes('out failed'))
  a.pass(10_000)
  const b = await testServers(t, net, 'b.example')
  await b.say('somebody@a.example', 'here I am')
  await a.until(() => a.outages.length === 2)
  assert.deepEqual(a.outages, ['begun b.example', 'over b.example'])
})

test('of a domain that nobody has people are told at once, and it is not asked for again and again', async (t) => {
  const net = network()
  const a = await testServers(t, net, 'a.example')
  await a.say('ben@nowhere.example', 'hello')
  await comesBack(a)
  assert.deepEqual(a.outages, ['begun nowhere.example'])
  net.hosts.get = () => assert.fail('it was asked for')
  a.pass(600_000)
  a.pass(600_000)
})

test('a stop tells senders of what was not delivered', async (t) => {
  const net = network()
  const a = await testServers(t, net, 'a.example')
  net.hosts.set('b.example', { host: '127.0.0.1', port: 1, directTls: false })
  await a.say('ben@b.example', 'hello')
  await a.until(() => a.streams.includes('out failed'))
  await a.servers.stop()
  assert.match(a.returned[0] ?? '', /^hello: remote-server-timeout/)
})

function bodyOf(returned: string): string {
  return returned.split(':')[0] ?? ''
}

function fingerprint(cert: string): string {
  return new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase()
}
