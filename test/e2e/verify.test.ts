// `onrecord verify` as people run it: what it prints, and its exit status, with the server stopped, running, and under load.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { DatabaseSync } from 'node:sqlite'
import { entryBytes } from '../../src/record/ledger/entry.ts'
import { filesOf, flipped, nameOf } from '../support/damage.ts'
import { recordFolder, type RecordFolder } from '../support/record-folder.ts'
import { hire, talk } from '../support/talk.ts'
import { cannotMount, mountReadOnly } from './disk.ts'
import { addUsers } from './people.ts'
import { testServer, type Ran } from './server.ts'
import { startTalk } from './talk.ts'

const program = resolve(import.meta.dirname, '../../bin/onrecord')
const november = Date.UTC(2026, 10, 21)
/** Enough for verify to use threads. */
const messages = 10_200

/** A record that was closed in order. Who changes it puts it back. */
let folder: RecordFolder

before(async () => {
  folder = recordFolder()
  await folder.session(november, async (storage) => {
    const people = await hire(storage)
    await talk(storage.record, people, { count: messages })
  })
})

after(() => folder[Symbol.dispose]())

/** Runs `onrecord verify ARGS` over the folder, with other settings over its own. */
function verify(args: readonly string[], settings: Readonly<Record<string, string>> = {}): Ran {
  const { data, keyFile } = folder.config
  const env = {
    PATH: '/usr/bin:/bin',
    ONRECORD_DATA: data,
    ONRECORD_KEY_FILE: keyFile,
    ...settings,
  }
  const done = spawnSync(program, ['verify', ...args], { env, encoding: 'utf8', cwd: '/' })
  return { status: done.status, out: done.stdout, err: done.stderr }
}

/** With exit 1 and nothing on standard output: the one line on standard error. */
function complaint({ status, out, err }: Ran): string {
  assert.deepEqual([status, out], [1, ''], err)
  assert.match(err, /^[^\n]+\n$/)
  return err.trim()
}

/** What verify says while a file of the folder has other bytes. */
function complaintWith(name: string, bytes: Uint8Array): string {
  const sound = readFileSync(folder.path(name))
  writeFileSync(folder.path(name), bytes)
  try {
    return complaint(verify([]))
  } finally {
    writeFileSync(folder.path(name), sound)
  }
}

test('a sound record is told in numbers, with exit 0', () => {
  const { status, out, err } = verify(['--data', folder.config.data], { ONRECORD_DATA: '/nowhere' })
  assert.deepEqual([status, err], [0, ''])
  const lines = out.trim().split('\n')
  assert.equal(lines.length, 3)
  assert.match(
    lines[0] ?? '',
    /^10208 records of chat\.example\/log\/[0-9a-f]{8}: each is in the tree/,
  )
  assert.match(lines[1] ?? '', /^\d+ signed checkpoints?, the newest of 10208 records; /)
  assert.match(lines[2] ?? '', /^\d+ conversations; \d+ mailbox rows, /)
})

test('with --json the answer is one object, sound or not', () => {
  const sound = verify(['--json'])
  assert.deepEqual([sound.status, sound.err], [0, ''])
  const { ok, report }: { ok: boolean; report: Readonly<Record<string, unknown>> } = JSON.parse(
    sound.out,
  )
  assert.equal(ok, true)
  assert.deepEqual(
    Object.fromEntries(Object.entries(report).map(([name, value]) => [name, typeof value])),
    {
      origin: 'string',
      records: 'number',
      root: 'string',
      signed: 'number',
      checkpoints: 'number',
      conversations: 'number',
      senders: 'number',
      rows: 'number',
      waiting: 'number',
      tornBytes: 'number',
      disposed: 'object',
    },
  )
  const [, size, root] = readFileSync(folder.path('data/log/checkpoint'), 'utf8').split('\n')
  assert.deepEqual([String(report['signed']), report['root']], [size, root])

  const name = folder.path('data/vault')
  const vault = readFileSync(name)
  writeFileSync(name, vault.subarray(1))
  const refused = verify(['--json'])
  writeFileSync(name, vault)
  assert.deepEqual([refused.status, refused.err], [1, ''])
  assert.deepEqual(Object.keys(JSON.parse(refused.out)), ['error', 'message'])

  const bodies = readFileSync(folder.path('data/bodies/1'))
  writeFileSync(folder.path('data/bodies/1'), flipped(bodies, bodies.length / 2))
  const damaged = verify(['--json'])
  writeFileSync(folder.path('data/bodies/1'), bodies)
  assert.deepEqual([damaged.status, damaged.err], [1, ''])
  const found: { ok: boolean; finding: { where: string; what: string } } = JSON.parse(damaged.out)
  assert.equal(found.ok, false)
  assert.match(found.finding.where, /^bodies\/1, record \d+$/)
  assert.match(found.finding.what, /^(?:the body does not|its entry is not)/)
})

