// Backups as operators make them: while people talk, killed at any time, restored on another machine, where people talk on.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { addUsers } from './people.ts'
import { testServer, type Ran, type TestServer } from './server.ts'
import { startTalk } from './talk.ts'

const program = resolve(import.meta.dirname, '../../bin/onrecord')
const plain = { ONRECORD_ALLOW_PLAINTEXT: 'loopback', ONRECORD_SEGMENT_BYTES: '8388608' }
const rounds = 2
const talking = { pairs: 2, bodyChars: 200 }
/** A long way of 1, in which each fraction comes once: kills are spread over the whole. */
const golden = 0.618_034

/** Ends the command with SIGKILL when it has not ended by itself. @returns whether it was killed */
async function killedAfter(
  { env, dir }: Pick<TestServer, 'env' | 'dir'>,
  args: readonly string[],
  ms: number,
): Promise<boolean> {
  const running = spawn(program, args, {
    env,
    cwd: dir,
    timeout: Math.ceil(ms),
    killSignal: 'SIGKILL',
  })
  const [, signal]: unknown[] = await once(running, 'close')
  return signal === 'SIGKILL'
}

function done({ status, out, err }: Ran): string {
  assert.equal(status, 0, out + err)
  return out
}

function generationsIn(backups: string): readonly string[] {
  return readdirSync(backups).filter((name) => /^\d{6}-\d{8}T\d{6}Z$/.test(name))
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}

test('backups under load that are killed leave the last good one, and what is restored verifies and goes on', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-e2e-'))
  const backups = join(dir, 'backups')
  const server = await testServer(plain, join(dir, 'one'))
  const other = join(dir, 'two')
  mkdirSync(join(dir, 'one'))
  try {
    await server.start()
    await addUsers(server, 4)
    const talk = await startTalk(server, talking)
    await talk.received(100)
    const began = performance.now()
    done(await server.runBeside(['backup', backups]))
    const takes = performance.now() - began
    const first = bytesIn(join(backups, 'shared'))
    let kills = 0
    for (let round = 1; round <= rounds; round++) {
      await talk.received(20)
      const before = generationsIn(backups)
      const at = ((round * golden) % 1) * takes
      if (await killedAfter(server, ['backup', backups], at)) kills++
      for (const name of before)
        assert.ok(statSync(join(backups, name, 'manifest.json')).isFile(), name)
    }
    assert.ok(kills > 0, 'none was killed')
    done(await server.runBeside(['backup', backups]))
    assert.ok(bytesIn(join(backups, 'shared')) > first)
    await talk.quiet()
    assert.equal(await server.stop(), 0)
    done(server.run(['verify']))

    // On another machine: with a copy of the key, and without the register.
    mkdirSync(join(other, 'keys'), { recursive: true, mode: 0o700 })
    cpSync(join(dir, 'one/keys/vault.key'), join(other, 'keys/vault.key'))
    const again = await testServer(plain, other)
    try {
      for (let round = 1; round <= rounds; round++)
        await killedAfter(again, ['restore', backups], ((round * golden) % 1) * takes)
      const restored = again.run(['restore', backups])
      // One that was not killed in time is there.
      if (restored.status !== 0) assert.match(restored.err, /has a record already/)
      done(again.run(['verify']))
      await again.start()
      const goesOn = await startTalk(again, talking)
      await goesOn.received(20)
      await goesOn.quiet()
      assert.equal(await again.stop(), 0)
      done(again.run(['verify']))
      // The first generation is there still, and what came after it is not lost unseen.
      rmSync(join(other, 'data'), { recursive: true })
      const [oldest = ''] = generationsIn(backups)
      const refused = again.run(['restore', backups, '--generation', oldest])
      assert.match(refused.err, /would be lost/)
      done(again.run(['restore', backups, '--generation', oldest, '--accept-loss']))
      done(again.run(['verify']))
    } finally {
      await again.remove()
    }
  } finally {
    await server.remove()
    rmSync(dir, { recursive: true, force: true })
  }
})

test('a rebuild that is killed again and again ends with what was there', async () => {
  const server = await testServer(plain)
  try {
    await server.start()
    await addUsers(server, 4)
    const talk = await startTalk(server, talking)
    await talk.received(200)
    await talk.quiet()
    assert.equal(await server.stop(), 0)
    rmSync(join(server.data, 'mailbox.db'))
    for (let round = 1; round <= rounds; round++) {
      await killedAfter(server, ['record', 'rebuild'], 300 + ((round * golden) % 1) * 1_500)
    }
    done(server.run(['record', 'rebuild']))
    done(server.run(['verify']))
    await server.start()
    const goesOn = await startTalk(server, talking)
    await goesOn.received(20)
    await goesOn.quiet()
    assert.equal(await server.stop(), 0)
    done(server.run(['verify']))
  } finally {
    await server.remove()
  }
})
