import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { WebSocket } from 'ws'
import { type Health } from '../api/door/health.ts'
import { OperatorError } from '../base/errors.ts'
import { healthy, withHttp } from '../../test/support/http.ts'
import { fakeApiHost } from '../../test/fakes/api-host.ts'
import { type HttpPort, listenAdmin } from './http.ts'
import { listening } from './listening.ts'
import { createMetrics } from './metrics.ts'

/** The code that the server closed it with, or the status with which it was refused. */
async function webSocketEnd(url: string, protocols: readonly string[]): Promise<number> {
  const socket = new WebSocket(url, [...protocols])
  const { promise, resolve } = Promise.withResolvers<number>()
  socket.on('close', (code) => resolve(code))
  socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
  socket.on('error', () => {})
  return await promise
}

test('ready is 200 while all is well, and 503 with the reason when it is not', async () => {
  let why: ReturnType<Health['notReady']> = null
  await withHttp({ health: { ...healthy, notReady: () => why } }, async (base) => {
    assert.equal((await fetch(`${base}/health/ready`)).status, 200)
    why = { reason: 'space', text: 'The disk is full.' }
    const answer = await fetch(`${base}/health/ready`)
    assert.equal(answer.status, 503)
    assert.deepEqual(await answer.json(), { ready: false, ...why })
    assert.equal((await fetch(`${base}/health/live`)).status, 200)
  })
})

test('host-meta tells WebSocket and BOSH in both formats, to any page', async () => {
  await withHttp({}, async (base) => {
    const xml = await fetch(`${base}/.well-known/host-meta`)
    assert.match(await xml.text(), /href='wss:\/\/chat\.example\/xmpp\?a&amp;b'/)
    assert.equal(xml.headers.get('access-control-allow-origin'), '*')
    const json = await fetch(`${base}/.well-known/host-meta.json`)
    assert.deepEqual(await json.json(), {
      links: [
        { rel: 'urn:xmpp:alt-connections:websocket', href: 'wss://chat.example/xmpp?a&b' },
        { rel: 'urn:xmpp:alt-connections:xbosh', href: 'https://chat.example/http-bind' },
      ],
    })
  })
})

test('BOSH takes a body of whatever type, and no more of it than a stanza and its wrapper', async () => {
  await withHttp({}, async (base) => {
    for (const type of ['text/xml; charset=utf-8', 'application/json', 'text/plain']) {
      const headers = { 'content-type': type }
      const answer = await fetch(`${base}/http-bind`, { method: 'POST', body: '<body/>', headers })
      assert.equal(await answer.text(), '127.0.0.1 7')
      assert.equal(answer.headers.get('content-type'), 'text/xml; charset=utf-8')
    }
    const body = 'x'.repeat(100 + 1_024 + 1)
    const answer = await fetch(`${base}/http-bind`, { method: 'POST', body })
    assert.equal(answer.status, 413)
    assert.equal((await fetch(`${base}/http-bind`)).status, 404)
  })
})

async function askedBy(base: string, origin: string): Promise<string | null> {
  const options = { method: 'OPTIONS', headers: { origin } }
  const { headers, status } = await fetch(`${base}/http-bind`, options)
  assert.equal(status, 204)
  assert.equal(headers.get('access-control-allow-credentials'), null)
  return headers.get('access-control-allow-origin')
}

test('BOSH is open to all pages, or to those that the settings name', async () => {
  await withHttp({}, async (base) => {
    assert.equal(await askedBy(base, 'https://any.example'), '*')
  })
  await withHttp({ boshOrigins: ['https://chat.example'] }, async (base) => {
    assert.equal(await askedBy(base, 'https://chat.example'), 'https://chat.example')
    assert.equal(await askedBy(base, 'https://any.example'), null)
    const answer = await fetch(`${base}/http-bind`, {
      method: 'POST',
      body: '<body/>',
      headers: { origin: 'https://chat.example' },
    })
    assert.equal(answer.headers.get('access-control-allow-origin'), 'https://chat.example')
    assert.equal(answer.headers.get('vary'), 'Origin')
  })
})

test('every answer forbids to load, frame or sniff anything', async () => {
  await withHttp({}, async (base) => {
    for (const path of ['/health/live', '/nowhere']) {
      const { headers } = await fetch(base + path)
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/)
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
    }
  })
})

test('a WebSocket is taken at /xmpp with the subprotocol xmpp, and refused otherwise', async () => {
  await withHttp({}, async (_base, port) => {
    const at = `ws://127.0.0.1:${port}`
    assert.equal(await webSocketEnd(`${at}/xmpp`, ['xmpp']), 4_000)
    assert.equal(await webSocketEnd(`${at}/xmpp`, ['mqtt', 'xmpp']), 4_000)
    assert.equal(await webSocketEnd(`${at}/xmpp`, ['mqtt']), 400)
    assert.equal(await webSocketEnd(`${at}/other`, ['xmpp']), 404)
  })
})

test('behind a named proxy the client is who the proxy saw, not what the client says', async () => {
  await withHttp({ proxies: ['127.0.0.1'] }, async (_base, port) => {
    const forwarded = { 'x-forwarded-for': '192.0.2.9, 198.51.100.7' }
    assert.equal(await addressSeen(port, forwarded), '198.51.100.7')
    assert.equal(await addressSeen(port, { 'x-forwarded-for': 'no address' }), '127.0.0.1')
  })
  await withHttp({}, async (_base, port) => {
    assert.equal(await addressSeen(port, { 'x-forwarded-for': '198.51.100.7' }), '127.0.0.1')
  })
})

