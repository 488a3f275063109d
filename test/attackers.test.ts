// LEDGER.md §8, cell by cell: what an attacker can and cannot do to a data folder, and to a bundle. docs/reference/attackers.md has the
// table, with the cells that are shown elsewhere.
import assert from 'node:assert/strict'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { OperatorError } from '../src/base/errors.ts'
import { exportRecord, scopeOf } from '../src/discovery/bundle/act.ts'
import { RecordUnreadable } from '../src/record/errors.ts'
import { openKeys } from '../src/record/keys/open-keys.ts'
import { bodyLengthAt, entryBytes } from '../src/record/ledger/entry.ts'
import { type LogPosition, type PersonId } from '../src/record/types.ts'
import { exportBundle } from '../src/server/export-bundle.ts'
import { type Storage } from '../src/server/storage.ts'
import { vaultPartsAt } from '../src/storage/embedded/data-vault.ts'
import {
  actOn,
  bundleOf,
  emptyScene,
  policyOf,
  sceneOf,
  type Scene,
} from './support/bundles/scene.ts'
import { verifyPath, verifyZip, type Report } from './support/bundles/verifier.ts'
import { witness, type Witness } from './support/bundles/witnesses.ts'
import { membersOf, zipOf } from './support/bundles/zip-of.ts'
import { flipped } from './support/damage.ts'
import { nothingStated } from './support/bundles/nothing-stated.ts'
import { recordFolder, type RecordFolder } from './support/record-folder.ts'
import { directRecord } from './support/sealed-batches.ts'
import { hire, talk } from './support/talk.ts'
import { testLog } from './support/test-log.ts'
import { disposeOfDue, keepOneMonth } from './support/dispose.ts'

const november = Date.UTC(2026, 10, 21)
const december = Date.UTC(2026, 11, 21)
const january = Date.UTC(2027, 0, 20)
const [doomed, living] = ['what was said in november', 'what was said in december']

/** Before a disposal of November, and after it. */
let old: RecordFolder
let folder: RecordFolder
let gone: LogPosition = 0
let kept: LogPosition = 0
let act: LogPosition = 0
let policy = ''

before(async () => {
  folder = recordFolder()
  let people: readonly PersonId[] = []
  const say = async ({ record }: Storage, text: string): Promise<LogPosition> => {
    const [from, to] = people
    assert.ok(from && to)
    await talk(record, people, { count: 20 })
    return (await record.append(directRecord({ from, to, text }))).position
  }
  await folder.session(november, async (storage) => {
    people = await hire(storage)
    await keepOneMonth(storage, people)
    gone = await say(storage, doomed)
  })
  await folder.session(december, async (storage) => {
    kept = await say(storage, living)
  })
  await folder.session(january, async (storage) => {
    await say(storage, 'what was said in january')
    act = await orderBundle(storage, people)
    policy = storage.keys.log.verifierKeys.map((key) => `log ${key}\n`).join('')
  })
  old = folder.copy()
  await folder.session(january, async (storage) => {
    await disposeOfDue(storage, people)
  })
})

after(() => {
  old[Symbol.dispose]()
  folder[Symbol.dispose]()
})

async function orderBundle(
  { record, keys }: Storage,
  [by]: readonly PersonId[],
): Promise<LogPosition> {
  assert.ok(by)
  const key = keys.exports.verifierKey
  const said = { v: 1, id: 'e'.repeat(32), by, purpose: 'a test', matter: null, key } as const
  const ends = { conversations: [], persons: [] }
  return (await record.append(exportRecord({ ...said, scope: scopeOf({}), ends }))).position
}

/** What an outsider makes of the bundle of that folder; or why there is none. */
async function bundleFrom(its: RecordFolder): Promise<Report | string> {
  try {
    using copy = its.copy()
    const path = copy.path('bundle.zip')
    await exportBundle(copy.config, { act, path, heads: [], stateHeads: nothingStated })
    return await verifyPath(path, { policy })
  } catch (error) {
    if (error instanceof Error) return error.message
    throw error
  }
}

