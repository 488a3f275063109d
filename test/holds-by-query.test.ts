// Holds by query in a data folder of all real parts: they have what searches find, for what is there and for what comes, and a disposal leaves it.
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { RecordUnreadable } from '../src/record/errors.ts'
import { factsOf } from '../src/record/holds/facts.ts'
import { type Record } from '../src/record/ports.ts'
import { type Search } from '../src/record/search/ports.ts'
import { type NewRecord, type PersonId } from '../src/record/types.ts'
import { type Storage } from '../src/server/storage.ts'
import { findingIn } from './support/damage.ts'
import { recordFolder, type RecordFolder } from './support/record-folder.ts'
import { asked } from './support/search-scene.ts'
import { directRecord } from './support/sealed-batches.ts'
import { hire } from './support/talk.ts'
import { disposeOfDue } from './support/dispose.ts'

const november = Date.UTC(2026, 10, 21)
const december = Date.UTC(2026, 11, 21)
const january = Date.UTC(2027, 0, 20)
const nothing = { persons: [], conversations: [], query: null, from: null, until: null }

let folder: RecordFolder
let people: readonly PersonId[] = []
let first = 0

/** What ann says to bo, unless it is somebody else. */
function said(body: string, changes: Partial<Parameters<typeof directRecord>[0]> = {}): NewRecord {
  const [from, to] = people
  assert.ok(from && to)
  const content = JSON.stringify({ type: 'chat', body: { '': body } })
  return { ...directRecord({ from, to, text: '', ...changes }), content, wire: '' }
}

const texts = [
  'the contract with Müller & Söhne',
  'contracts are ready',
  'the annual budget was cut again',
  'budget, cut by half',
  'a café in Zürich',
  'straße 東京 ½ naïve',
  'lunch?',
  'call me under +49 30 123456',
]

before(async () => {
  folder = recordFolder()
  await folder.session(november, async (storage) => {
    people = await hire(storage)
    const [ann, bo, cy] = people
    assert.ok(ann && bo && cy)
    const keep = { count: 1, unit: 'months' } as const
    const its = {
      name: 'default',
      keep,
      after: 'creation',
      locked: false,
      authority: 'rule',
    } as const
    await storage.retention.setClass(its, [ann])
    const { record } = storage
    first = record.size
    for (const text of texts) await record.append(said(text))
    for (const text of texts) await record.append(said(text, { from: cy, to: ann }))
    await record.append({
      ...said('see there'),
      files: '{"v":1,"files":[{"name":"Q3_report.pdf"}]}',
    })
    await record.append(said('contract, second version', { kind: 'correction', about: first }))
    await record.append(said('', { kind: 'retraction', about: first + 4 }))
  })
  await folder.session(december, async ({ record }) => {
    await record.append(said('the month after'))
  })
})

after(() => folder[Symbol.dispose]())

/** Positions of what people said that a search finds. */
async function found(
  query: string,
  { search, record }: Pick<Storage, 'search' | 'record'>,
): Promise<readonly number[]> {
  const question = {
    size: record.size,
    order: 'oldest',
    limit: 250,
    after: null,
    use: 'history',
  } as const
  const { positions } = await (search satisfies Search).find({ ...question, query: asked(query) })
  return positions.filter(
    (position) => position >= first && position < first + 2 * texts.length + 3,
  )
}

function inOrder(...lists: readonly (readonly number[])[]): readonly number[] {
  return [...new Set(lists.flat())].toSorted((a, b) => a - b)
}

async function readable(record: Record): Promise<readonly number[]> {
  const there: number[] = []
  for (let position = first; position < first + 2 * texts.length + 3; position++) {
    try {
      await record.read(position)
      there.push(position)
    } catch (error) {
      if (!(error instanceof RecordUnreadable)) throw error
    }
  }
  return there
}

const queries = (): readonly string[] => [
  'contract',
  '"annual budget"',
  'budget NEAR/2 cut',
  'budg*',
  'budgte~',
  'zurich OR strasse',
  '東京 OR lunch',
  '/\\+\\d{2}/',
  '/^q3_/i',
  `from:${people[2]} -contract`,
  `(to:${people[1]} budget) OR with:${people[2]} lunch`,
  'has:file filename:report',
  'kind:edit OR kind:retraction',
  'before:2026-12 -budget -(contract OR lunch)',
  'is:edited',
  'is:retracted OR is:edited lunch',
  'nobody said this',
]

test('a hold by query has what a search finds, whatever it is made of', async () => {
  using copy = folder.copy()
  await copy.session(january, async (storage) => {
    const { record, management } = storage
    const by = people[0] ?? assert.fail()
    const ids = new Map<string, number>()
    for (const query of queries()) {
      const scope = { ...nothing, query }
      const { hold } = await management.holds.place({ by, name: 'm', reason: 'r', scope })
      ids.set(query, hold.id)
    }
    const held = new Map<number, number[]>()
    for await (const opened of record.each({ from: first, to: first + 2 * texts.length + 3 }))
      for (const id of await management.holds.matching(factsOf(opened)))
        held.set(id, [...(held.get(id) ?? []), opened.position])
    for (const [query, id] of ids) {
      const expected = await found(query, storage)
      const more = query.includes('is:') ? await found('kind:edit OR kind:retraction', storage) : []
      assert.deepEqual(held.get(id) ?? [], inOrder(expected, more), query)
      assert.equal(expected.length === 0, query.startsWith('nobody'), query)
    }
  })
})

test('a disposal leaves what a query finds, at once and after the index was destroyed, and takes the rest', async () => {
  const by = people[0] ?? assert.fail()
  let kept: readonly number[] = []
  await folder.session(january, async (storage) => {
    const { management, record } = storage
    const scope = { ...nothing, query: 'contract OR is:retracted OR /^Q3_/' }
    const { hold } = await management.holds.place({ by, name: 'm', reason: 'r', scope })
    // What comes: it is taken back after the hold was placed.
    await record.append(said('', { kind: 'retraction', about: first + 6 }))
    await record.integrated(record.size)
    const finds = await found(scope.query, storage)
    assert.ok(finds.includes(first + 6) && finds.includes(first + 4))
    // What became of a record hangs on what changed it, so that stays as well.
    kept = inOrder(finds, await found('kind:edit OR kind:retraction', storage))
    assert.ok(kept.length < 2 * texts.length)
    await disposeOfDue(storage, people)
    assert.deepEqual(await readable(record), kept)
    assert.deepEqual(await found(scope.query, storage), finds)
    // The message of December, and what took one back just now.
    assert.equal((await management.holds.count(hold.id)).records, kept.length + 1)
    assert.deepEqual(await found('budget', storage), [])
  })
  rmSync(folder.path('data/search'), { recursive: true })
  await folder.session(january, async (storage) => {
    const { management, record } = storage
    const [hold] = management.holds.list()
    assert.equal((await management.holds.count(hold?.id ?? -1)).records, kept.length + 1)
    const { holds } = management
    await holds.release({ by, hold: hold?.id ?? -1, reason: 'settled' })
    const scope = { ...nothing, query: 'is:edited' }
    await holds.place({ by, name: 'm', reason: 'r', scope })
    await disposeOfDue(storage, people)
    assert.deepEqual(await readable(record), [first, first + 17, first + 18])
  })
  assert.equal(await findingIn(folder), 'sound')
})
