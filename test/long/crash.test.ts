// The long runs of test/e2e/crash.test.ts and full-disk.test.ts: moments and loads are fresh each time, and on a full record.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { test, type TestContext } from 'node:test'
import { cannotMount, mountDisk } from '../e2e/disk.ts'
import { killAgainAndAgain } from '../e2e/kill.ts'
import { options } from '../e2e/options.ts'
import { addUsers } from '../e2e/people.ts'
import { testServer, type TestServer } from '../e2e/server.ts'

const load = resolve(import.meta.dirname, '../../bench/xmpp/load.mjs')
const plain = { ONRECORD_ALLOW_PLAINTEXT: 'loopback' }
const users = 40
const minuteMs = 60_000

test('kill -9, 20 times under load on a record of 200,000 messages, loses nothing', async (t) => {
  const server = await testServer(plain)
  try {
    await server.start()
    await addUsers(server, users)
    fillRecord(server, 200_000)
    await server.stop()
    const kills = { rounds: 20, pairs: 10, dir: server.dir, timeoutMs: 60 * minuteMs }
    report(t, killAgainAndAgain(server, kills))
    await verifyServed(server)
  } finally {
    await server.remove()
  }
})

test('kill -9, 20 times under load in a room, loses nothing of what was said, nor of what its owner did', async (t) => {
  const server = await testServer(plain)
  try {
    await server.start()
    await addUsers(server, users)
    await server.stop()
    const kills = { rounds: 20, pairs: 4, inRoom: 20, dir: server.dir, timeoutMs: 30 * minuteMs }
    report(t, killAgainAndAgain(server, kills))
    await verifyServed(server)
  } finally {
    await server.remove()
  }
})

for (const place of ['on the disk that loses power', 'on another disk'] as const) {
  test(
    `10 power cuts under load lose nothing, key and head register ${place}`,
    { skip: cannotMount },
    async (t) => {
      const disk = mountDisk(2_048)
      const outside = { ONRECORD_KEY_FILE: join(disk.beside, 'keys/vault.key') }
      const isOutside = place === 'on another disk'
      const server = await testServer({ ...plain, ...(isOutside ? outside : {}) }, disk.dir)
      try {
        await server.start()
        await addUsers(server, users)
        await server.stop()
        const kills = { rounds: 10, pairs: 10, dir: disk.beside, timeoutMs: 30 * minuteMs }
        const power = { crash: disk.crash, recover: disk.recover }
        report(t, killAgainAndAgain(server, { ...kills, power }))
        await verifyServed(server)
      } finally {
        await server.remove()
        disk.remove()
      }
    },
  )
}

function report(t: TestContext, figures: object): void {
  t.diagnostic(JSON.stringify(figures))
}

/** So many messages between all users, sent as fast as they are delivered. */
function fillRecord(server: TestServer, messages: number): void {
  const { domain, ports } = server
  const pairs = users / 2
  const run = spawnSync(
    process.execPath,
    [
      load,
      'chat',
      ...options({ port: ports.xmpp, domain, users, pairs, window: 10, warmup: 0 }),
      ...options({ count: Math.ceil(messages / pairs), seconds: 1_200 }),
    ],
    { encoding: 'utf8', timeout: 25 * minuteMs },
  )
  assert.equal(run.status, 0, run.stderr)
}

/** After the last kill, after a start, and with the server running. */
async function verifyServed(server: TestServer): Promise<void> {
  for (const start of [false, true]) {
    if (start) await server.start()
    const verified = server.run(['verify'])
    assert.equal(verified.status, 0, verified.out + verified.err)
  }
}
