// Backups, and what comes of them: docs/operate/backup.md. How they stand kills and load is in test/e2e/backup.test.ts.
import assert from 'node:assert/strict'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { journalHeader, journalStart } from '../src/record/keys/openings.ts'
import { type PersonId } from '../src/record/types.ts'
import { restoreBackup } from '../src/server/backup/restore.ts'
import { openOffline } from '../src/server/main.ts'
import { type Storage } from '../src/server/storage.ts'
import { backUp, backUpServed, restoreInto, spoiled } from './support/backups.ts'
import { findingIn } from './support/damage.ts'
import { recordFolder, type RecordFolder } from './support/record-folder.ts'
import { hire, talk } from './support/talk.ts'

const at = Date.UTC(2026, 10, 21)
const dir = mkdtempSync(join(tmpdir(), 'onrecord-backup-'))
const backups = join(dir, 'backups')
const file = 'ab/abababababababababababababababab'
const journal = 'openings/0000000000000001.log'
const upload = Buffer.alloc(100_000, 'sealed')

let folder: RecordFolder
let people: readonly PersonId[]

before(async () => {
  folder = recordFolder()
  await folder.session(at, async (storage) => {
    people = await hire(storage)
    await talk(storage.record, people, { count: 700 })
  })
  mkdirSync(join(folder.config.data, 'files/ab'), { recursive: true })
  writeFileSync(join(folder.config.data, 'files', file), upload)
  mkdirSync(join(folder.config.data, 'openings'))
  writeFileSync(join(folder.config.data, journal), journalHeader(journalStart))
  await backUp(folder, backups, { at })
})

after(() => {
  folder[Symbol.dispose]()
  rmSync(dir, { recursive: true })
})

/** The folder with its keys, without its data. @param register whether it keeps the head register */
function emptied({ register }: { readonly register: boolean }): RecordFolder {
  const copy = folder.copy()
  rmSync(copy.path('data'), { recursive: true })
  if (!register) rmSync(copy.path('keys/head'))
  return copy
}

