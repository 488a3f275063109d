import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newRecord, person } from '../../test/fakes/new-record.ts'
import { fakeRecord, type FakeRecord } from '../../test/fakes/record.ts'
import { fakeTime } from '../../test/fakes/timer.ts'
import { type Search } from '../record/search/ports.ts'
import { type NewRecord } from '../record/types.ts'
import { createHistory } from './history.ts'
import { type History, type HistoryItem, type HistoryPage, type HistoryQuery } from './ports.ts'

const [ann, bo, cy] = [person(1), person(2), person(3)]

test('an empty archive has an empty page, which is complete, and no edges', async () => {
  const { history } = await setUp([])
  const page = await history.page({ owner: ann, max: 10 })
  assert.deepEqual(page, { kind: 'page', items: [], complete: true, count: 0 })
  assert.equal(await history.edges(ann), null)
})

test('a person reads his own archive and nobody else’s', async () => {
  const { history } = await setUp([newRecord()])
  assert.equal(itemsOf(await history.page({ owner: ann, max: 10 })).length, 1)
  assert.equal(itemsOf(await history.page({ owner: cy, max: 10 })).length, 0)
})

test('an id of another archive is unknown, wherever it is named', async () => {
  const { history, record } = await setUp([newRecord()])
  const id = record.stanzaId(0)
  for (const where of [
    { afterId: id },
    { beforeId: id },
    { pageAfter: id },
    { pageBefore: id },
    { ids: [id] },
  ]) {
    assert.equal((await history.page({ owner: ann, max: 10, ...where })).kind, 'page')
    assert.equal((await history.page({ owner: cy, max: 10, ...where })).kind, 'unknown-id')
  }
  const never = await history.page({ owner: ann, max: 10, ids: [id, 'never given out'] })
  assert.equal(never.kind, 'unknown-id')
})

test('what was taken back is a tombstone that names the retraction, in both archives', async () => {
  const { history, record } = await setUp([newRecord({ messageId: 'm1' })], 5_000)
  const { leafHash } = await record.read(0)
  await record.append(
    newRecord({ kind: 'retraction', messageId: 'r1', refs: { position: 0, leafHash } }),
  )
  for (const owner of [ann, bo]) {
    const [first, second] = itemsOf(await history.page({ owner, max: 10 }))
    assert.ok(first?.content.kind === 'retracted')
    assert.equal(first.content.retractedBy, 'r1')
    assert.equal(first.content.retractedAt, 5_000)
    assert.equal(second?.content.kind, 'message')
  }
})

test('each of many that were taken back names its own retraction', async () => {
  const { history, record } = await setUp(Array.from({ length: 8 }, () => newRecord()))
  for (let position = 0; position < 8; position += 1) {
    const refs = { position, leafHash: (await record.read(position)).leafHash }
    await record.append(newRecord({ kind: 'retraction', messageId: `r${position}`, refs }))
  }
  const items = itemsOf(await history.page({ owner: ann, max: 8 }))
  assert.deepEqual(
    items.map(({ content }) => content.kind === 'retracted' && content.retractedBy),
    items.map(({ position }) => `r${position}`),
  )
})

test('a correction goes with the message that it corrects, in both archives', async () => {
  const { history, record } = await setUp([newRecord({ messageId: 'm1' })])
  const refs = { position: 0, leafHash: (await record.read(0)).leafHash }
  await record.append(newRecord({ kind: 'correction', messageId: 'c1', refs }))
  await record.append(newRecord({ kind: 'reaction', messageId: 'e1', refs }))
  await record.append(newRecord({ kind: 'retraction', messageId: 'r1', refs }))
  for (const owner of [ann, bo]) {
    const items = itemsOf(await history.page({ owner, max: 10 }))
    assert.deepEqual(
      items.map(({ content }) => content.kind),
      ['retracted', 'retracted', 'message', 'message'],
    )
  }
  const [alone] = itemsOf(await history.page({ owner: bo, max: 1, pageAfter: record.stanzaId(0) }))
  assert.equal(alone?.content.kind === 'retracted' && alone.content.retractedBy, 'r1')
})

test('what nobody has a view of is in no archive', async () => {
  const { history } = await setUp([newRecord({ kind: 'marks', views: [] })])
  for (const owner of [ann, bo])
    assert.deepEqual(itemsOf(await history.page({ owner, max: 10 })), [])
})

