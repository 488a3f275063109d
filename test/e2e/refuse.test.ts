// A start over a record that is in doubt: one sentence, exit status 1, and nothing is changed.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { filesOf, flipped } from '../support/damage.ts'
import { recordFolder, type RecordFolder } from '../support/record-folder.ts'
import { hire, talk } from '../support/talk.ts'

const program = resolve(import.meta.dirname, '../../bin/onrecord')
const timeoutMs = 60_000
const log = 'data/wal/0000000000000001.wal'

let folder: RecordFolder

before(async () => {
  folder = recordFolder()
  await folder.session(Date.UTC(2026, 10, 21), async (storage) => {
    await talk(storage.record, await hire(storage), { count: 20 })
  })
})

after(() => folder[Symbol.dispose]())

test('a frame that was changed is refused', () => {
  refuses(/log segment 1, byte 0: /, (copy) => flip(copy, log, 200))
})

test('a log that ends before what was signed is refused', () => {
  refuses(/log ends with \d+ records, but 28 were signed/, (copy) => {
    const bytes = readFileSync(copy.path(log))
    writeFileSync(copy.path(log), bytes.fill(0, bytes.lastIndexOf('OLW1')))
  })
})

test('a vault that was changed is refused', () => {
  refuses(/the vault .* restore it from a backup/, (copy) => flip(copy, 'data/vault', 300))
})

test('a key file without the key is refused', () => {
  refuses(/the key file .*vault\.key/, (copy) => rmSync(copy.path('keys/vault.key')))
})

test('a head register that was changed, or lost, is refused', () => {
  refuses(/the head register .*head/, (copy) => flip(copy, 'keys/head', 120))
  refuses(/the head register does not know it/, (copy) => rmSync(copy.path('keys/head')))
})

test('a body that is missing, and a tile that was changed, are refused', () => {
  refuses(/bodies\/1 is missing/, (copy) => rmSync(copy.path('data/bodies/1')))
  refuses(/tiles in log\/tile/, (copy) => flip(copy, 'data/log/tile/0/000.p/28', 100))
})

function flip(copy: RecordFolder, name: string, at: number): void {
  writeFileSync(copy.path(name), flipped(readFileSync(copy.path(name)), at))
}

/** @param why what the one sentence has to say */
function refuses(why: RegExp, damage: (copy: RecordFolder) => void): void {
  using copy = folder.copy()
  damage(copy)
  const contents = contentsOf(copy)
  const { data, keyFile } = copy.config
  const env = {
    PATH: '/usr/bin:/bin',
    ONRECORD_DATA: data,
    ONRECORD_KEY_FILE: keyFile,
    ONRECORD_DOMAIN: 'chat.example',
  }
  const ran = spawnSync(program, ['serve'], {
    env,
    cwd: copy.path('.'),
    encoding: 'utf8',
    timeout: timeoutMs,
  })
  const said = ran.stderr.split('\n').filter((line) => line.startsWith('onrecord: '))
  assert.equal(ran.status, 1, ran.stderr)
  assert.equal(said.length, 1, ran.stderr)
  assert.match(said[0] ?? '', why)
  assert.deepEqual(contentsOf(copy), contents)
}

/** All but locks, and what SQLite keeps for readers. */
function contentsOf(copy: RecordFolder): ReadonlyMap<string, string> {
  const names = filesOf(copy, '.').filter((name) => !/lock$|-shm$|-wal$/.test(name))
  return new Map(names.map((name) => [name, readFileSync(copy.path(name)).toString('base64')]))
}