function filesOf(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

test('a backup restores to a record that verifies and goes on, and its restoring is on record', async () => {
  for (const register of [true, false]) {
    using copy = emptied({ register })
    const { records, lost } = await restoreInto(copy, { dir: backups })
    assert.equal(lost, 0)
    assert.equal(await findingIn(copy), 'sound')
    assert.deepEqual(readFileSync(copy.path(`data/files/${file}`)), upload)
    assert.ok(existsSync(copy.path(`data/${journal}`)))
    await copy.session(at, async ({ record }) => {
      const opened = await record.read(records)
      assert.equal(opened.envelope.kind, 'backup')
      assert.equal(JSON.parse(opened.content).what, 'restored')
      await talk(record, people, { count: 50, first: 700 })
    })
    assert.equal(await findingIn(copy), 'sound')
  }
})

test('what was backed up is not copied again, and each generation restores to what there was then', async () => {
  using copy = folder.copy()
  const own = join(dir, 'incremental')
  const first = await backUp(copy, own, { at })
  const heads = [first.records]
  for (let n = 0; n < 3; n++) {
    await copy.session(at, async ({ record }) => {
      await talk(record, people, { count: 20, first: 700 + n * 20 })
    })
    const { copiedBytes, records } = await backUp(copy, own, { at })
    assert.ok(copiedBytes < first.copiedBytes / 5, `${copiedBytes} of ${first.copiedBytes}`)
    heads.push(records)
  }
  const names = readdirSync(own).filter((name) => /^\d{6}-/.test(name))
  for (const [i, generation] of names.entries()) {
    using old = emptied({ register: false })
    const { records } = await restoreInto(old, { dir: own, generation })
    assert.equal(records, heads[i])
    assert.equal(await findingIn(old), 'sound')
  }
})

test('older generations go, and what only they had with them', async () => {
  using copy = folder.copy()
  const own = join(dir, 'pruned')
  await backUp(copy, own, { at })
  rmSync(copy.path(`data/files/${file}`))
  await backUp(copy, own, { at })
  assert.ok(statSync(join(own, 'shared/files', file)).isFile())
  const { kept } = await backUp(copy, own, { at, keep: 2 })
  assert.equal(kept.length, 2)
  assert.equal(statSync(join(own, 'shared/files', file), { throwIfNoEntry: false }), undefined)
  assert.deepEqual(
    readdirSync(own).filter((name) => /^\d{6}-/.test(name)),
    kept.map(({ generation }) => generation),
  )
})

async function talkUntil(signal: AbortSignal, { record }: Storage): Promise<void> {
  for (let first = 700; !signal.aborted && first < 3_000; first += 40) {
    await talk(record, people, { count: 40, first })
    await record.integrated(record.size)
  }
}

test('a backup that is made while people talk is whole', async () => {
  using copy = folder.copy()
  const own = join(dir, 'served')
  let firstName = ''
  await copy.session(at, async (storage) => {
    const over = new AbortController()
    const talking = talkUntil(over.signal, storage)
    firstName = (await backUpServed(copy, own, storage)).generation
    const second = await backUpServed(copy, own, storage)
    over.abort()
    await talking
    await talk(storage.record, people, { count: 40, first: 5_000 })
    assert.ok(second.records > 700 && second.records <= storage.record.size)
  })
  using old = emptied({ register: false })
  const { records } = await restoreInto(old, { dir: own })
  assert.equal(await findingIn(old), 'sound')
  // The same folder's register knows more: that has to be said, and is on record.
  rmSync(copy.path('data'), { recursive: true })
  await assert.rejects(restoreInto(copy, { dir: own }), { code: 'restore.loss' })
  const { lost } = await restoreInto(copy, { dir: own, acceptsLoss: true })
  assert.ok(lost > 0)
  assert.equal(await findingIn(copy), 'sound')
  await copy.session(at, async ({ record }) => {
    const { content } = await record.read(records)
    assert.equal(JSON.parse(content).lost.records, lost)
  })
  // It goes on from the newest generation, so its backups do; from an older one it would be another history.
  await backUp(copy, own, { at })
  rmSync(copy.path('data'), { recursive: true })
  await restoreInto(copy, { dir: own, generation: firstName, acceptsLoss: true })
  await assert.rejects(backUp(copy, own, { at }), { code: 'backup.other-history' })
})

test('neither the key file nor what is in it is in a backup', () => {
  const keyFile = readFileSync(folder.path('keys/vault.key'), 'utf8')
  const secrets = keyFile.match(/\S{40,}/g) ?? []
  assert.ok(secrets.length > 0)
  for (const path of filesOf(backups)) {
    const text = readFileSync(path, 'latin1')
    for (const secret of secrets) assert.ok(!text.includes(secret), path)
  }
})

test('a backup of which one byte was changed, or a file is missing, is refused', async () => {
  const own = join(dir, 'spoiled')
  cpSync(backups, own, { recursive: true })
  const parts = filesOf(own).filter((path) => !/\/lock$|\/onrecord-backup\.json$/.test(path))
  assert.ok(parts.length > 8)
  for (const path of parts) {
    const whole = readFileSync(path)
    for (const bytes of [spoiled(path), null]) {
      if (bytes === null) rmSync(path)
      else writeFileSync(path, bytes)
      using empty = emptied({ register: true })
      await assert.rejects(restoreInto(empty, { dir: own }), (error: { readonly code?: string }) =>
        /^backup\.(changed|no-generation|no-key)$|^vault\./.test(error.code ?? ''),
      )
      assert.equal(existsSync(empty.path('data/vault')), false, path)
      writeFileSync(path, whole)
    }
  }
})

test('folders that a backup must not be in are refused', async () => {
  const { data } = folder.config
  for (const [target, code] of [
    [join(data, 'backups'), 'backup.within-data'],
    [folder.path('.'), 'backup.around-data'],
    [folder.path('keys'), 'backup.not-a-backup'],
  ] as const)
    await assert.rejects(backUp(folder, target, { at }), { code })
  using other = recordFolder()
  await other.session(at, async (storage) => void (await hire(storage)))
  await assert.rejects(backUp(other, backups, { at }), { code: 'backup.other-log' })
})

test('nothing is restored over a record, and nothing without the key', async () => {
  using full = folder.copy()
  await assert.rejects(restoreInto(full, { dir: backups }), { code: 'restore.record-there' })
  assert.equal(await findingIn(full), 'sound')
  using keyless = emptied({ register: true })
  rmSync(keyless.path('keys/vault.key'))
  await assert.rejects(restoreInto(keyless, { dir: backups }), { code: 'backup.no-key' })
  await assert.rejects(restoreInto(keyless, { dir: join(dir, 'nowhere') }), { code: 'backup.none' })
  await assert.rejects(restoreInto(keyless, { dir: backups, generation: 'x' }), {
    code: 'backup.no-generation',
  })
})

test('a restore that stops before its end is begun anew, and nothing else opens the folder meanwhile', async () => {
  using copy = emptied({ register: true })
  const wanted = { dir: backups, generation: null, acceptsLoss: false }
  const { generation, records, lost } = await restoreBackup(copy.config, wanted)
  assert.match(await findingIn(copy), /say onrecord restore again/)
  // Its act is on record, and it is killed then: the register knows that act.
  const offline = await openOffline(copy.config, () => undefined, { isRestoring: true })
  const body = { what: 'restored', generation, records, lost }
  await offline.administer({ method: 'POST', path: '/v1/backups', body })
  await offline[Symbol.asyncDispose]()
  await assert.rejects(
    openOffline(copy.config, () => undefined),
    { code: 'data.half-restored' },
  )
  assert.equal((await restoreInto(copy, { dir: backups })).lost, 0)
  assert.equal(await findingIn(copy), 'sound')
})

test('generations from before a turn of the vault are named, and open nothing', async () => {
  using copy = folder.copy()
  const own = join(dir, 'turned')
  const first = await backUp(copy, own, { at })
  await copy.session(at, async ({ keys }) => void (await keys.turn([])))
  const second = await backUp(copy, own, { at })
  assert.deepEqual(
    second.kept.map(({ opens }) => opens),
    [false, true],
  )
  rmSync(copy.path('data'), { recursive: true })
  await assert.rejects(restoreInto(copy, { dir: own, generation: first.generation }), {
    code: 'backup.epoch-over',
  })
  await restoreInto(copy, { dir: own })
  assert.equal(await findingIn(copy), 'sound')
})
