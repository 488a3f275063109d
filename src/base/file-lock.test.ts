import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { OperatorError } from './errors.ts'
import { tryFileLock, withFileLock } from './file-lock.ts'

const root = mkdtempSync(join(tmpdir(), 'onrecord-lock-'))
after(() => rmSync(root, { recursive: true }))
let made = 0

function freshPath(): string {
  return join(root, `lock-${made++}`)
}

test('one holds the lock at a time, and the next one when it was released', () => {
  const path = freshPath()
  const lock = tryFileLock(path)
  assert.ok(lock)
  assert.equal(tryFileLock(path), null)
  lock.release()
  const next = tryFileLock(path)
  assert.ok(next)
  next.release()
})

test('those who wait come one after the other', async () => {
  const path = freshPath()
  let inside = 0
  const each = async (): Promise<void> => {
    await withFileLock(path, 10_000, async () => {
      inside++
      assert.equal(inside, 1)
      await Promise.resolve()
      inside--
    })
  }
  await Promise.all(Array.from({ length: 5 }, each))
})

test('who waits too long is told, and who fails inside gives the lock back', async () => {
  const path = freshPath()
  const lock = tryFileLock(path)
  await assert.rejects(
    withFileLock(path, 0, async () => undefined),
    OperatorError,
  )
  lock?.release()
  const failing = withFileLock(path, 0, async () => await Promise.reject(new Error('inside')))
  await assert.rejects(failing, /inside/)
  tryFileLock(path)?.release()
})

test('a lock in a folder that is not there is an error, not a lock that somebody holds', () => {
  assert.throws(() => tryFileLock(join(root, 'none', 'lock')), OperatorError)
})

test('the lock of a process that was killed is free, and holding it leaves one empty file', async (t) => {
  const path = freshPath()
  // The lock is not referred to any more, and what can be collected is: it holds all the same.
  const source = `
    const { tryFileLock } = await import(${JSON.stringify(import.meta.resolve('./file-lock.ts'))})
    const isHeld = tryFileLock(process.argv[1]) !== null
    for (let i = 0; i < 3; i++) await new Promise((done) => setImmediate(() => done(gc())))
    console.log(isHeld ? 'held' : 'busy')
    setInterval(() => {}, 1000)`
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--input-type=module', '-e', source, path],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  t.after(() => child.kill('SIGKILL'))
  const [said] = await once(child.stdout, 'data')
  assert.equal(String(said).trim(), 'held')
  assert.equal(tryFileLock(path), null)
  assert.deepEqual(
    readdirSync(root).filter((name) => path.endsWith(name)),
    [path.slice(root.length + 1)],
  )
  child.kill('SIGKILL')
  await once(child, 'exit')
  const lock = tryFileLock(path)
  assert.ok(lock)
  lock.release()
})