test('wrong usage is exit 2, with the usage', () => {
  for (const args of [['more'], ['--wat'], ['--data'], ['--data', '/tmp', 'more'], ['--json=1']]) {
    const { status, out, err } = verify(args)
    assert.deepEqual([status, out], [2, ''], args.join(' '))
    assert.match(err, /\nonrecord verify \[--data DIR\] /)
  }
})

test('what cannot be verified is told in one sentence that says what to do, and nothing is made', async () => {
  const { path } = folder
  mkdirSync(path('empty'))
  const other = recordFolder()
  try {
    assert.equal(
      complaint(verify(['--data', path('nowhere')])),
      `onrecord: there is no data folder ${path('nowhere')}: name one with --data`,
    )
    assert.match(complaint(verify(['--data', path('data/vault')])), /there is no data folder/)
    assert.match(
      complaint(verify(['--data', path('empty')])),
      /empty\/vault is missing: name a data/,
    )
    assert.match(
      complaint(verify([], { ONRECORD_KEY_FILE: path('no-keys/vault.key') })),
      /needs the key \w+, which is not in the key file \S+: put that key file in its place/,
    )
    await other.session(november, async () => undefined)
    assert.match(
      complaint(verify([], { ONRECORD_KEY_FILE: other.config.keyFile })),
      /needs the key \w+, which is not in the key file/,
    )
    assert.match(
      complaint(verify([], { ONRECORD_HEAD_REGISTER: path('nowhere') })),
      /^head register: it does not know this log$/,
    )
    assert.match(complaint(verify([], { ONRECORD_KEY_FLIE: '/x' })), /ONRECORD_KEY_FILE/)
    for (const name of ['nowhere', 'empty/wal', 'empty/lock', 'no-keys'])
      assert.equal(existsSync(path(name)), false, name)
  } finally {
    other[Symbol.dispose]()
  }
})

test('damage is named, with exit 1: in bodies, tiles, checkpoints, log, vault, head register and rows', () => {
  const flip = (name: string, at: number): string =>
    complaintWith(name, flipped(readFileSync(folder.path(name)), at))
  const last = statSync(folder.path('data/bodies/1')).size - 1
  assert.equal(
    flip('data/bodies/1', last),
    'bodies/1, record 10207: the body does not have the hash that its entry names',
  )
  const bundle = 'log/tile/entries/017'
  assert.match(
    flip(`data/${bundle}`, 2 + entryBytes + 2 + 90),
    /^bodies\/1, record 4353: its entry is not/,
  )
  for (const name of ['data/log/tile/0/017', 'data/log/tile/1/000.p/39'])
    assert.equal(flip(name, 40), `${name.slice(5)}: it is not what the tree has here`)
  for (const name of [
    'data/log/checkpoint',
    'data/log/checkpoints',
    ...filesOf(folder, 'data/wal').slice(0, 1),
    'keys/head',
  ])
    assert.match(flip(name, 100), nameOf(name), name)
  assert.match(flip('data/vault', 100), /^onrecord: the vault \S+ .*the vault was changed/)
  for (const [sql, what] of [
    ['DELETE FROM row WHERE position = 9000', 'the row of an archive is missing'],
    [
      'UPDATE record SET offset = offset + 1 WHERE position = 9000',
      'it names another place for the body',
    ],
  ] as const)
    assert.equal(complaintAfter(sql), `mailbox.db, record 9000: ${what}`)
})

/** What verify says while SQL was done to the rows. */
function complaintAfter(sql: string): string {
  const name = folder.path('data/mailbox.db')
  const sound = readFileSync(name)
  change(name, sql)
  try {
    return complaint(verify([]))
  } finally {
    writeFileSync(name, sound)
  }
}

