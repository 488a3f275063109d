// Retention over a whole data folder: classes are fixed when records are accepted, and the record stays sound whatever the rules are.
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { type PersonId } from '../src/record/types.ts'
import { whyKept } from '../src/record/retention/why.ts'
import { type Storage } from '../src/server/storage.ts'
import { findingAfter, findingIn } from './support/damage.ts'
import { recordFolder } from './support/record-folder.ts'
import { directRecord } from './support/sealed-batches.ts'
import { hire, talk } from './support/talk.ts'

const november = Date.UTC(2026, 10, 21)
const by = { commandLine: true } as const
const long = {
  name: 'traders',
  keep: { count: 7, unit: 'years' },
  after: 'creation',
  locked: true,
  authority: 'a duty',
} as const
const short = { ...long, name: 'marks', keep: { count: 90, unit: 'days' }, locked: false } as const

/** Ann is a trader; reactions are kept for 90 days. */
async function ruled(storage: Storage): Promise<readonly [PersonId, PersonId, PersonId]> {
  const [ann, bo, cy] = await hire(storage)
  assert.ok(ann && bo && cy)
  const { retention, directory } = storage
  await directory.setGroups(ann, ['traders'], by)
  await retention.setClass(long, [bo])
  await retention.setClass(short, [bo])
  const rules = [
    { name: 'traders', class: 'traders', when: { groups: ['traders'] } },
    { name: 'short', class: 'marks', when: { kinds: ['reaction'] } },
  ] as const
  await retention.setRules(rules, [bo])
  return [ann, bo, cy]
}

async function classAt({ record }: Storage, position: number): Promise<string> {
  const { envelope } = await record.read(position)
  assert.equal(record.bucketOf(position)?.class, envelope.class)
  return `${envelope.class} ${envelope.policy.replace(/^\d+/, 'rules')}`
}

test('the class is fixed at accept by kind and group, the longest wins, and what refers to a record is kept as long', async () => {
  using folder = recordFolder()
  await folder.session(november, async (storage) => {
    const { record, directory } = storage
    const [ann, bo, cy] = await ruled(storage)
    const said = async (more: object): Promise<number> => {
      const one = directRecord({ from: bo, to: cy, text: 'hello', ...more })
      return (await record.append(one)).position
    }
    const plain = await said({})
    assert.equal(await classAt(storage, plain), 'default builtin:default')
    const traders = await said({ to: ann })
    assert.equal(await classAt(storage, traders), 'traders rules:traders')
    assert.equal(await classAt(storage, await said({ kind: 'reaction' })), 'marks rules:short')
    assert.equal(
      await classAt(storage, await said({ kind: 'reaction', to: ann })),
      'traders rules:traders',
    )
    assert.equal(
      await classAt(storage, await said({ kind: 'reaction', about: plain })),
      'default builtin:reference',
    )
    // Ann leaves the desk: what she said before is kept as before, and so is what refers to it.
    await directory.setGroups(ann, [], by)
    assert.equal(await classAt(storage, traders), 'traders rules:traders')
    assert.equal(await classAt(storage, await said({ to: ann })), 'default builtin:default')
    assert.equal(
      await classAt(storage, await said({ kind: 'reaction', to: ann, about: traders })),
      'traders builtin:reference',
    )
    assert.equal(await classAt(storage, 0), 'acts builtin:acts')
  })
  assert.ok((await folder.verify()).ok)
})

test('what refers to a record of a class that no rule names any more is in it all the same, months later', async () => {
  using folder = recordFolder()
  let about = 0
  let people: readonly PersonId[] = []
  await folder.session(november, async (storage) => {
    const [ann, bo] = (people = await ruled(storage))
    assert.ok(ann && bo)
    const said = directRecord({ from: ann, to: bo, text: 'sell' })
    about = (await storage.record.append(said)).position
    const marks = { name: 'short', class: 'marks', when: { kinds: ['reaction'] } } as const
    await storage.retention.setRules([marks], [bo])
  })
  for (const at of [Date.UTC(2026, 11, 20), Date.UTC(2027, 0, 15)])
    await folder.session(at, async (storage) => {
      const [ann, bo] = people
      assert.ok(ann && bo)
      const reaction = directRecord({ from: bo, to: ann, text: '+', kind: 'reaction', about })
      const { position } = await storage.record.append(reaction)
      assert.equal(await classAt(storage, position), 'traders builtin:reference')
    })
  assert.ok((await folder.verify()).ok)
})