async function read(its: RecordFolder, position: LogPosition): Promise<string> {
  let text = ''
  await its.session(january, async ({ record }) => {
    try {
      text = (await record.read(position)).content
    } catch (error) {
      if (!(error instanceof RecordUnreadable)) throw error
      text = error.isGone ? 'it is gone' : error.message
    }
  })
  return text
}

test('DBA: rows that were altered or deleted never make a bundle that says it is complete and is not', async () => {
  const whole = await bundleFrom(old)
  assert.ok(typeof whole !== 'string' && whole.result === 'complete')
  for (const sql of [
    `DELETE FROM record WHERE position = ${kept}`,
    `DELETE FROM row WHERE position = ${kept}`,
    `UPDATE row SET at = at - 100000 WHERE position = ${kept}`,
    `UPDATE handle SET next_seq = next_seq - 1`,
  ]) {
    using copy = old.copy()
    const db = new DatabaseSync(copy.path('data/mailbox.db'))
    db.exec(sql)
    db.close()
    const made = await bundleFrom(copy)
    if (typeof made === 'string') assert.match(made, /record \d+|mailbox\.db|verify/, sql)
    else if (made.result === 'complete') assert.deepEqual(made.levels, whole.levels, sql)
  }
})

test('Storage administrator: a body that was deleted or altered is in no bundle that is complete', async () => {
  for (const change of [
    (bytes: Buffer) => flipped(bytes, entryBytes + 5),
    (bytes: Buffer) => bytes.subarray(0, -1),
    (bytes: Buffer) => Buffer.alloc(bytes.length),
    (bytes: Buffer) => bytes.subarray(entryBytes + bodyLengthAt(bytes, 0)),
  ]) {
    using copy = old.copy()
    const path = copy.path('data/bodies/1')
    writeFileSync(path, change(readFileSync(path)))
    const made = await bundleFrom(copy)
    assert.ok(typeof made === 'string' || made.result !== 'complete', JSON.stringify(made))
  }
})

test('Backup thief: a data folder without its key file opens nothing; KMS operator: nor does the key file without the vault', async () => {
  for (const missing of ['keys/vault.key', 'data/vault']) {
    using copy = old.copy()
    rmSync(copy.path(missing))
    const { data: dataDir, keyHolders: holders } = copy.config
    await assert.rejects(openKeys(vaultPartsAt({ dataDir, holders })), OperatorError, missing)
  }
})

test('Backup thief: with the key of today nothing opens of a backup from before the disposal', async () => {
  using copy = old.copy()
  cpSync(folder.path('keys/vault.key'), copy.path('keys/vault.key'))
  const { data: dataDir, keyHolders: holders } = copy.config
  await assert.rejects(openKeys(vaultPartsAt({ dataDir, holders })), /needs the key/)
})

test('Thief of the key and all storage: reads what lives, and nothing that was disposed of, though he has its old body', async () => {
  using copy = folder.copy()
  assert.match(await read(copy, kept), new RegExp(living))
  assert.equal(await read(copy, gone), 'it is gone')
  cpSync(old.path('data/bodies/1'), copy.path('data/bodies/1'))
  const keys = await openKeys(
    vaultPartsAt({ dataDir: copy.config.data, holders: copy.config.keyHolders }),
  )
  assert.equal(await keys.stateOf(1), 'destroyed')
})

test('Thief who copied the keys before the disposal: reads that bucket for ever, for which there is no defence', async () => {
  using copy = old.copy()
  assert.match(await read(copy, gone), new RegExp(doomed))
})

test('Witness operator: what he is sent has the size, the root and hashes, and no entry', async () => {
  const log = testLog()
  const [from, size] = [40, 300]
  const lines = Buffer.from(await log.request(from, size))
    .toString()
    .split('\n')
  const [origin, said, root] = (await log.head(size)).split('\n')
  const proof = await log.proof(from, size)
  assert.deepEqual(
    lines.filter((line) => !line.startsWith('\u2014 ')),
    [
      `old ${from}`,
      ...proof.map((hash) => Buffer.from(hash).toString('base64')),
      '',
      origin,
      said,
      root,
      '',
      '',
    ],
  )
  assert.ok(proof.every(({ length }) => length === 32))
})

