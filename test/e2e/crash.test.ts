// What was received is on record, whatever happens to the server. Longer runs, and a full record, are in test/long.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { cannotMount, mountDisk } from './disk.ts'
import { killAgainAndAgain } from './kill.ts'
import { options } from './options.ts'
import { addUsers } from './people.ts'
import { testServer } from './server.ts'

const synctrace = resolve(import.meta.dirname, '../../bench/xmpp/synctrace.mjs')
const plain = { ONRECORD_ALLOW_PLAINTEXT: 'loopback' }

test('kill -9 under load loses nothing that anybody received, nor what was done with a room, and the record verifies', async () => {
  const server = await testServer(plain)
  try {
    await server.start()
    await addUsers(server, 12)
    await server.stop()
    const { dir } = server
    killAgainAndAgain(server, { rounds: 2, pairs: 4, inRoom: 4, dir, timeoutMs: 240_000 })
    const verified = server.run(['verify'])
    assert.equal(verified.status, 0, verified.out + verified.err)
  } finally {
    await server.remove()
  }
})

test('a server that was killed has kept its compiled code, so that the next start is quick', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-compiled-'))
  const cache = join(dir, 'compiled')
  const server = await testServer({ NODE_COMPILE_CACHE: cache }, dir)
  try {
    await server.start()
    await server.kill()
    const files = readdirSync(cache, { recursive: true, withFileTypes: true })
    assert.ok(files.filter((file) => file.isFile()).length > 300, `${files.length} files`)
  } finally {
    await server.remove()
  }
})

test(
  'a power cut under load loses nothing that anybody received, and the record verifies',
  { skip: cannotMount },
  async () => {
    const disk = mountDisk(512)
    // Key file and head register are on the disk that loses power, too.
    const server = await testServer(plain, disk.dir)
    try {
      await server.start()
      await addUsers(server, 8)
      await server.stop()
      const power = { crash: disk.crash, recover: disk.recover }
      const kills = { rounds: 2, pairs: 4, timeoutMs: 240_000 }
      killAgainAndAgain(server, { ...kills, dir: disk.beside, power })
      const verified = server.run(['verify'])
      assert.equal(verified.status, 0, verified.out + verified.err)
    } finally {
      await server.remove()
      disk.remove()
    }
  },
)

const cannotTrace = spawnSync('strace', ['-V']).status === 0 ? false : 'needs strace'

test(
  'the log is flushed before a message is delivered, as the system sees it',
  { skip: cannotTrace },
  async () => {
    const server = await testServer(plain)
    try {
      await server.start()
      await addUsers(server, 2)
      const { domain, ports } = server
      const run = spawnSync(
        process.execPath,
        [
          synctrace,
          ...options({ pid: server.pid(), port: ports.xmpp, domain, count: 10, 'gap-ms': 100 }),
        ],
        { encoding: 'utf8', timeout: 60_000 },
      )
      assert.equal(run.status, 0, run.stderr)
      const result: unknown = JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '')
      assert.partialDeepStrictEqual(result, {
        analysed: 10,
        fsync_before_delivery: 10,
        no_fsync_before_delivery: 0,
      })
    } finally {
      await server.remove()
    }
  },
)
