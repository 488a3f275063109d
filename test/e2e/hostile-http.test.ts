// Those who mean harm at the HTTP port and in WebSockets of a real server.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, afterEach, before, test } from 'node:test'
import { WebSocket } from 'ws'
import { Raw } from './raw.ts'
import { testServer, type TestServer } from './server.ts'

let server: TestServer

before(async () => {
  server = await testServer({ ONRECORD_ALLOW_PLAINTEXT: 'loopback' })
  await server.start()
})

after(async () => {
  await server.remove()
})

/** Whatever came before, it is served on, and no bug has shown. */
afterEach(async () => {
  assert.deepEqual(
    await statuses('GET /health/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
    [200],
  )
  assert.doesNotMatch(server.log(), /"level":"error"/)
})

/** The statuses of all answers to what is sent as it is, once the server has closed the connection. */
async function statuses(request: string): Promise<number[]> {
  const raw = await Raw.connect(server.ports.http)
  const answers = await raw.send(request).ended()
  return [...answers.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status))
}

test('a request that two servers would read differently is refused, and ends the connection', async () => {
  const smuggled = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'
  const requests: readonly string[] = [
    `POST /xmpp HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    `POST /xmpp HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd${smuggled}`,
    `POST /xmpp HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`,
    `POST /xmpp HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0x4\r\nabcd\r\n0\r\n\r\n${smuggled}`,
    `GET /xmpp HTTP/1.1\r\nHost : x\r\n\r\n${smuggled}`,
    `GET /xmpp HTTP/1.1\nHost: x\n\n${smuggled}`,
    `GET /xmpp HTTP/1.1\r\n\r\n${smuggled}`,
    `GET /xmpp HTTP/9.9\r\nHost: x\r\n\r\n${smuggled}`,
    `NONSENSE\r\n\r\n${smuggled}`,
  ]
  for (const request of requests) {
    const [first, ...others] = await statuses(request)
    assert.ok(first === 400 || first === 505, `${first} for ${JSON.stringify(request)}`)
    assert.deepEqual(others, [], request)
  }
})

test('headers and bodies have a bound', async () => {
  const long = 'x'.repeat(100_000)
  assert.deepEqual(
    await statuses(`GET /health/ready HTTP/1.1\r\nHost: x\r\nX: ${long}\r\n\r\n`),
    [431],
  )
  assert.deepEqual(await statuses(`GET /${long} HTTP/1.1\r\nHost: x\r\n\r\n`), [431])
  const body = 'x'.repeat(2_000_000)
  const head = `Host: x\r\nConnection: close\r\nContent-Type: application/json`
  const [status] = await statuses(
    `POST /health/ready HTTP/1.1\r\n${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  assert.ok(status === undefined || status >= 400, `${status}`)
})

test('no path leads to a file or around a route', async () => {
  const paths: readonly string[] = [
    '/../../../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/health/../../etc/passwd',
    '/..%5c..%5cetc/passwd',
    '/xmpp%00',
    '//etc/passwd',
    'file:///etc/passwd',
    'http://elsewhere.example/etc/passwd',
    '/health/ready/',
    '/data/vault',
    '/%',
    '*',
  ]
  for (const path of paths) {
    const [status] = await statuses(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    assert.ok(status === 404 || status === 400, `${status} for ${path}`)
  }
})

test('it is no proxy, and methods that nobody asked for do nothing', async () => {
  const close = 'Host: x\r\nConnection: close\r\n\r\n'
  assert.deepEqual(await statuses(`CONNECT elsewhere.example:443 HTTP/1.1\r\n${close}`), [])
  for (const method of ['TRACE', 'DELETE', 'PUT', 'PROPFIND']) {
    const [status = 0] = await statuses(`${method} /health/ready HTTP/1.1\r\n${close}`)
    assert.ok(status >= 400, `${status} for ${method}`)
  }
})

const open = `<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='chat.example' version='1.0'/>`

type Ended = { readonly code: number; readonly said: string }

/** What the server said, and with which code it closed a WebSocket on which these frames came. */
async function endAfter(...frames: readonly (string | Uint8Array)[]): Promise<Ended> {
  const ws = new WebSocket(`ws://127.0.0.1:${server.ports.http}/xmpp`, ['xmpp'])
  let said = ''
  ws.on('message', (data: Buffer) => (said += data.toString()))
  ws.on('error', () => {})
  await once(ws, 'open')
  const closed = new Promise<number>((done) => void ws.on('close', done))
  for (const frame of frames) ws.send(frame, { binary: typeof frame !== 'string' })
  return { code: await closed, said }
}

test('frames that are not one whole element of XMPP end the stream', async () => {
  const cases: readonly (readonly [readonly (string | Uint8Array)[], RegExp])[] = [
    [[open, Buffer.from(open)], /bad-format|not-well-formed|unsupported/],
    [[open, `<a xmlns='x'/><b xmlns='x'/>`], /not-well-formed|bad-format|invalid-xml/],
    [[open, '<message>'], /not-well-formed|bad-format|invalid-xml/],
    [[open, 'words'], /not-well-formed|bad-format|invalid-xml/],
    [[open, ''], /not-well-formed|bad-format|invalid-xml/],
    [[open, `<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>`], /restricted-xml/],
    [[open, `<message xmlns='jabber:client'><body>x</body></message>`], /not-authorized/],
    [[`<message xmlns='jabber:client'/>`], /invalid-xml/],
    [
      [open, `<stream:stream xmlns:stream='http://etherx.jabber.org/streams'>`],
      /not-well-formed|bad-format|invalid-xml/,
    ],
  ]
  for (const [frames, condition] of cases) assert.match((await endAfter(...frames)).said, condition)
})

test('a frame longer than a stanza may be closes the WebSocket', async () => {
  assert.equal((await endAfter(open, 'x'.repeat(1_000_000))).code, 1009)
})

/** A WebSocket by hand, for frames that no library sends. */
async function endAfterBytes(bytes: Uint8Array): Promise<string> {
  const raw = await Raw.connect(server.ports.http)
  raw.send(
    'GET /xmpp HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: xmpp\r\n' +
      'Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n',
  )
  await raw.until('\r\n\r\n')
  return await raw.send(bytes).ended()
}

test('frames against RFC 6455 close the connection, and compression is never agreed', async () => {
  const cases: readonly (readonly number[])[] = [
    [0x81, 0x01, 0x61], // Not masked.
    [0x81, 0x81, 0, 0, 0, 0, 0xff], // No UTF-8.
    [0xc1, 0x81, 0, 0, 0, 0, 0x61], // Compressed.
    [0x83, 0x80, 0, 0, 0, 0], // A reserved kind.
    [0x80, 0x81, 0, 0, 0, 0, 0x61], // Goes on where nothing began.
    [0x89, 0xfe, 0x01, 0x00, 0, 0, 0, 0], // A ping that is too long.
    [0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0], // Longer than anything.
  ]
  for (const bytes of cases) {
    const said = await endAfterBytes(Uint8Array.from(bytes))
    assert.match(said, /^HTTP\/1\.1 101/)
    assert.doesNotMatch(said, /Sec-WebSocket-Extensions/i)
  }
})
