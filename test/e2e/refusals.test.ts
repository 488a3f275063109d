// What stands in the way of a start: each is one sentence that says what to do, and exit 1.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { testServer, type TestServer } from './server.ts'

const needsRoot = process.getuid?.() === 0 ? false : 'needs root, to mount file systems'

/** A server that is stopped, whose data folder and keys are copied for each test. */
let server: TestServer

before(async () => {
  server = await testServer()
  server.addUser('anna', 'wordpass')
})

after(async () => {
  await server.remove()
})

/** A copy of the stopped server's folder; `serve()` over it says why it does not start. */
function copied(t: TestContext): {
  readonly dir: string
  readonly serve: (extra?: Readonly<Record<string, string>>) => string
} {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-refused-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  cpSync(server.dir, dir, { recursive: true })
  return { dir, serve: (extra = {}) => refusal({ ...at(dir), ...extra }) }
}

function at(dir: string): Record<string, string> {
  return { ONRECORD_DATA: join(dir, 'data'), ONRECORD_KEY_FILE: join(dir, 'keys/vault.key') }
}

function refusal(extra: Readonly<Record<string, string>>): string {
  const { status, err } = server.run(['serve'], '', extra)
  const lines = err.trim().split('\n')
  const sentences = lines.filter((line) => !line.startsWith('{'))
  assert.equal(sentences.length, 1, err)
  return `${status} ${sentences[0]}`
}

/** A file system of its own in memory. */
function mounted(t: TestContext, megabytes: number): string {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-mounted-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}M`, 'tmpfs', dir])
  t.after(() => {
    execFileSync('umount', [dir])
    rmSync(dir, { recursive: true })
  })
  return dir
}

test('a setting that does not exist is named, with the one that is meant', () => {
  assert.match(
    refusal({ ONRECORD_XMPP_PROT: '5222' }),
    /^1 onrecord: The environment sets ONRECORD_XMPP_PROT, .* ONRECORD_XMPP_PORT\.$/,
  )
})

test('a bad value is named with what it must be', () => {
  assert.match(
    refusal({ ONRECORD_HTTP_PORT: '80a' }),
    /^1 onrecord: ONRECORD_HTTP_PORT must be .*'80a'/,
  )
})

test('an address that is not of this machine is named with its setting', () => {
  assert.match(refusal({ ONRECORD_BIND: '192.0.2.1' }), /^1 onrecord: 192\.0\.2\.1 .*ONRECORD_BIND/)
})

test('a key file that others can read is refused with the command that closes it', (t) => {
  const { dir, serve } = copied(t)
  const key = join(dir, 'keys/vault.key')
  chmodSync(key, 0o644)
  assert.match(serve(), new RegExp(`^1 onrecord: .*mode 644.*chmod 600 ${key}$`))
})

test('a key file that is missing, and one of another vault, are told from the vault', (t) => {
  const { dir, serve } = copied(t)
  const other = mkdtempSync(join(tmpdir(), 'onrecord-other-'))
  t.after(() => rmSync(other, { recursive: true }))
  const firstUser = ['user', 'add', `ann@${server.domain}`, '--password-stdin']
  const made = server.run(firstUser, 'secret', at(other))
  assert.equal(made.status, 0, made.err)
  const needs = /^1 onrecord: the vault .* needs the key \w+, which is not in the key file/
  assert.match(serve({ ONRECORD_KEY_FILE: join(other, 'keys/vault.key') }), needs)
  renameSync(join(dir, 'keys/vault.key'), join(dir, 'elsewhere'))
  assert.match(serve(), needs)
})

test('a damaged key file is told by its line', (t) => {
  const { dir, serve } = copied(t)
  writeFileSync(join(dir, 'keys/vault.key'), 'nonsense\n', { flag: 'a' })
  assert.match(serve(), /^1 onrecord: line \d+ of the key file .* restore/)
})

test('a missing vault is never made anew beside a log', (t) => {
  const { dir, serve } = copied(t)
  rmSync(join(dir, 'data/vault'))
  assert.match(serve(), /^1 onrecord: .*no vault.*restore it from a backup/)
  assert.equal(existsSync(join(dir, 'data/vault')), false)
})

test('a changed vault is refused', (t) => {
  const { dir, serve } = copied(t)
  writeFileSync(join(dir, 'data/vault'), 'nonsense')
  assert.match(serve(), /^1 onrecord: the vault .* was changed .*restore it from a backup/)
})

test('a database that is none is refused', (t) => {
  const { dir, serve } = copied(t)
  rmSync(join(dir, 'data/state.db'))
  writeFileSync(join(dir, 'data/state.db'), 'nonsense '.repeat(1_000))
  assert.match(serve(), /^1 onrecord: .*state\.db cannot be opened .*restore/)
})

test('a file in the place of a folder, and a folder in the place of a file, are named', (t) => {
  const { dir, serve } = copied(t)
  const file = join(dir, 'file')
  writeFileSync(file, '')
  assert.match(serve({ ONRECORD_DATA: file }), /^1 onrecord: The data folder .*\/file /)
  const folder = join(dir, 'folder')
  mkdirSync(folder)
  assert.match(serve({ ONRECORD_KEY_FILE: folder }), /^1 onrecord: .*\/folder.*ONRECORD_KEY_FILE/)
  assert.match(
    serve({ ONRECORD_HEAD_REGISTER: folder }),
    /^1 onrecord: The head register .*\/folder .*ONRECORD_HEAD_REGISTER/,
  )
  rmSync(join(dir, 'data/state.db'))
  mkdirSync(join(dir, 'data/state.db'))
  assert.match(serve(), /^1 onrecord: .*state\.db.* move it away/)
})

test('a read-only data folder, key folder or head register is named', { skip: needsRoot }, (t) => {
  const disk = mounted(t, 80)
  cpSync(server.dir, disk, { recursive: true })
  execFileSync('mount', ['-o', 'remount,ro', disk])
  assert.match(refusal(at(disk)), /^1 onrecord: The data folder .* \(EROFS/)
  assert.match(
    refusal({ ONRECORD_DATA: join(disk, 'new'), ONRECORD_KEY_FILE: server.dir }),
    /^1 onrecord: The data folder .* \(/,
  )
  const { dir, serve } = copied(t)
  assert.match(
    serve({ ONRECORD_HEAD_REGISTER: join(disk, 'head') }),
    /^1 onrecord: The head register .* \(EROFS.*ONRECORD_HEAD_REGISTER/,
  )
  const fresh = { ONRECORD_DATA: join(dir, 'fresh'), ONRECORD_KEY_FILE: join(disk, 'new.key') }
  assert.match(refusal(fresh), /^1 onrecord: .*new\.key\.lock cannot be locked .*write in it$/)
})

test(
  'a disk that is full at the start is named, and with room it starts',
  { skip: needsRoot },
  (t) => {
    const disk = mounted(t, 9)
    const keys = mkdtempSync(join(tmpdir(), 'onrecord-keys-'))
    t.after(() => rmSync(keys, { recursive: true }))
    const places = { ONRECORD_DATA: join(disk, 'data'), ONRECORD_KEY_FILE: join(keys, 'vault.key') }
    assert.match(refusal(places), /^1 onrecord: The record .*ENOSPC.*make room and start again\.$/)
    execFileSync('mount', ['-o', 'remount,size=80M', disk])
    const made = server.run(['user', 'list'], '', places)
    assert.equal(made.status, 0, made.err)
  },
)
