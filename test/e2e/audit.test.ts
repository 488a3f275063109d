// The trail of a real server: what is refused and done is found again after a kill, reaches a receiver over TLS, and from where people come lies apart.
import assert from 'node:assert/strict'
import { on, once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createServer } from 'node:tls'
import { z } from 'zod'
import { auditAnswer } from '../../src/api/contract/audit.ts'
import { systemClock } from '../../src/base/clock.ts'
import { systemRandom } from '../../src/base/random.ts'
import { selfSignedPair } from '../../src/server/self-signed.ts'
import { Client } from '../client/client.ts'
import { foundIn } from './in-clear.ts'
import { testServer, type TestServer } from './server.ts'

const password = 'a long enough password'
const guess = 'canaryguess-8812'
const purpose = 'canarypurpose-3391'
const patienceMs = 30_000

type Receiver = { readonly server: Server; readonly got: number[]; readonly cert: string }

/** @returns once it listens. `got`: log positions, in the order in which they came */
async function receiverIn(dir: string): Promise<Receiver & { readonly port: number }> {
  const files = await selfSignedPair(dir, 'localhost', {
    clock: systemClock,
    random: systemRandom(),
  })
  const pair = { cert: readFileSync(files.cert, 'utf8'), key: readFileSync(files.key, 'utf8') }
  const got: number[] = []
  const server: Server = createServer(pair, (socket) => {
    let text = ''
    socket.on('error', () => {})
    socket.on('data', (bytes: Buffer) => (text += bytes.toString()))
    socket.on('end', () => {
      for (const [, uid] of text.matchAll(/"uid":"(\d+)","sequence"/g)) got.push(Number(uid))
      server.emit('batch')
    })
  })
  server.listen(0, 'localhost')
  await once(server, 'listening')
  const { port } = z.object({ port: z.number() }).parse(server.address())
  return { server, got, cert: files.cert, port }
}

async function until({ server, got }: Receiver, newest: number): Promise<void> {
  if (got.includes(newest)) return
  for await (const _ of on(server, 'batch', { signal: AbortSignal.timeout(patienceMs) }))
    if (got.includes(newest)) return
}

function trailOf(server: TestServer): z.infer<typeof auditAnswer>['entries'] {
  const words = ['audit', 'list', '--as', `audrey@${server.domain}`, '--limit', '200', '--json']
  const { out, err } = server.run(words)
  return auditAnswer.parse(JSON.parse(out || err)).entries
}

test('what was refused and done is found after a kill, and reaches a receiver, with nothing left out', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-siem-'))
  const receiver = await receiverIn(dir)
  const server = await testServer({
    ONRECORD_SIEM_URL: `syslog+tls://localhost:${receiver.port}`,
    ONRECORD_SIEM_CA: receiver.cert,
  })
  try {
    await server.start()
    server.addUser('ann', password)
    const add = (name: string, role: string): void => {
      const words = ['user', 'add', `${name}@${server.domain}`, '--role', role, '--password-stdin']
      assert.equal(server.run(words, password).status, 0)
    }
    add('audrey', 'auditor')
    add('sven', 'security')
    const where = { domain: server.domain, port: server.ports.xmpp, over: 'starttls' } as const
    const ann = await Client.signIn({ ...where, user: 'ann', password })
    await assert.rejects(Client.signIn({ ...where, user: 'ann', password: guess }))
    const before = trailOf(server)
    assert.deepEqual(
      before.map(({ kind, through }) => `${kind} ${through}`),
      [
        'audit.read socket',
        'attempt ',
        'person.add socket',
        'person.add socket',
        'person.add socket',
        // There is a receiver of acts: it is on record at the start.
        'ways.open ',
      ],
    )
    const words = ['user', 'connections', `ann@${server.domain}`, '--as', `sven@${server.domain}`]
    assert.equal(server.run([...words, '--purpose', purpose]).status, 0)
    await server.kill()
    ann.close()
    await server.start()
    const looked = server.run([...words, '--purpose', purpose])
    assert.match(looked.out, /\tsign-in\tSCRAM-SHA-256[-\w]*\t127\.0\.0\.1\t/, looked.err)
    assert.match(looked.out, /\trefused\t.*not-authorized\t127\.0\.0\.1\t/)
    assert.equal(server.run(words).status, 2)
    const kept = server.run(['user', 'kept', `ann@${server.domain}`])
    assert.match(kept.out, /kept 30 days\tfrom where/, kept.err)

    const trail = trailOf(server)
    assert.equal(trail.filter(({ kind }) => kind === 'connections.read').length, 2)
    const positions = trail.map(({ position }) => position).toReversed()
    await until(receiver, positions.at(-1) ?? assert.fail())
    const sent = [...new Set(receiver.got)].filter((one) => one <= (positions.at(-1) ?? 0))
    assert.deepEqual(sent, positions, 'each of them, in order')
    await server.stop()
    assert.deepEqual(foundIn(server.dir, [guess, purpose]), [])
    assert.doesNotMatch(server.log(), /canary|127\.0\.0\.1.*ann/)
    assert.equal(server.run(['verify']).status, 0)
  } finally {
    await server.remove()
    receiver.server.close()
    rmSync(dir, { recursive: true })
  }
})
