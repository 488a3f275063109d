// In a network without a way out all works, nothing tries to get out, and what listens is what the documentation lists.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { before, suite, test } from 'node:test'
import { type Seen } from './network-seen.ts'

const program = resolve(import.meta.dirname, 'closed-network.ts')
const table = resolve(import.meta.dirname, '../../docs/operate/ports.md')

const missing = ['tcpdump', 'ip', 'ss', 'unshare'].filter(
  (name) => !['/usr/bin/', '/usr/sbin/', '/bin/', '/sbin/'].some((dir) => existsSync(dir + name)),
)

function reasonToSkip(): string | false {
  if (process.getuid?.() !== 0) return 'needs root, for a network namespace of its own'
  return missing.length > 0 && `not installed: ${missing.join(', ')}`
}

suite('a closed network', { skip: reasonToSkip() }, () => {
  let seen: Seen

  before(() => {
    const run = spawnSync('unshare', ['--net', process.execPath, program], {
      encoding: 'utf8',
      timeout: 120_000,
      maxBuffer: 64 * 1_024 * 1_024,
    })
    assert.equal(run.status, 0, run.stderr)
    seen = JSON.parse(run.stdout)
  })

  test('two people talk, find it in the archive, and the record verifies', () => {
    assert.deepEqual([seen.archived, seen.verified], [200, 0])
  })

  test('no packet leaves, idle or busy, and no name is looked up', () => {
    assert.deepEqual(seen.packets.out, [])
    const strangers = seen.packets.lo.filter(
      (line) => !/ 127\.0\.0\.1\.(5222|5223|8080)\b/.test(line),
    )
    assert.deepEqual(strangers, [])
    assert.ok(seen.packets.lo.length > 400, 'the capture has seen the clients')
  })

  test('the ports that listen are those of docs/operate/ports.md, in both profiles', () => {
    assert.deepEqual(seen.listening.full, documented('default'))
    assert.deepEqual(seen.listening.web, documented('web'))
  })
})

/** Of the table's rows, `tcp 127.0.0.1:5222`. */
function documented(profile: 'default' | 'web'): string[] {
  return readFileSync(table, 'utf8')
    .split('\n')
    .filter((line) => /^\| \d/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, , , , inDefault, inWeb]) => (profile === 'web' ? inWeb : inDefault) === 'on')
    .map(([, port, protocol]) => `${protocol} 127.0.0.1:${port}`)
    .toSorted()
}
