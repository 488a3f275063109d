// What the index finds against a look at each record: as many questions as it takes, made at random.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { asked, searchScene } from '../../../test/support/search-scene.ts'
import { directRecord, somebody } from '../../../test/support/sealed-batches.ts'
import { type NewRecord } from '../types.ts'
import { documentOf } from './document.ts'
import { fitter, type Subject } from './evaluate.ts'
import { type Order } from './ports.ts'
import { fileNames, textsOf } from './texts.ts'

const people = [1, 2, 3].map(somebody)
const vocabulary =
  'contract contracts contracting Vertrag Verträge café cafe straße strasse réunion Reunion budget budgets budgte a b the und 東京 東京タワー ½ e-mail naïve'.split(
    ' ',
  )
const records = 120
const monthMs = 31 * 86_400_000

/** One of a list, by a number. */
function one<T>(list: readonly T[], n: number): T {
  const found = list[n % list.length]
  if (found === undefined) throw new RangeError('an empty list')
  return found
}

type Draws = {
  readonly from: number
  readonly to: number
  readonly kind: number
  readonly words: readonly number[]
}

const draws = fc.record({
  from: fc.nat(2),
  to: fc.nat(2),
  kind: fc.nat(9),
  words: fc.array(fc.nat(vocabulary.length - 1), { maxLength: 6 }),
})

function recordOf({ from, to, kind, words }: Draws, position: number): NewRecord {
  const changes = kind < 3 && position > 0
  const body = words.map((n) => one(vocabulary, n)).join(kind === 4 ? ', ' : ' ')
  return {
    ...directRecord({
      from: one(people, from),
      to: one(people, to),
      text: '',
      ...(changes && {
        kind: kind === 0 ? 'retraction' : 'correction',
        about: Math.floor(position / 2),
      }),
    }),
    content: JSON.stringify({
      type: 'chat',
      body: { '': body },
      subject: { en: kind === 5 ? 'the budget' : '' },
    }),
    files: kind === 6 ? JSON.stringify({ v: 1, files: [{ name: 'Q3_budget café.pdf' }] }) : '',
  }
}

const word = fc.constantFrom(...vocabulary.map((its) => its.toUpperCase()), 'nothing')
const { query } = fc.letrec<{ query: string }>((tie) => ({
  query: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    word,
    fc.tuple(word, word).map(([a, b]) => `"${a} ${b}"`),
    fc.tuple(word, word, fc.constantFrom(1, 3)).map(([a, b, n]) => `(${a} NEAR/${n} "${b}")`),
    fc.constantFrom('con*', 'caf*', 'bud*', 'stra*', 'budget~', 'cafe~', 'contract~'),
    fc.constantFrom('/budg.?t/i', '/^contract/', '/[éè]/', '/\\d/'),
    fc.constantFrom(
      'is:edited',
      'is:retracted',
      'has:file',
      'filename:budget',
      'filename:caf*',
      'kind:edit',
    ),
    fc.constantFrom('on:2026-11', 'after:2026-11', 'before:2026-12-22', 'on:2026-11-21T00:00Z'),
    fc
      .tuple(fc.constantFrom('from', 'to', 'with'), fc.nat(2))
      .map(([role, n]) => `${role}:${one(people, n)}`),
    tie('query').map((a) => `NOT (${a})`),
    fc.tuple(tie('query'), tie('query')).map(([a, b]) => `(${a} ${b})`),
    fc.tuple(tie('query'), tie('query')).map(([a, b]) => `(${a} OR ${b})`),
  ),
}))

/** Of all records: as evaluate.ts sees it, with what became of each. */
function subjectsOf(made: readonly NewRecord[], ats: readonly number[], size: number): Subject[] {
  const edits = made.flatMap(({ kind, refs }, by) =>
    kind === 'correction' && refs && by < size ? [{ by, target: refs.position }] : [],
  )
  const taken = new Set(
    made.flatMap(({ kind, refs }, by) =>
      kind === 'retraction' && refs && by < size ? [refs.position] : [],
    ),
  )
  const isTaken = (position: number): boolean => {
    const original = edits.find(({ by }) => by === position)?.target
    return taken.has(position) || (original !== undefined && isTaken(original))
  }
  return made.map((record, position) => {
    const { kind, sender, conversation: conv, views, to, refs } = record
    const envelope = JSON.stringify({
      kind,
      sender,
      conv,
      views,
      to,
      refs,
      t_server: ats[position],
    })
    return {
      document: documentOf({ ...record, position, envelope }),
      texts: [...textsOf(kind, record).map(({ text }) => text), ...fileNames(kind, record)],
      isIn: (state) =>
        state === 'edited' ? edits.some(({ target }) => target === position) : isTaken(position),
    }
  })
}

test('random questions find exactly what a look at each record finds, in every order, as of any head, through small partitions', async () => {
  const scene = await searchScene()
  try {
    const made = fc
      .sample(draws, { numRuns: records, seed: 42 })
      .map((draw, position) => recordOf(draw, position))
    const first = Date.UTC(2026, 10, 21)
    await scene.put(made.slice(0, records / 2))
    scene.wait(monthMs)
    await scene.put(made.slice(records / 2))
    const ats = made.map((_, i) => first + i * 1000 + (i < records / 2 ? 0 : monthMs))
    const search = await scene.search({ recordsMax: 17, memoryBytes: 1 })
    await search.reached(records)
    await search.seal()
    let found = 0
    await fc.assert(
      fc.asyncProperty(
        query,
        fc.integer({ min: 1, max: records }),
        fc.constantFrom<Order>('newest', 'oldest', 'relevance'),
        async (text, size, order) => {
          const question = asked(text)
          const fits = fitter(question)
          const wanted = subjectsOf(made, ats, size)
            .filter((subject) => subject.document.position < size && fits(subject))
            .map(({ document }) => document.position)
          const answer = await search.find({
            query: question,
            size,
            order,
            limit: 250,
            after: null,
            use: 'history',
          })
          assert.deepEqual(
            answer.positions.toSorted((a, b) => a - b),
            wanted,
            text,
          )
          assert.equal(answer.total, wanted.length)
          if (wanted.length > 0 && wanted.length < size) found++
        },
      ),
      { numRuns: 400 },
    )
    assert.ok(found > 100, `${found} questions found some`)
    await search.close()
  } finally {
    scene.remove()
  }
})

test('words and phrases are found that are in the text by another program’s reading of it', async () => {
  const scene = await searchScene()
  try {
    const plain = ['budget', 'plan', 'alpha', 'beta', 'gamma', 'delta']
    const texts = fc
      .sample(fc.array(fc.constantFrom(...plain), { minLength: 1, maxLength: 8 }), {
        numRuns: 300,
        seed: 7,
      })
      .map((words) => words.join(' '))
    await scene.put(
      texts.map((text) => directRecord({ from: one(people, 0), to: one(people, 1), text })),
    )
    const search = await scene.search({ recordsMax: 100 })
    await search.reached(texts.length)
    const pairs = plain.flatMap((a) => plain.map((b) => `${a} ${b}`))
    for (const text of [...plain, ...pairs]) {
      const wanted = texts.flatMap((its, i) => (` ${its} `.includes(` ${text} `) ? [i] : []))
      const question = {
        query: asked(`"${text}"`),
        size: texts.length,
        order: 'oldest',
        limit: 300,
        after: null,
        use: 'history',
      } as const
      assert.deepEqual((await search.find(question)).positions, wanted, text)
    }
    await search.close()
  } finally {
    scene.remove()
  }
})
