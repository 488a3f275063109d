// What was received is on record, whatever happens to the server. The long run (test/long) has 20 rounds and a power-loss disk.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { options } from './options.ts'
import { testServer } from './server.ts'

const killtest = resolve(import.meta.dirname, '../../bench/xmpp/killtest.mjs')

test('kill -9 under load loses nothing that anybody received, and the record verifies', async () => {
  const server = await testServer({ ONRECORD_ALLOW_PLAINTEXT: 'loopback' })
  try {
    await server.start()
    for (let user = 0; user < 8; user++) server.addUser(`u${user}`, 'pw')
    const start = join(server.dir, 'start.sh')
    const pidFile = join(server.dir, 'pid')
    const settings = Object.entries(server.env).map(([name, value]) => `export ${name}='${value}'`)
    const serve = `'${resolve('bin/onrecord')}' serve >>'${server.dir}/log' 2>&1 &`
    writeFileSync(start, [...settings, serve, `echo $! > '${pidFile}'`, ''].join('\n'))
    await server.stop()
    const run = spawnSync(
      process.execPath,
      [
        killtest,
        ...options({ start: `sh ${start}`, pidfile: pidFile, port: server.ports.xmpp }),
        ...options({ domain: server.domain, users: 8, pairs: 4, window: 5, muc: 0, rounds: 2 }),
        ...options({ 'min-ms': 800, 'max-ms': 1500 }),
      ],
      { encoding: 'utf8', timeout: 120_000 },
    )
    spawnSync('sh', ['-c', `kill -9 $(cat '${pidFile}')`])
    assert.equal(run.status, 0, run.stderr)
    const result: unknown = JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '')
    assert.partialDeepStrictEqual(result, {
      rounds: 2,
      delivered_not_in_recipient_archive: 0,
      delivered_not_in_sender_archive: 0,
      rounds_with_loss: 0,
    })
    const verified = server.run(['verify', '--data', server.data])
    assert.equal(verified.status, 0, verified.out + verified.err)
  } finally {
    await server.remove()
  }
})