test('edges are the first and the last item', async () => {
  const { history, record } = await setUp([newRecord(), newRecord(), newRecord()])
  const edges = await history.edges(ann)
  assert.equal(edges?.first.id, record.stanzaId(0))
  assert.equal(edges?.last.id, record.stanzaId(2))
})

test('undelivered() gives what came in after the position, retracted ones too', async () => {
  const { history, record } = await setUp([newRecord(), newRecord(), newRecord()])
  const { leafHash } = await record.read(1)
  await record.append(
    newRecord({ kind: 'retraction', sender: bo, views: [], refs: { position: 1, leafHash } }),
  )
  const none = { items: [], complete: true }
  assert.deepEqual(await history.undelivered(ann, -1), none, 'ann sent them')
  const { items, complete } = await history.undelivered(bo, 0)
  assert.equal(complete, true)
  assert.deepEqual(
    items.map(({ position, content }) => [position, content.kind]),
    [
      [1, 'retracted'],
      [2, 'message'],
    ],
  )
})

test('a page ends early where its items are long, and the next one goes on there', async () => {
  const wire = `<message>${'x'.repeat(400_000)}</message>`
  const { history } = await setUp(Array.from({ length: 8 }, () => newRecord({ wire })))
  const first = await history.page({ owner: ann, max: 50 })
  assert.deepEqual(placesOf(first), [[0, 1, 2, 3, 4], false])
  const pageAfter = itemsOf(first).at(-1)?.id ?? ''
  assert.deepEqual(placesOf(await history.page({ owner: ann, max: 50, pageAfter })), [
    [5, 6, 7],
    true,
  ])
  const last = await history.page({ owner: ann, max: 50, pageBefore: '' })
  assert.deepEqual(placesOf(last), [[3, 4, 5, 6, 7], false])
  const flipped = await history.page({ owner: ann, max: 50, pageBefore: '', flip: true })
  assert.deepEqual(placesOf(flipped), [[7, 6, 5, 4, 3], false])
  const { items, complete } = await history.undelivered(bo, 0)
  assert.deepEqual([items.map(({ position }) => position), complete], [[1, 2, 3, 4, 5], false])
})

function placesOf(page: HistoryPage): [number[], boolean] {
  return [itemsOf(page).map(({ position }) => position), page.kind === 'page' && page.complete]
}

test('whatever is read waits until all that was on record at the call can be found', async () => {
  const { record } = await setUp([newRecord()])
  const waited: number[] = []
  const integrated = async (position: number): Promise<void> => {
    waited.push(position)
    await record.integrated(position)
  }
  const behind = { ...record, size: 1, integrated }
  const history = createHistory({ record: behind, timer: fakeTime() })
  await history.page({ owner: ann, max: 1 })
  await history.edges(ann)
  await history.undelivered(ann, -1)
  assert.deepEqual(waited, [1, 1, 1])
})

test('while the disk is full a page has what can be found, and is not complete', async () => {
  const { record } = await setUp([newRecord()])
  const time = fakeTime()
  record.refuse({ reason: 'space', text: 'The disk is full.' })
  const stuck = { ...record, integrated: async () => await new Promise<void>(() => {}) }
  const history = createHistory({ record: stuck, timer: time })
  const reading = history.page({ owner: ann, max: 10 })
  time.pass(200)
  const page = await reading
  assert.ok(page.kind === 'page')
  assert.deepEqual([page.items.length, page.complete], [1, false])
})

/** Records of three people, with as many coincidences as possible. */
const someRecord = fc
  .record({
    owner: fc.constantFrom(ann, bo),
    peer: fc.constantFrom(ann, bo, cy, null),
    peerDevice: fc.constantFrom('', 'phone'),
    incoming: fc.boolean(),
  })
  .map((view) => newRecord({ views: [view] }))

const someFilter = fc.record(
  {
    peer: fc.constantFrom(bo, cy, null),
    start: fc.integer({ min: 1_000, max: 1_030 }),
    end: fc.integer({ min: 1_000, max: 1_030 }),
  },
  { requiredKeys: [] },
)

test('paging forwards or backwards through any filter gives the whole, in order, once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(someRecord, { maxLength: 30 }),
      someFilter,
      fc.integer({ min: 1, max: 7 }),
      fc.boolean(),
      async (records, filter, max, flip) => {
        const { history } = await setUp(records, null)
        const query = { owner: ann, ...filter, max, flip }
        const expected = bruteForce(records, query)
        assert.deepEqual(await forwards(history, query), expected)
        assert.deepEqual(await backwards(history, query), expected)
        const counted = await history.page({ ...query, max: 0 })
        assert.ok(counted.kind === 'page')
        assert.deepEqual([counted.items, counted.count], [[], expected.length])
        assert.equal(counted.complete, expected.length === 0)
      },
    ),
    { numRuns: 200 },
  )
})