function change(path: string, sql: string): void {
  const db = new DatabaseSync(path)
  try {
    db.exec(sql)
  } finally {
    db.close()
  }
}

test('a copy on a file system that is read-only can be verified', { skip: cannotMount }, () => {
  const mounted = mountReadOnly(folder.path('.'))
  try {
    const settings = { ONRECORD_KEY_FILE: join(mounted.dir, 'keys/vault.key') }
    const { status, err } = verify(['--data', join(mounted.dir, 'data')], settings)
    assert.equal(status, 0, err)
  } finally {
    mounted.remove()
  }
})

test('with the server running, damage in what it wrote before is named, and nothing when it is repaired', async () => {
  const server = await testServer({ ONRECORD_ALLOW_PLAINTEXT: 'loopback' })
  try {
    await server.start()
    await addUsers(server, 4)
    const talking = await startTalk(server, { pairs: 2, bodyChars: 100 })
    await talking.received(300)
    await talking.quiet()
    // So that the rows are in the database, and none in SQLite's log beside it.
    assert.equal(await server.stop(), 0)
    await server.start()
    const records = recordsSaid(await server.runBeside(['verify', '--json']))
    assert.ok(records > 600, `${records} records`)
    for (const [name, at] of [
      ['bodies/1', 200],
      ['bodies/1', 200_000],
      ['log/tile/0/000', 0],
      ['log/tile/entries/001', 1_000],
      ['log/checkpoint', 90],
      ['log/checkpoints', 3],
      ['log/checkpoints', 127],
      ['mailbox.db', 3 * 4_096 + 1],
      ['vault', 60],
    ] as const) {
      const path = join(server.data, name)
      const sound = readFileSync(path)
      writeByte(path, at, flipped(sound, at))
      const damaged = await server.runBeside(['verify'])
      writeByte(path, at, sound)
      assert.match(complaint(damaged).replace('onrecord: ', ''), nameOf(name), `${name}, ${at}`)
      assert.equal(recordsSaid(await server.runBeside(['verify', '--json'])), records, name)
    }
    const rows = join(server.data, 'mailbox.db')
    change(rows, 'UPDATE record SET length = length + 1 WHERE position = 300')
    assert.equal(
      complaint(await server.runBeside(['verify'])),
      'mailbox.db, record 300: it names another place for the body',
    )
    change(rows, 'UPDATE record SET length = length - 1 WHERE position = 300')
    assert.equal(recordsSaid(await server.runBeside(['verify', '--json'])), records)
    assert.equal(await server.stop(), 0, server.log())
  } finally {
    await server.remove()
  }
})

test('while people talk the record is sound, again and again, and old damage is named', async () => {
  const server = await testServer({ ONRECORD_ALLOW_PLAINTEXT: 'loopback' })
  try {
    await server.start()
    await addUsers(server, 6)
    const talking = await startTalk(server, { pairs: 3, bodyChars: 100 })
    const sizes: number[] = []
    for (let round = 0; round < 6; round++) {
      const [verified] = await Promise.all([
        server.runBeside(['verify', '--json']),
        talking.received(50),
      ])
      sizes.push(recordsSaid(verified))
    }
    assert.deepEqual(
      sizes,
      sizes.toSorted((a, b) => a - b),
    )
    assert.ok((sizes.at(-1) ?? 0) > 500, `sizes: ${sizes.join()}`)
    const path = join(server.data, 'bodies/1')
    writeByte(path, 5_000, flipped(readFileSync(path), 5_000))
    const [damaged] = await Promise.all([server.runBeside(['verify']), talking.received(50)])
    assert.match(complaint(damaged), /^bodies\/1, record \d: /)
    await talking.quiet()
  } finally {
    await server.remove()
  }
})

function recordsSaid({ status, out, err }: Ran): number {
  assert.equal(status, 0, out + err)
  const { report }: { report: { records: number } } = JSON.parse(out)
  return report.records
}

/** One byte alone: others of the file may be written by the server at this moment. */
function writeByte(path: string, at: number, from: Uint8Array): void {
  const file = openSync(path, 'r+')
  try {
    writeSync(file, from, at, 1, at)
  } finally {
    closeSync(file)
  }
}
