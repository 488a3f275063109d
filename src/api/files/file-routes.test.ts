import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test, type TestContext } from 'node:test'
import { fastify } from 'fastify'
import { fakeTime, type FakeTime } from '../../../test/fakes/timer.ts'
import { type Log, silentLog } from '../../base/log.ts'
import { FileDamaged, UploadCut } from '../../files/errors.ts'
import { type Fetched } from '../../files/fetch.ts'
import { addFiles, type FileHost } from './file-routes.ts'

type Served = {
  readonly port: number
  readonly time: FakeTime
  /** The first piece of an upload has come. */
  readonly begun: Promise<unknown>
  readonly ended: Promise<unknown>
}

/** Takes whatever comes. `ended`: how the last upload did. */
async function serve(
  t: TestContext,
  changes: Partial<FileHost['files']>,
  { idleMs = 60_000, log = silentLog }: { readonly idleMs?: number; readonly log?: Log } = {},
): Promise<Served> {
  const time = fakeTime()
  const { promise: begun, resolve: begin } = Promise.withResolvers<unknown>()
  const { promise: ended, resolve } = Promise.withResolvers<unknown>()
  const app = fastify({ bodyLimit: 100 })
  const files: FileHost['files'] = {
    async receive(_token, { body }) {
      try {
        for await (const piece of body) begin(piece.length)
        resolve('whole')
        return { kind: 'stored' }
      } catch (error) {
        resolve(error)
        return { kind: 'refused', reason: 'cut', text: 'The upload ended.' }
      }
    },
    fetch: async () => await Promise.resolve({ kind: 'unknown' }),
    ...changes,
  }
  const host = {
    files,
    ticks: time,
    idleMs,
    log,
    fatal: assert.ifError,
    clientOf: () => 'x',
  }
  await addFiles(app, host)
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.after(async () => await app.close())
  const address = app.server.address()
  return { port: typeof address === 'object' && address ? address.port : 0, time, begun, ended }
}

test('a body has no bound but the slot’s', async (t) => {
  const { port, ended } = await serve(t, {})
  const put = await fetch(`http://127.0.0.1:${port}/upload/x/y`, {
    method: 'PUT',
    body: new Uint8Array(300_000),
  })
  assert.equal(put.status, 201)
  assert.equal(await ended, 'whole')
})

test('a request that is wrong in itself is told so, and is no failure of the server', async (t) => {
  const logged: string[] = []
  const log = { ...silentLog, error: (event: string) => void logged.push(event) }
  const { port } = await serve(t, {}, { log })
  const socket = connect(port, '127.0.0.1')
  socket.end('PUT /upload/x/y HTTP/1.1\r\nHost: x\r\nContent-Type: ;\r\nContent-Length: 1\r\n\r\nx')
  const answer = Buffer.concat(await socket.toArray()).toString()
  assert.match(
    answer,
    /^HTTP\/1.1 415 [^]*This request cannot be read: send it as XEP-0363 says.\n/,
  )
  assert.deepEqual(logged, [])
})

test('an upload in which nothing comes for too long is cut', async (t) => {
  const { port, ended } = await serve(t, {}, { idleMs: 50 })
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write('PUT /upload/x/y HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nsome')
  assert.ok((await ended) instanceof UploadCut)
})

test('an upload that only drips is cut after a minute', async (t) => {
  const { port, time, begun, ended } = await serve(t, {})
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write('PUT /upload/x/y HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx')
  await begun
  time.pass(70_000)
  socket.write('x')
  assert.ok((await ended) instanceof UploadCut)
  socket.destroy()
})

test('a file that turns out to be damaged in the middle ends the connection, and the server goes on', async (t) => {
  let closed = 0
  const file: Fetched = {
    name: 'a.bin',
    type: 'application/octet-stream',
    length: 100,
    tag: 'tag',
    async *read() {
      yield await Promise.resolve(Buffer.alloc(10))
      throw new FileDamaged('piece 0 does not open')
    },
    async close() {
      closed += 1
      await Promise.resolve()
    },
  }
  const { port } = await serve(t, {
    fetch: async () => await Promise.resolve({ kind: 'file', file }),
  })
  const url = `http://127.0.0.1:${port}/files/x/y`
  await assert.rejects(async () => await (await fetch(url)).arrayBuffer())
  const head = await fetch(url, { method: 'HEAD' })
  assert.deepEqual([head.status, head.headers.get('content-length')], [200, '100'])
  assert.equal(closed, 2, 'each was closed')
})

test('one address fetches so many files at a time, and then has to wait', async (t) => {
  const { promise: gate, resolve } = Promise.withResolvers<void>()
  const { port } = await serve(t, {
    async fetch() {
      await gate
      return { kind: 'gone' }
    },
  })
  const asked = Array.from(
    { length: 41 },
    async () => await fetch(`http://127.0.0.1:${port}/files/x/y`),
  )
  const first = await Promise.race(asked)
  assert.deepEqual([first.status, first.headers.get('retry-after')], [503, '5'])
  resolve()
  const statuses = (await Promise.all(asked)).map(({ status }) => status)
  assert.equal(statuses.filter((status) => status === 410).length, 40)
  assert.equal((await fetch(`http://127.0.0.1:${port}/files/x/y`)).status, 410)
})