/** What the server takes for the client's address: the test's server gives it as the reason of closing. */
async function addressSeen(port: number, headers: Record<string, string>): Promise<string> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/xmpp`, ['xmpp'], { headers })
  const [, reason]: unknown[] = await once(socket, 'close')
  return String(reason)
}

test('with an admin listener the HTTP port has health and metrics no longer', async () => {
  const admin = await listenAdmin({ host: '127.0.0.1', port: 0 }, healthy, null)
  await withHttp({ health: null }, async (base) => {
    assert.equal((await fetch(`${base}/metrics`)).status, 404)
    assert.equal((await fetch(`${base}/health/ready`)).status, 404)
    assert.equal((await fetch(`http://127.0.0.1:${admin.port}/metrics`)).status, 200)
  })
  await admin.close()
})

const statusAt = async (base: string): Promise<number> =>
  (await fetch(`${base}/scim/v2/Users`)).status

test('provisioning services come where administrators do', async () => {
  const host = await fakeApiHost({})
  const api = { host, routes: [], isTls: false, perMinute: 100 }
  const admin = await listenAdmin({ host: '127.0.0.1', port: 0 }, healthy, api)
  assert.equal(await statusAt(`http://127.0.0.1:${admin.port}`), 401)
  await withHttp({ api, provisions: false }, async (base) => {
    assert.equal(await statusAt(base), 404)
  })
  await withHttp({ api, provisions: true }, async (base) => {
    assert.equal(await statusAt(base), 401)
  })
  await admin.close()
})

test('with proxies named, this machine may still come in plain HTTP', async () => {
  await withHttp({ proxies: ['192.0.2.1'] }, async (base) => {
    assert.equal((await fetch(`${base}/health/live`)).status, 200)
  })
})

test('a taken port is one sentence that names port and setting', async () => {
  await withHttp({}, async (_base, port) => {
    const where = { bind: '127.0.0.1', port, setting: 'ONRECORD_HTTP_PORT' }
    const second = async (): Promise<HttpPort> =>
      await listening(
        where,
        async () => await listenAdmin({ host: '127.0.0.1', port }, healthy, null),
      )
    await assert.rejects(second, (error) => {
      assert.ok(error instanceof OperatorError)
      assert.match(
        error.message,
        new RegExp(`^Port ${port} at 127.0.0.1 is taken.*ONRECORD_HTTP_PORT`),
      )
      return true
    })
  })
})

test('closing does not wait for a client that keeps its connection', async () => {
  const http = await listenAdmin({ host: '127.0.0.1', port: 0 }, healthy, null)
  const socket = connect(http.port, '127.0.0.1')
  await once(socket, 'connect')
  const gone = once(socket, 'close')
  await http.close()
  await gone
})

test('metrics tell gauges, totals, flushes and events by name', async () => {
  const metrics = createMetrics()
  const log = metrics.counting({ info() {}, warn() {}, error() {} })
  metrics.gauge('onrecord_connections', 'Open.', () => 3)
  metrics.gauge('onrecord_unknown', 'Not known.', () => null)
  metrics.total('onrecord_records_total', 'Durable.', () => 7)
  metrics.observeFlush({ records: 7, ms: 3 })
  log.warn('tls.reload-refused')
  await metrics.text()
  const { text } = await metrics.text()
  assert.match(text, /^onrecord_connections 3$/m)
  assert.match(text, /^onrecord_records_total 7$/m)
  assert.doesNotMatch(text, /^onrecord_unknown /m)
  assert.match(text, /^onrecord_batch_records_bucket\{le="5"\} 0$/m)
  assert.match(text, /^onrecord_batch_records_bucket\{le="10"\} 1$/m)
  assert.match(text, /^onrecord_flush_seconds_bucket\{le="0.005"\} 1$/m)
  assert.match(text, /^onrecord_events_total\{event="tls.reload-refused",severity="warn"\} 1$/m)
})

test('an address has a bounded number of connections, and WebSockets and closed ones do not count', async () => {
  await withHttp({ acceptWebSocket: () => {} }, async (_base, port) => {
    const webSockets = Array.from({ length: 5 }, () => {
      return new WebSocket(`ws://127.0.0.1:${port}/xmpp`, ['xmpp'])
    })
    for (const webSocket of webSockets) await once(webSocket, 'open')
    const three = [idle(port), idle(port), idle(port)]
    for (const socket of three) await once(socket, 'connect')
    await once(idle(port), 'close')
    three[0]?.end()
    await once(three[0] ?? idle(port), 'close')
    assert.equal(await webSocketEnd(`ws://127.0.0.1:${port}/other`, ['xmpp']), 404)
    for (const socket of [...webSockets, ...three]) {
      if (socket instanceof WebSocket) socket.terminate()
      else socket.destroy()
    }
  })
})

test('a proxy has as many connections as it likes', async () => {
  await withHttp({ proxies: ['127.0.0.1'] }, async (base, port) => {
    const sockets = Array.from({ length: 5 }, () => idle(port))
    for (const socket of sockets) await once(socket, 'connect')
    assert.equal((await fetch(`${base}/health/live`)).status, 200)
    for (const socket of sockets) socket.destroy()
  })
})

test('who is refused a WebSocket and never closes his side is let go', async () => {
  await withHttp({}, async (_base, port) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    socket.on('error', () => {})
    socket.write(
      'GET /other HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
    )
    await once(socket.resume(), 'end')
    // Only a connection that is gone on the other side answers with a reset.
    while (!socket.closed) {
      socket.write('x')
      await immediate()
    }
  })
})

async function immediate(): Promise<void> {
  await new Promise((again) => setImmediate(again))
}

function idle(port: number): Socket {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  return socket
}
