// A record of all real parts with witnesses over HTTP, and what they find out. LEDGER.md §8, "roll back behind a witnessed head".
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { OperatorError } from '../src/base/errors.ts'
import { systemRandom } from '../src/base/random.ts'
import { exportRecord, scopeOf } from '../src/discovery/bundle/act.ts'
import { exportBundle, logPolicy } from '../src/server/export-bundle.ts'
import { createMetrics } from '../src/server/metrics.ts'
import { openProofs } from '../src/server/proofs.ts'
import { type Storage } from '../src/server/storage.ts'
import { verifyWitnessed } from '../src/server/verify-witnessed.ts'
import { verifierKeysOf, witnessKeys } from '../src/server/witness-keys.ts'
import { openWitness, type RunningWitness } from '../src/server/witness-server.ts'
import { nothingStated } from './support/bundles/nothing-stated.ts'
import { verifyPath } from './support/bundles/verifier.ts'
import { findingIn, findingWith } from './support/damage.ts'
import { recordFolder, type RecordFolder } from './support/record-folder.ts'
import { hire, talk } from './support/talk.ts'
import { seenLog } from './support/witnessed.ts'

const november = Date.UTC(2026, 10, 21)
const seconds = { timeout: 60_000 }

async function witnessOf(
  folder: RecordFolder,
  { keys }: Storage,
  name: string,
): Promise<RunningWitness> {
  const dir = folder.path(name)
  await witnessKeys(dir, `${name}.example`)
  return await openWitness({
    dir,
    bind: '127.0.0.1',
    port: 0,
    logs: keys.log.verifierKeys,
    clock: { now: () => november + 1_000 },
    log: seenLog(),
    fatal: (error) => assert.fail(String(error)),
  })
}

async function policyFile(
  folder: RecordFolder,
  ports: ReadonlyMap<string, number>,
): Promise<string> {
  const lines: string[] = []
  for (const [name, port] of ports) {
    const [, mlDsa = ''] = verifierKeysOf(await witnessKeys(folder.path(name), null))
    lines.push(`witness ${name} ${mlDsa} http://127.0.0.1:${port}`)
  }
  const path = folder.path('policy')
  writeFileSync(
    path,
    `${lines.join('\n')}\ngroup both all ${[...ports.keys()].join(' ')}\nquorum both\n`,
  )
  return path
}

/** Opens what outsiders hold the record by, as the server does. */
async function proofs(folder: RecordFolder, storage: Storage, policy: string) {
  await using opened = new AsyncDisposableStack()
  const log = seenLog()
  const metrics = createMetrics()
  const settings = { ...folder.config.proofs, witnessPolicyFile: policy, witnessEveryMs: 1_000 }
  const random = systemRandom()
  const outside = { clock: { now: () => Date.now() }, random, log, metrics, storage }
  await openProofs({ ...folder.config, proofs: settings }, outside, opened)
  return { log, metrics, closing: opened.move() }
}

test(
  'heads are cosigned beside the record, and an old copy of the data does not start again',
  seconds,
  async (t) => {
    using folder = recordFolder()
    const witnesses: RunningWitness[] = []
    t.after(async () => {
      for (const witness of witnesses) await witness.close()
    })
    let policy = ''
    let people: Awaited<ReturnType<typeof hire>> = []
    await folder.session(november, async (storage) => {
      people = await hire(storage)
      await talk(storage.record, people, { count: 20 })
    })
    using old = folder.copy()
    await folder.session(november, async (storage) => {
      for (const name of ['one', 'two']) witnesses.push(await witnessOf(folder, storage, name))
      const ports = new Map(witnesses.map(({ port }, i) => [i === 0 ? 'one' : 'two', port]))
      policy = await policyFile(folder, ports)
      const { log, metrics, closing } = await proofs(folder, storage, policy)
      await using _ = closing
      const before = storage.record.size
      await talk(storage.record, people, { count: 300, first: 300 })
      // The first may have been one of before.
      await log.seen('info witness.cosigned', ({ size }) => Number(size) > before)
      assert.ok(!log.events.some((event) => event.startsWith('error')), log.events.join())
      const dir = folder.path('data/log/witnessed')
      const newest =
        readdirSync(dir)
          .filter((name) => /^\d+$/.test(name))
          .at(-1) ?? ''
      const text = readFileSync(join(dir, newest), 'utf8')
      assert.match(text, /^\u2014 one\.example /m)
      assert.match(text, /^\u2014 two\.example /m)
      assert.match((await metrics.text()).text, /onrecord_witnessed_records \d{2,}/)
    })
    assert.equal(await findingIn(folder), 'sound')
    const config = {
      ...folder.config,
      proofs: { ...folder.config.proofs, witnessPolicyFile: policy },
    }
    assert.deepEqual(
      (await verifyWitnessed(config)).map(({ seen }) => seen.kind),
      ['agrees', 'agrees'],
    )
    await damaged(folder)
    await folder.session(november, async (storage) => {
      const { closing } = await proofs(folder, storage, policy)
      await closing.disposeAsync()
    })
    await old.session(november, async (storage) => {
      const { message } = await refusal(proofs(old, storage, policy))
      assert.match(message, /The witness one has cosigned a head of \d+ records/)
    })
    const oldConfig = { ...old.config, proofs: config.proofs }
    const kinds = (await verifyWitnessed(oldConfig)).map(({ seen }) => seen.kind)
    assert.deepEqual(kinds, ['contradicts', 'contradicts'])
  },
)

