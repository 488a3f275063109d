// `onrecord witness` as a server over a folder of its own.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { toHex, utf8 } from '../src/base/bytes.ts'
import { sha256 } from '../src/base/crypto.ts'
import { OperatorError } from '../src/base/errors.ts'
import { silentLog } from '../src/base/log.ts'
import { run } from '../src/cli/run.ts'
import { verifierKeysOf, witnessKeys } from '../src/server/witness-keys.ts'
import { openWitness, type RunningWitness } from '../src/server/witness-server.ts'
import { testLog } from './support/test-log.ts'

const log = testLog()
const newest = `${toHex(sha256(utf8(log.origin)))}/checkpoint`

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-witness-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

async function opened(
  dir: string,
  fatal: (error: unknown) => void = (error) => assert.fail(String(error)),
): Promise<RunningWitness> {
  await witnessKeys(dir, 'witness.example/w1')
  const where = { dir, bind: '127.0.0.1', port: 0, logs: log.verifierKeys }
  return await openWitness({
    ...where,
    clock: { now: () => 1_795_000_000_000 },
    log: silentLog,
    fatal,
  })
}

async function post(port: number, body: Uint8Array): Promise<Response> {
  const request = { method: 'POST', body: Uint8Array.from(body) }
  return await fetch(`http://127.0.0.1:${port}/add-checkpoint`, request)
}

test('what a witness has seen outlives it, and is given to whoever asks', async (t) => {
  const dir = folder(t)
  const first = await opened(dir)
  const answer = await post(first.port, await log.request(0, 6))
  assert.equal(answer.status, 200)
  const lines = await answer.text()
  await first.close()
  const second = await opened(dir)
  t.after(async () => await second.close())
  const told = await post(second.port, await log.request(0, 6))
  assert.equal(told.status, 409)
  assert.equal(told.headers.get('content-type'), 'text/x.tlog.size')
  assert.equal(await told.text(), '6\n')
  const kept = await (await fetch(`http://127.0.0.1:${second.port}/${newest}`)).text()
  assert.ok(kept.endsWith(lines) && kept.startsWith(`${log.origin}\n6\n`))
})

test('a log that is not known, a head that is none, and what is too long are refused', async (t) => {
  const witness = await opened(folder(t))
  t.after(async () => await witness.close())
  assert.equal((await post(witness.port, await testLog('x/1').request(0, 6))).status, 404)
  assert.equal((await post(witness.port, utf8('hello'))).status, 400)
  assert.equal((await post(witness.port, new Uint8Array(300_001))).status, 413)
  const base = `http://127.0.0.1:${witness.port}`
  assert.equal((await fetch(`${base}/${newest}`)).status, 404)
  assert.equal((await fetch(`${base}/add-checkpoint`)).status, 404)
  assert.equal((await fetch(`${base}/${'0'.repeat(64)}/checkpoint`)).status, 404)
})

test('two witnesses do not run over one folder', async (t) => {
  const dir = folder(t)
  const witness = await opened(dir)
  await assert.rejects(opened(dir), OperatorError)
  await witness.close()
  await (await opened(dir)).close()
})

test('a witness whose memory was changed cosigns nothing and stops', async (t) => {
  const dir = folder(t)
  const fatal: unknown[] = []
  const witness = await opened(dir, (error) => fatal.push(error))
  t.after(async () => await witness.close())
  await post(witness.port, await log.request(0, 6))
  const path = join(dir, 'logs', toHex(sha256(utf8(log.origin))))
  writeFileSync(path, readFileSync(path, 'utf8').replace('\n6\n', '\n4\n'))
  assert.equal((await post(witness.port, await log.fork(3).request(4, 8))).status, 500)
  assert.equal(fatal.length, 1)
})

test('a witness needs a key, keeps it to itself, and does not take another name', async (t) => {
  const dir = folder(t)
  await assert.rejects(witnessKeys(dir, null), /make one with onrecord witness key/)
  const keys = verifierKeysOf(await witnessKeys(dir, 'witness.example/w1'))
  assert.deepEqual(verifierKeysOf(await witnessKeys(dir, null)), keys)
  assert.equal(statSync(join(dir, 'key')).mode & 0o777, 0o600)
  await assert.rejects(witnessKeys(dir, 'witness.example/w2'), /another folder/)
  await assert.rejects(witnessKeys(join(dir, 'other'), 'two words'), /cannot be named/)
})

test('the command prints the keys, and refuses logs that are none', async (t) => {
  const dir = folder(t)
  const [out, err]: [string[], string[]] = [[], []]
  const console = {
    env: {},
    input: process.stdin,
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
  }
  assert.equal(await run(['witness', 'key', '--dir', dir, '--name', 'w.example/1'], console), 0)
  assert.match(out.join('\n'), /^w\.example\/1\+[0-9a-f]{8}\+B\S+\nw\.example\/1\+[0-9a-f]{8}\+B/)
  assert.equal(await run(['witness', '--dir', dir], console), 2)
  const [own = ''] = (out[0] ?? '').split('\n')
  assert.equal(await run(['witness', '--dir', dir, '--log', own], console), 1)
  assert.match(err.at(-1) ?? '', /is one of a witness/)
})
