import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { silentLog } from '../base/log.ts'
import { connectionsMaxOf, limitConnections, openFilesMax } from './connections.ts'

test('connections leave files to the record', () => {
  assert.equal(connectionsMaxOf(20_000), 19_488)
  assert.equal(connectionsMaxOf(100), 50)
  assert.equal(connectionsMaxOf(Infinity), Infinity)
  assert.ok(openFilesMax() > 0)
})

test('one connection too many is closed, and there is room again when one has gone', async (t) => {
  t.after(limitConnections(2, silentLog))
  const there: Socket[] = []
  const server = createServer((socket) => void there.push(socket.resume()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const open = async (): Promise<Socket> => {
    const accepted = once(server, 'connection')
    const socket = connect(port, '127.0.0.1').resume()
    t.after(() => socket.destroy())
    await accepted
    return socket
  }

  await open()
  await open()
  await once(await open(), 'close')
  const [first] = there
  first?.destroy()
  await once(first ?? assert.fail(), 'close')
  await open()
  assert.equal(there[3]?.destroyed, false)
})