test('a conversation of several classes is without gaps over months, starts and mixed batches', async () => {
  using folder = recordFolder()
  let people: readonly PersonId[] = []
  await folder.session(november, async (storage) => {
    people = await ruled(storage)
    await talk(storage.record, people, { count: 50 })
    await mixed(storage, people)
  })
  for (const at of [november + 86_400_000, Date.UTC(2026, 11, 5), Date.UTC(2026, 11, 30)])
    await folder.session(at, async (storage) => {
      await mixed(storage, people)
      await talk(storage.record, people, { count: 20, first: 1_000 })
    })
  const verified = await folder.verify()
  assert.ok(verified.ok, JSON.stringify(verified))
})

async function mixed({ record }: Storage, [ann, bo, cy]: readonly PersonId[]): Promise<void> {
  assert.ok(ann && bo && cy)
  const kinds = ['message', 'reaction', 'reaction', 'message', 'correction'] as const
  await Promise.all(
    Array.from({ length: 40 }, async (_, i) => {
      const kind = kinds[i % kinds.length] ?? 'message'
      const to = i % 3 === 0 ? ann : cy
      const about = kind === 'correction' && i > 20 ? { about: record.size - 1 } : {}
      await record.append(directRecord({ from: bo, to, text: `${i}`, kind, ...about }))
    }),
  )
}

test('what acts have set is there after a start, also when the state had not got them', async () => {
  using folder = recordFolder()
  let before: unknown = null
  await folder.session(november, async (storage) => {
    await ruled(storage)
    before = [...storage.retention.standing.classes, storage.retention.standing.rules]
  })
  // As a stop leaves it between the record and the state.
  const db = new DatabaseSync(folder.path('data/state.db'))
  db.exec(`DELETE FROM retention WHERE position > 9;
    UPDATE projection SET applied = 9 WHERE name = 'retention'`)
  assert.ok(Number(db.prepare('SELECT count(*) AS n FROM retention').get()?.['n']) === 1)
  db.close()
  await folder.session(november, async ({ retention }) => {
    assert.deepEqual([...retention.standing.classes, retention.standing.rules], before)
  })
})

test('why says which rule kept a record, since which act, and until when', async () => {
  using folder = recordFolder()
  await folder.session(november, async (storage) => {
    const [ann, bo] = await ruled(storage)
    const { record, retention, directory } = storage
    const { position } = await record.append(directRecord({ from: ann, to: bo, text: 'sell' }))
    const why = await whyKept(position, {
      record,
      standing: retention.standing,
      isHere: (person) => directory.get(person) !== null,
      holdsOf: async (opened) => await Promise.resolve([opened.position + 1_000]),
    })
    assert.deepEqual(why.owners, [ann, bo])
    assert.deepEqual(why.classes, [long])
    assert.deepEqual(why.rule, { name: 'traders', class: 'traders', when: { groups: ['traders'] } })
    assert.equal(why.policy, `${retention.standing.rules.position}:traders`)
    assert.equal(why.keptUntil, Date.UTC(2033, 10, 21))
    assert.equal(why.goesFrom, Date.UTC(2033, 11, 1))
    assert.equal(why.bucket?.class, 'traders')
    assert.deepEqual(why.holds, [position + 1_000])
  })
})

test('what the state has of retention is held against the acts on record', async () => {
  using folder = recordFolder()
  await folder.session(november, async (storage) => {
    await ruled(storage)
  })
  assert.equal(await findingIn(folder), 'sound')
  for (const sql of [
    'DELETE FROM retention WHERE position = (SELECT max(position) FROM retention)',
    'UPDATE retention SET position = position + 1',
    `UPDATE retention SET sealed = x'00' || substr(sealed, 2)`,
    `UPDATE retention SET item = x'00' || substr(item, 2) WHERE position > 9`,
    `UPDATE projection SET applied = applied - 1 WHERE name = 'retention'`,
  ])
    assert.match(
      await findingAfter(folder, 'data/state.db', sql),
      /^state\.db: its .*retention/,
      sql,
    )
})