/** More than the witness has seen. */
const lies = Array.from({ length: 14 }, (_, n) => `never said ${n}`)

type Watched = {
  readonly scene: Scene
  readonly w: Witness
  /** With the witness's key in it. */
  readonly policy: string
  /** The head that the witness has cosigned, and a log of as much. */
  readonly seen: Uint8Array
  readonly begun: Scene['log']
  /** Of nothing but who there is. */
  readonly empty: Scene['log']
}

/** Ten messages, a head that was cosigned, ten more. */
async function watched(): Promise<Watched> {
  const w = witness('w.example')
  const scene = await emptyScene('attackers')
  const empty = scene.log.fork(scene.log.size)
  for (let n = 0; n < 10; n++) await scene.say(n % 3, (n + 1) % 3, `before ${n}`)
  const head = await scene.log.head()
  const seen = w.cosign(head.note, Math.floor(scene.log.now / 1000))
  const begun = scene.log.fork(scene.log.size)
  for (let n = 0; n < 10; n++) await scene.say(n % 3, (n + 1) % 3, `after ${n}`)
  const line = `witness w ${w.verifierKey}\nquorum w\n`
  return {
    scene,
    w,
    seen,
    begun,
    empty,
    policy: policyOf(scene.keys).replace('quorum none\n', line),
  }
}

/** As `watched`, by whoever has all keys of the log. */
async function forgedFrom(
  { scene }: Watched,
  log: Scene['log'],
  words: readonly string[],
): Promise<Scene> {
  const forged = sceneOf({ ...scene, log })
  for (const [n, text] of words.entries()) await forged.say(n % 3, (n + 1) % 3, text)
  return forged
}

test('Root with the log’s keys and no witness since: rewrites what came after the last cosigned head, and not what came before', async () => {
  const its = await watched()
  const trusting = { policy: policyOf(its.scene.keys), heads: [its.seen] }
  const later = await forgedFrom(its, its.begun.fork(its.begun.size), ['never said'])
  const rewritten = await verifyZip(await zipFrom(later), trusting)
  assert.deepEqual([rewritten.result, Object.keys(rewritten.levels)], ['complete', ['S']])
  // Whoever asks for the witness sees that what was rewritten has none.
  assert.notEqual((await verifyZip(await zipFrom(later), { policy: its.policy })).exit, 0)
  const all = await forgedFrom(its, its.empty, lies)
  const found = await verifyZip(await zipFrom(all), trusting)
  assert.deepEqual([found.exit, found.findings[0]?.code], [1, 'checkpoint.history'])
})

test('Root with the log’s keys and the witnesses’: rewrites all, and a head that is outside already contradicts it', async () => {
  const its = await watched()
  const forged = await forgedFrom(its, its.empty, lies)
  const position = await actOn(forged)
  const head = await forged.log.head()
  const note = its.w.cosign(head.note, Math.floor(forged.log.now / 1000) + 60)
  const zip = zipOf(membersOf(await bundleOf(forged, position, { head: { ...head, note } })))
  const alone = await verifyZip(zip, { policy: its.policy })
  assert.deepEqual(alone.findings, [])
  assert.deepEqual([alone.result, Object.keys(alone.levels)], ['complete', ['W']])
  // Anybody's: of an older bundle, of a time stamp, of a client.
  const pinned = await verifyZip(zip, { policy: its.policy, heads: [its.seen] })
  assert.deepEqual([pinned.exit, pinned.findings[0]?.code], [1, 'checkpoint.history'])
})

async function zipFrom(scene: Scene): Promise<Uint8Array> {
  return zipOf(membersOf(await bundleOf(scene, await actOn(scene))))
}