test('ids and bounds by id select exactly what they name', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(someRecord, { minLength: 1, maxLength: 12 }),
      fc.infiniteStream(fc.nat({ max: 11 })),
      async (records, draws) => {
        const { history, record } = await setUp(records, null)
        const whole = bruteForce(records, { owner: ann, max: 0 })
        if (whole.length === 0) return
        const draw = (): number => whole[(draws.next().value ?? 0) % whole.length] ?? 0
        const [one, two, three] = [draw(), draw(), draw()]
        const all = { owner: ann, max: 250 }

        const ids = [one, two, three].map((position) => record.stanzaId(position))
        const chosen = positionsOf(await history.page({ ...all, ids }))
        assert.deepEqual(
          chosen,
          whole.filter((position) => [one, two, three].includes(position)),
        )

        const between = { afterId: record.stanzaId(one), beforeId: record.stanzaId(two) }
        const page = await history.page({ ...all, ...between, pageAfter: record.stanzaId(three) })
        assert.deepEqual(
          positionsOf(page),
          whole.filter((position) => position > Math.max(one, three) && position < two),
        )
        assert.ok(page.kind === 'page')
        assert.equal(page.count, null)
      },
    ),
    { numRuns: 100 },
  )
})

/** @param at ms of each record; null: one ms later each */
test('what comes while words are looked for makes no answer incomplete', async () => {
  const { record } = await setUp([newRecord()])
  const search: Pick<Search, 'find'> = {
    find: async ({ size }) => {
      await record.append(newRecord())
      return { positions: [0], total: 1, next: null, indexed: size }
    },
  }
  const history = createHistory({ record, timer: fakeTime(), search })
  const page = await history.page({ owner: ann, max: 10, text: 'contract' })
  assert.ok(page.kind === 'page' && page.complete)
})

async function setUp(
  records: readonly NewRecord[],
  at: number | null = 1_000,
): Promise<{ history: History; record: FakeRecord }> {
  const record: FakeRecord = fakeRecord(() => at ?? 1_000 + record.size)
  for (const entry of records) await record.append(entry)
  return { history: createHistory({ record, timer: fakeTime() }), record }
}

/** Positions, with nothing clever: record n is of the time 1,000 + n. */
function bruteForce(records: readonly NewRecord[], query: HistoryQuery): number[] {
  return records.flatMap(({ views }, position) => {
    const at = 1_000 + position
    const isIn = views.some(
      (view) =>
        view.owner === query.owner &&
        (query.peer === undefined || view.peer === query.peer) &&
        (query.peerDevice === undefined || view.peerDevice === query.peerDevice),
    )
    return isIn && at >= (query.start ?? 0) && at <= (query.end ?? at) ? [position] : []
  })
}

async function forwards(history: History, query: HistoryQuery): Promise<number[]> {
  const found: number[] = []
  let pageAfter: string | undefined
  for (;;) {
    const page = await history.page({ ...query, ...(pageAfter !== undefined && { pageAfter }) })
    const items = inOrder(page, query)
    found.push(...items.map(({ position }) => position))
    pageAfter = items.at(-1)?.id
    if (isComplete(page)) return found
  }
}

async function backwards(history: History, query: HistoryQuery): Promise<number[]> {
  const found: number[] = []
  let pageBefore = ''
  for (;;) {
    const page = await history.page({ ...query, pageBefore })
    const items = inOrder(page, query)
    found.unshift(...items.map(({ position }) => position))
    pageBefore = items[0]?.id ?? ''
    if (isComplete(page)) return found
  }
}

/** XEP-0313 §4.4: a flipped page is the same page, in reverse. */
function inOrder(page: HistoryPage, { flip, max }: HistoryQuery): readonly HistoryItem[] {
  const items = itemsOf(page)
  assert.ok(items.length <= max)
  return flip === true ? items.toReversed() : items
}

function itemsOf(page: HistoryPage): readonly HistoryItem[] {
  assert.ok(page.kind === 'page')
  return page.items
}

function isComplete(page: HistoryPage): boolean {
  return page.kind === 'page' && page.complete
}

function positionsOf(page: HistoryPage): number[] {
  return itemsOf(page).map(({ position }) => position)
}