/** What verify says of cosigned heads that were changed, and of files that are none. */
async function damaged(folder: RecordFolder): Promise<void> {
  const dir = folder.path('data/log/witnessed')
  const [name = ''] = readdirSync(dir)
  const path = `data/log/witnessed/${name}`
  const note = readFileSync(folder.path(path))
  const changed = Buffer.from(note.toString().replace(/\n\d+\n/, '\n7\n'))
  assert.match(
    await findingWith(folder, path, changed),
    /^log\/witnessed\/\d+: the ed25519 signature/,
  )
  const other = `data/log/witnessed/${'9'.repeat(16)}`
  assert.match(await findingWith(folder, other, note), /it is a head of \d+ records/)
  assert.match(await findingWith(folder, `${path}x`, note), /x: it is a head of \d+ records/)
  assert.match(await findingWith(folder, 'data/log/other', note), /the record has no such file/)
}

async function refusal(opening: Promise<unknown>): Promise<OperatorError> {
  try {
    await opening
  } catch (error) {
    if (error instanceof OperatorError) return error
    throw error
  }
  return assert.fail('it was let start')
}

test(
  'a bundle has the head that witnesses have cosigned, and those around its records',
  seconds,
  async (t) => {
    using folder = recordFolder()
    const witnesses: RunningWitness[] = []
    t.after(async () => {
      for (const witness of witnesses) await witness.close()
    })
    await folder.session(november, async (storage) => {
      const { record, keys } = storage
      const people = await hire(storage)
      await talk(record, people, { count: 10 })
      for (const name of ['one', 'two']) witnesses.push(await witnessOf(folder, storage, name))
      const ports = new Map(witnesses.map(({ port }, i) => [i === 0 ? 'one' : 'two', port]))
      const policy = await policyFile(folder, ports)
      const { log, closing } = await proofs(folder, storage, policy)
      await using _ = closing
      const witnessed = async (from: number): Promise<void> =>
        await log.seen('info witness.cosigned', ({ size, by }) => Number(size) >= from && by === 2)
      await witnessed(10)
      const from = record.size
      await talk(record, people, { count: 10, first: 10 })
      const to = record.size
      await witnessed(to)
      const [by] = people
      assert.ok(by)
      const scope = scopeOf({ positions: { from, to } })
      const said = { v: 1, id: 'e'.repeat(32), by, purpose: 'a test', matter: null, scope } as const
      const ends = { conversations: [], persons: [] }
      const key = keys.exports.verifierKey
      const { position: act } = await record.append(exportRecord({ ...said, ends, key }))
      const settings = { ...folder.config.proofs, witnessPolicyFile: policy }
      const path = folder.path('bundle')
      const wanted = { act, path, heads: [], stateHeads: nothingStated }
      const made = await exportBundle({ ...folder.config, proofs: settings }, wanted)
      assert.equal(made.isWitnessed, true)
      assert.equal(readdirSync(join(path, 'log/before')).length, 1)
      assert.equal(readdirSync(join(path, 'log/after')).length, 1)
      const printed = await logPolicy({ ...folder.config, proofs: settings })
      assert.match(
        printed,
        /^(?:log \S+\n)+(?:witness \S+ \S+\n){2}group both all one two\nquorum both\n$/,
      )
      const report = await verifyPath(path, { policy: printed })
      assert.deepEqual([report.findings, report.levels], [[], { W: made.records + made.acts }])
    })
  },
)
