// Servers elsewhere that answer what no server should: each question ends, and says why.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test, type TestContext } from 'node:test'
import { exchange, type Response } from './exchange.ts'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: '

/** What is said by a server that says these bytes, whatever it is asked. */
async function answered(t: TestContext, bytes: string): Promise<Response | string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end(bytes))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const url = new URL(`http://127.0.0.1:${address.port}/`)
  const request = { method: 'POST', url, headers: {}, body: new Uint8Array(3) } as const
  return await exchange(request, { timeoutMs: 10_000, answerBytesMax: 1_000, ca: null })
}

for (const [what, bytes, why] of [
  [
    'changes the protocol',
    'HTTP/1.1 101 Other\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
    /pro/,
  ],
  ['says nothing', '', /hang up/],
  ['speaks no HTTP', '\0\0\r\n\r\n', /Parse Error/],
  ['stops in the middle', `${ok}100\r\n\r\nabc`, /aborted/],
  ['says too much', `${ok}2000\r\n\r\n${'a'.repeat(2_000)}`, /too long/],
] as const)
  test(`a server that ${what} gives no answer`, async (t) => {
    const answer = await answered(t, bytes)
    assert.ok(typeof answer === 'string')
    assert.match(answer, why)
  })

test('a redirect is an answer, and is not followed', async (t) => {
  const answer = await answered(
    t,
    'HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n',
  )
  assert.ok(typeof answer !== 'string')
  assert.equal(answer.status, 302)
})
