// Bundles of a data folder as a server leaves it: what the command writes is complete for a verifier that shares nothing with it.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { after, before, test } from 'node:test'
import { endsOf, exportRecord, scopeOf } from '../src/discovery/bundle/act.ts'
import { toBase64, toHex } from '../src/base/bytes.ts'
import { type BundleScope, type StatedHeads } from '../src/discovery/bundle/ports.ts'
import { type HandleName, type ProvedItem } from '../src/record/heads/ports.ts'
import { type PersonId } from '../src/record/types.ts'
import { exportBundle } from '../src/server/export-bundle.ts'
import { type Storage } from '../src/server/storage.ts'
import { verifyPath } from './support/bundles/verifier.ts'
import { recordFolder, type RecordFolder } from './support/record-folder.ts'
import { directRecord } from './support/sealed-batches.ts'
import { hire } from './support/talk.ts'
import { nothingStated } from './support/bundles/nothing-stated.ts'

const november = Date.UTC(2026, 10, 21)
const december = Date.UTC(2026, 11, 2)

let folder: RecordFolder
let people: readonly PersonId[] = []
let everything = 0
let one = 0
let policy = ''

before(async () => {
  folder = recordFolder()
  await folder.session(november, async (storage) => {
    people = await hire(storage)
    await talk(storage, 300)
  })
  await folder.session(december, async (storage) => {
    storage.record.confirmClock()
    await storage.record.state({ kind: 'tick', says: '{}' })
    await talk(storage, 300)
    policy = storage.keys.log.verifierKeys.map((key) => `log ${key}\n`).join('')
    everything = await put(storage, {})
    one = await put(storage, { persons: people.slice(0, 1) })
  })
})

after(() => folder[Symbol.dispose]())

async function talk({ record }: Storage, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const [from, to] = [people[n % 4], people[(n + 1) % 4]]
    if (from && to) await record.append(directRecord({ from, to, text: `word ${n}` }))
  }
}

async function put({ record, keys }: Storage, asked: Partial<BundleScope>): Promise<number> {
  const [by] = people
  if (by === undefined) throw new Error('somebody was hired')
  const key = keys.exports.verifierKey
  const said = { v: 1, id: 'e'.repeat(32), by, purpose: 'a test', matter: 'a matter', key } as const
  const scope = scopeOf(asked)
  await record.integrated(record.size)
  const ends = endsOf(scope, record.counts)
  return (await record.append(exportRecord({ ...said, scope, ends }))).position
}

function contents(path: string): Map<string, string> {
  const found = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  return new Map(found.map((file) => [relative(path, file), readFileSync(file, 'latin1')]))
}

test('a zip and a folder of one export are complete, and have the same files', async () => {
  const [zip, dir] = [folder.path('a.zip'), folder.path('a')]
  const summary = await exportBundle(folder.config, {
    act: everything,
    path: zip,
    heads: [],
    stateHeads: nothingStated,
  })
  await exportBundle(folder.config, {
    act: everything,
    path: dir,
    heads: [],
    stateHeads: nothingStated,
  })
  assert.equal(summary.excluded, 0)
  for (const path of [zip, dir]) {
    const report = await verifyPath(path, { policy })
    assert.deepEqual([report.result, report.findings], ['complete', []])
  }
  const zipped = readFileSync(zip, 'latin1')
  for (const [name, bytes] of contents(dir)) {
    assert.ok(zipped.includes(name), name)
    assert.ok(zipped.includes(bytes), name)
  }
})

test('the same export has the same bytes each time', async () => {
  const paths = ['b.zip', 'c.zip'].map((name) => folder.path(name))
  for (const path of paths)
    await exportBundle(folder.config, { act: one, path, heads: [], stateHeads: nothingStated })
  const [first, second] = paths.map((path) => readFileSync(path))
  assert.ok(first && second && first.equals(second))
})

test('earlier heads can be proved to be of the same tree', async () => {
  const path = folder.path('heads')
  const history = readFileSync(folder.path('data/log/checkpoints'))
  const size = Number(history.readBigUInt64BE(0))
  await exportBundle(folder.config, { act: one, path, heads: [size], stateHeads: nothingStated })
  const report = await verifyPath(path, { policy })
  assert.deepEqual([report.result, report.findings], ['complete', []])
  assert.ok(existsSync(join(path, `log/after/${size}`)))
})

function asLine({ handle, path, ...item }: ProvedItem): StatedHeads['proved'][number] {
  return { ...item, handle: toHex(handle), path: path.map(toBase64) }
}

test('the log states how many records the conversations have, and the bundle proves it', async () => {
  const path = folder.path('stated')
  await folder.session(december, async ({ statements, record }) => {
    record.confirmClock()
    const states = async (wanted: readonly HandleName[]): Promise<readonly StatedHeads[]> => {
      const { position, proved } = await statements.heads(wanted)
      return [{ position, proved: proved.map(asLine) }]
    }
    await exportBundle(folder.config, { act: one, path, heads: [], stateHeads: states })
  })
  const report = await verifyPath(path, { policy })
  assert.deepEqual([report.result, report.findings], ['complete', []])
  assert.match(
    report.proved.join('\n'),
    /For \d+ conversations in a bucket the log itself has stated how many/,
  )
  assert.match(report.proved.join('\n'), /Nothing of what was asked for is left out at its end/)
})

test('what is refused leaves nothing behind', async () => {
  const path = folder.path('refused.zip')
  await assert.rejects(
    exportBundle(folder.config, { act: 3, path, heads: [], stateHeads: nothingStated }),
    {
      code: 'export.no-act',
    },
  )
  // Larger than any that there can be: smaller ones are signed whenever somebody waits for one.
  await assert.rejects(
    exportBundle(folder.config, { act: one, path, heads: [1_000_000], stateHeads: nothingStated }),
    {
      code: 'export.no-such-head',
    },
  )
  assert.deepEqual([existsSync(path), existsSync(`${path}.unfinished`)], [false, false])
  await exportBundle(folder.config, { act: one, path, heads: [], stateHeads: nothingStated })
  await assert.rejects(
    exportBundle(folder.config, { act: one, path, heads: [], stateHeads: nothingStated }),
    {
      code: 'export.exists',
    },
  )
})

test('the record is sound with an export in it', async () => {
  const verified = await folder.verify()
  assert.ok(verified.ok, JSON.stringify(verified))
})
