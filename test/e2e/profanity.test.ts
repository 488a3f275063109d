// The profanity client, driven in a terminal, against a real server.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { testServer } from './server.ts'

const script = resolve(import.meta.dirname, '../interop/profanity-smoke.sh')
const missing = ['profanity', 'tmux'].filter((name) => !existsSync(`/usr/bin/${name}`))
const skip = missing.length > 0 && `not installed: ${missing.join(', ')}`

test('two people talk with profanity, alone and in a room', { skip }, async () => {
  const server = await testServer()
  try {
    await server.start()
    server.addUser('pia', 'wordpass')
    server.addUser('pit', 'password')
    const where = [server.domain, '127.0.0.1', String(server.ports.xmpp)]
    const run = spawnSync('bash', [script, ...where, 'pia', 'wordpass', 'pit', 'password'], {
      env: { ...server.env },
      encoding: 'utf8',
    })
    assert.equal(run.status, 0, `${run.stdout}\n${run.stderr}`)
  } finally {
    await server.remove()
  }
})
