// Events to real listeners: syslog over TLS, and HTTPS.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createHttps } from 'node:https'
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createServer } from 'node:tls'
import { type SiemEvent } from '../../audit/ports.ts'
import { systemClock } from '../../base/clock.ts'
import { systemRandom } from '../../base/random.ts'
import { selfSignedPair } from '../../server/self-signed.ts'
import { postEvents } from './post.ts'
import { framed, messageOf, syslogOverTls } from './syslog.ts'

const event = (uid: string): SiemEvent => ({
  time: Date.UTC(2026, 4, 3),
  metadata: { uid, event_code: 'person.add' },
})
const never = new AbortController().signal

type Pair = { readonly cert: string; readonly key: string }

async function pairIn(t: TestContext): Promise<Pair> {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-siem-'))
  t.after(() => rmSync(dir, { recursive: true }))
  const outside = { clock: systemClock, random: systemRandom() }
  const files = await selfSignedPair(dir, 'localhost', outside)
  return { cert: readFileSync(files.cert, 'utf8'), key: readFileSync(files.key, 'utf8') }
}

async function portOf(t: TestContext, server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  t.after(() => void server.close())
  await once(server, 'listening')
  const place = server.address()
  return isInfo(place) ? place.port : assert.fail()
}

function isInfo(place: string | AddressInfo | null): place is AddressInfo {
  return typeof place === 'object' && place !== null
}

const placeAt = (port: number, ca: string): Parameters<typeof syslogOverTls>[0] => ({
  host: 'localhost',
  port,
  ca,
  sender: 'chat.example',
  timeoutMs: 5_000,
})

test('a message is of RFC 5424, in ASCII, and counted in octets', () => {
  const message = messageOf({ ...event('7'), name: 'Zoë 😀' } as SiemEvent, 'chat.example')
  assert.match(
    message,
    /^<110>1 2026-05-03T00:00:00\.000Z chat\.example onrecord - person\.add - \{"time":/,
  )
  assert.match(message, /^[\x20-\x7e]*$/)
  assert.deepEqual(JSON.parse(message.slice(message.indexOf('{')))['name'], 'Zoë 😀')
  assert.equal(framed('abc').toString(), '3 abc')
})

test('a receiver gets all of a batch over TLS, and the batch counts once it has closed', async (t) => {
  const { cert, key } = await pairIn(t)
  let got = ''
  const port = await portOf(
    t,
    createServer({ cert, key }, (socket) =>
      socket.on('data', (bytes) => (got += bytes.toString())),
    ),
  )
  const send = syslogOverTls(placeAt(port, cert))
  assert.equal(await send([event('1'), event('2')], never), null)
  const frames: string[] = []
  for (let rest = got; rest !== '';) {
    const space = rest.indexOf(' ')
    const end = space + 1 + Number(rest.slice(0, space))
    frames.push(rest.slice(space + 1, end))
    rest = rest.slice(end)
  }
  assert.deepEqual(
    frames.map((frame) => JSON.parse(frame.slice(frame.indexOf('{'))).metadata.uid),
    ['1', '2'],
  )
})

test('a receiver that nobody vouches for gets nothing', async (t) => {
  const { cert, key } = await pairIn(t)
  let bytes = 0
  const server = createServer({ cert, key }, (socket) =>
    socket.on('data', (some) => (bytes += some.length)).on('error', () => {}),
  )
  const port = await portOf(t, server)
  const other = await pairIn(t)
  const why = await syslogOverTls(placeAt(port, other.cert))([event('1')], never)
  assert.match(why ?? '', /self.signed|certificate/i)
  assert.equal(bytes, 0)
})

test('a receiver that hangs up, is away, or never takes anything has not got it', async (t) => {
  const { cert, key } = await pairIn(t)
  const hangsUp = createTcp((socket) => socket.on('error', () => {}).destroy())
  const why = await syslogOverTls(placeAt(await portOf(t, hangsUp), cert))([event('1')], never)
  assert.notEqual(why, null)
  assert.notEqual(await syslogOverTls(placeAt(1, cert))([event('1')], never), null)
  const sockets: { destroy(): unknown }[] = []
  const silent = createServer({ cert, key, allowHalfOpen: true }, (socket) => {
    socket.resume()
    sockets.push(socket.on('error', () => {}))
  })
  const port = await portOf(t, silent)
  const late = await syslogOverTls({ ...placeAt(port, cert), timeoutMs: 100 })([event('1')], never)
  assert.match(late ?? '', /in time/)
  for (const socket of sockets) socket.destroy()
})

test('an HTTPS receiver gets a JSON array with the header that is set, and 2xx counts alone', async (t) => {
  const { cert, key } = await pairIn(t)
  let status = 204
  const got: { readonly authorization: string | undefined; readonly body: string }[] = []
  const server = createHttps({ cert, key }, (request, response) => {
    let body = ''
    request.on('data', (some) => (body += String(some)))
    request.on('end', () => {
      got.push({ authorization: request.headers.authorization, body })
      response.writeHead(status).end()
    })
  })
  t.after(() => server.closeAllConnections())
  const url = new URL(`https://localhost:${await portOf(t, server)}/events`)
  const send = postEvents({ url, ca: cert, authorization: 'Bearer x', timeoutMs: 5_000 })
  assert.equal(await send([event('1')], never), null)
  assert.deepEqual(
    got.map(({ authorization, body }) => [authorization, JSON.parse(body)]),
    [['Bearer x', [event('1')]]],
  )
  status = 503
  assert.equal(await send([event('1')], never), 'status 503')
})
