// Rounds of bench/xmpp/killtest.mjs: load, a kill, `onrecord verify`, a start, and what recipients had held against the archives.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { options } from './options.ts'
import { type TestServer } from './server.ts'

const program = resolve(import.meta.dirname, '../../bin/onrecord')
const bench = resolve(import.meta.dirname, '../../bench/xmpp')

export type Kills = {
  readonly rounds: number
  readonly pairs: number
  /** People in a room that is kept busy and whose owner changes it all the time; nobody is where it is left out. */
  readonly inRoom?: number
  /** A folder for scripts and the log; not on a disk that loses power. */
  readonly dir: string
  /** Power is lost too: shell commands that take the disk away, and bring it back. */
  readonly power?: { readonly crash: string; readonly recover: string }
  readonly timeoutMs: number
}

export type Killed = {
  readonly delivered: number
  readonly deliveredInRoom: number
  /** Changes of the room that its owner was told are done, and that were so after the kill. */
  readonly roomActs: number
  /** Of each round: from the kill until somebody has signed in again, without the time that verification takes. */
  readonly signInMs: readonly number[]
}

/**
 * Kills the server again and again, which is not to run at the call and does not afterwards. What each kill leaves behind is
 * verified. Users u0, u1… sign in with `pw`.
 *
 * @throws {AssertionError} when anything that was received is missing, or the record does not verify
 */
export function killAgainAndAgain(server: TestServer, kills: Kills): Killed {
  const { rounds, pairs, inRoom = 0, dir, power, timeoutMs } = kills
  const users = pairs * 2 + inRoom
  const started = startScript(server, dir)
  const verify = script(
    server,
    join(dir, 'verify.sh'),
    `'${program}' verify >'${dir}/verified' 2>&1`,
  )
  const run = spawnSync(
    process.execPath,
    [
      join(bench, 'killtest.mjs'),
      ...options({ ...started.options, users, pairs, window: 5, muc: inRoom, rounds }),
      ...options({ 'min-ms': 500, 'max-ms': 2_500, verify }),
      ...options({ ...power }),
    ],
    { encoding: 'utf8', timeout: timeoutMs },
  )
  spawnSync('sh', ['-c', `kill -9 $(cat '${started.pidFile}')`])
  assert.equal(run.status, 0, run.stdout + run.stderr + whatWasFound(dir))
  const result: Record<string, unknown> = JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '')
  assert.partialDeepStrictEqual(result, {
    rounds,
    verified_rounds: rounds,
    delivered_not_in_recipient_archive: 0,
    delivered_not_in_sender_archive: 0,
    muc_delivered_not_archived: 0,
    muc_acts_lost: 0,
    rounds_with_loss: 0,
  })
  assert.deepEqual(result['muc_errors'], [])
  assert.notEqual(result['delivered'], 0)
  assert.equal(Number(result['muc_delivered']) > 0, inRoom > 0)
  return {
    delivered: Number(result['delivered']),
    deliveredInRoom: Number(result['muc_delivered']),
    roomActs: Number(result['muc_acts']),
    signInMs: numbersIn(result['sign_in_ms']),
  }
}

/** What the last verification said. */
function whatWasFound(dir: string): string {
  const path = join(dir, 'verified')
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

function numbersIn(value: unknown): readonly number[] {
  assert.ok(Array.isArray(value))
  return value.map(Number)
}

/** Starts the server in the background and writes its process id, as the programs under bench/xmpp want it. */
export function startScript(
  server: TestServer,
  dir: string,
): { readonly pidFile: string; readonly options: Record<string, string | number> } {
  const pidFile = join(dir, 'pid')
  const serve = `'${program}' serve >>'${dir}/log' 2>&1 &\necho $! > '${pidFile}'`
  const start = script(server, join(dir, 'start.sh'), serve)
  const { domain, ports } = server
  return { pidFile, options: { start, pidfile: pidFile, port: ports.xmpp, domain } }
}

/** @returns the command that runs it with the server's settings */
function script(server: TestServer, path: string, lines: string): string {
  const settings = Object.entries(server.env).map(([name, value]) => `export ${name}='${value}'`)
  writeFileSync(path, [...settings, lines, ''].join('\n'))
  return `sh '${path}'`
}
