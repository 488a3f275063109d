// A stop is a stop, whoever still holds on to a connection.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addPeople, comeOnline } from './people.ts'
import { Raw, streamHeader } from './raw.ts'
import { testServer } from './server.ts'

const upgrade =
  'GET /xmpp HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: xmpp\r\n\r\n'

test('the Ctrl+C that npm passes on, beside the terminal, is one and not two', async () => {
  const server = await testServer()
  try {
    await server.start()
    process.kill(server.pid(), 'SIGINT')
    // Not SIGINT again: two of a kind that wait are one.
    process.kill(server.pid(), 'SIGTERM')
    assert.equal(await server.ended(), 0, server.log())
    assert.doesNotMatch(server.log(), /stopped-at-once/)
  } finally {
    await server.remove()
  }
})

test('peers that never close their side do not hold up a stop', async () => {
  const server = await testServer()
  try {
    await server.start()
    addPeople(server, 'ann')
    const { xmpp, xmpps, http } = server.ports
    const deaf = await comeOnline(server, 'ann')
    deaf.pause()
    const halfOpen = { allowHalfOpen: true }
    const all = [
      await Raw.connect(xmpp, halfOpen),
      (await Raw.connect(xmpp, halfOpen)).send(streamHeader),
      (await Raw.connect(xmpps, halfOpen)).send(Buffer.from([0x16, 0x03, 0x01])),
      await Raw.connect(http, halfOpen),
      (await Raw.connect(http, halfOpen)).send('GET /health/re'),
      (await Raw.connect(http, halfOpen)).send(
        'POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc',
      ),
      (await Raw.connect(http, halfOpen)).send(upgrade.replace('/xmpp', '/other')),
      (await Raw.connect(http, halfOpen)).send(upgrade),
    ]
    await all.at(-1)?.until('\r\n\r\n')
    assert.equal(await server.stop(), 0, server.log())
    for (const raw of all) raw.destroy()
    deaf.cut()
  } finally {
    await server.remove()
  }
})
