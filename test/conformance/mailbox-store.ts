import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import {
  type MailboxIndex,
  type MailboxStore,
  type Pseudonym,
  type RecordRows,
  type RowQuery,
  type ViewRow,
} from '../../src/record/mailbox/ports.ts'
import { type MailboxRow } from '../../src/record/ports.ts'

/** A store and reads of it, as often as `open` is called over the same rows. */
export type OpenedMailbox = { readonly store: MailboxStore; readonly index: MailboxIndex }

type Placing = (t: TestContext) => () => Promise<OpenedMailbox>

function forgetting(name: string, place: Placing): void {
  test(`${name}: what is forgotten is in no row and under no id, the rest is, and numbers go on`, async (t) => {
    const { store, index } = await place(t)()
    const rows = [0, 1, 2, 3].map((position) => record(position, { ids: [id(position)] }))
    await store.apply(rows)
    const gone = { positions: Float64Array.from([1, 3]), buckets: [] }
    for (let again = 0; again < 2; again++) await store.forget(gone)
    const found = index.rows({ owner: person(1), newestFirst: false, limit: 10 })
    assert.deepEqual(
      found.map(({ position }) => position),
      [0, 2],
    )
    assert.deepEqual(
      [0, 1, 2, 3].filter((position) => index.places([0, 1, 2, 3]).has(position)),
      [0, 2],
    )
    assert.deepEqual(
      [0, 1, 2, 3].map((n) => index.newestWithId(room, id(n))),
      [0, null, 2, null],
    )
    assert.equal(index.conversation(room)?.nextConvSeq, 4)
    assert.equal(index.nextSenderSeq(person(1)), 4)
  })
}

function behindGone(name: string, place: Placing): void {
  test(`${name}: a conversation goes on in its bucket behind records that are gone, and a record of it gives it its name`, async (t) => {
    const { store, index } = await place(t)()
    const inBucket = (): number | undefined => index.inBucket(room, 1)?.nextSeq
    await store.applyGone([{ bucket: 1, handle, nextSeq: 1, last: 0 }])
    assert.deepEqual([index.isHandleTaken(1, handle), inBucket()], [true, undefined])
    await store.apply([record(1)])
    assert.equal(inBucket(), 2)
    for (const [last, nextSeq] of [
      [0, 2],
      [4, 5],
      [3, 5],
    ] as const) {
      await store.applyGone([{ bucket: 1, handle, nextSeq: last + 1, last }])
      assert.equal(inBucket(), nextSeq)
    }
    await store.apply([record(6)])
    assert.equal(inBucket(), 7)
  })
}

/**
 * What every MailboxStore and its MailboxIndex promise. Each adapter runs it; a new promise is added here.
 * @param place a new place for rows; what it answers with opens them, again and again
 */
export function mailboxConformance(name: string, place: Placing): void {
  forgetting(name, place)
  behindGone(name, place)
  test(`${name}: each query finds what looking at every row finds`, async (t) => {
    const { store, index } = await place(t)()
    let all: readonly RecordRows[] = []
    await fc.assert(
      fc.asyncProperty(fc.array(someRecord, { maxLength: 12 }), someQuery, async (more, query) => {
        const rows = more.map((make, i) => make(all.length + i))
        await store.apply(rows)
        all = [...all, ...rows]
        const expected = rowsByHand(all, query)
        assert.deepEqual(index.rows(query), expected.slice(0, query.limit))
        assert.equal(index.count(query, 7), Math.min(7, expected.length))
      }),
      { numRuns: 150 },
    )
  })

  test(`${name}: applying again changes nothing, and heads and ids are the newest`, async (t) => {
    const { store, index } = await place(t)()
    const rows = [
      record(0, { ids: [id(1)] }),
      record(1, { ids: [id(1), id(2)] }),
      record(2, { retracts: 0 }),
    ]
    await store.apply(rows)
    const see = (): unknown => ({
      rows: index.rows({ owner: person(1), newestFirst: false, limit: 10 }),
      places: [0, 1, 2, 3].map((position) => index.places([position]).get(position) ?? null),
      ids: [id(1), id(2), id(3)].map((each) => index.newestWithId(room, each)),
      head: index.conversation(room),
      inBucket: [index.inBucket(room, 1), index.inBucket(room, 2)].map(
        (found) => found && { ...found, handle: new Uint8Array(found.handle) },
      ),
      sender: [index.nextSenderSeq(person(1)), index.nextSenderSeq(person(2))],
      at: index.lastAt(),
      handle: [index.isHandleTaken(1, handle), index.isHandleTaken(2, handle)],
    })
    const before = see()
    assert.deepEqual(before, {
      rows: rows.map(({ position, at, kind }) => ({
        position,
        at,
        incoming: false,
        kind,
        retractedBy: position === 0 ? 2 : null,
      })),
      places: [...rows.map(({ place: its }) => its), null],
      ids: [1, 1, null],
      head: { nextConvSeq: 3, prev: 'ab'.repeat(32) },
      inBucket: [{ handle, nextSeq: 3 }, null],
      sender: [3, 0],
      at: rows[2]?.at,
      handle: [true, false],
    })
    await store.apply(rows)
    assert.deepEqual(see(), before)
    await store.apply(rows.slice(1))
    assert.deepEqual(see(), before)
  })

  durabilityConformance(name, place)
}

function durabilityConformance(
  name: string,
  place: (t: TestContext) => () => Promise<OpenedMailbox>,
): void {
  test(`${name}: the durable state is there when it is opened again, and applied rows are counted`, async (t) => {
    const open = place(t)
    const first = await open()
    assert.equal(first.store.durable, null)
    const state = { position: 1, frontier: new Uint8Array([1, 2]), bodyEnds: new Map([[1, 10]]) }
    await first.store.apply([record(0), record(1)])
    await first.store.setDurable(state)
    await first.store.setDurable({
      ...state,
      bodyEnds: new Map([
        [1, 20],
        [2, 5],
      ]),
    })
    first.index.close()
    await first.store.close()
    const second = await open()
    assert.deepEqual(
      second.store.durable?.bodyEnds,
      new Map([
        [1, 20],
        [2, 5],
      ]),
    )
    assert.deepEqual(new Uint8Array(second.store.durable?.frontier ?? []), state.frontier)
    assert.deepEqual([second.store.durable?.position, second.store.applied], [1, 2])
  })
}

const person = (n: number): Pseudonym => n.toString(16).padStart(32, '1')
const device = (n: number): Pseudonym => n.toString(16).padStart(32, '2')
const id = (n: number): Pseudonym => n.toString(16).padStart(32, '3')
const room: Pseudonym = '4'.repeat(32)
const handle = new Uint8Array(8).fill(5)

/** Three records a second, so that times are given twice. */
const atOf = (position: number): number => 1_700_000_000_000 + Math.floor(position / 2) * 700

function record(
  position: number,
  its: { ids?: Pseudonym[]; retracts?: number | null; views?: ViewRow[] } = {},
): RecordRows {
  const { ids = [], retracts = null } = its
  return {
    position,
    at: atOf(position),
    kind: retracts === null ? 'message' : 'retraction',
    place: { bucket: 1, offset: position * 100, length: 100 },
    conversation: {
      name: room,
      head: {
        nextConvSeq: position + 1,
        prev: 'ab'.repeat(32),
        handle,
        nextSeq: position + 1,
      },
    },
    sender: person(1),
    nextSenderSeq: position + 1,
    views: its.views ?? [{ owner: person(1), peer: person(2), peerDevice: null, incoming: false }],
    messageIds: ids,
    retracts,
  }
}

const people = fc.integer({ min: 1, max: 3 }).map(person)
const peers = fc.option(people)
const devices = fc.option(fc.integer({ min: 1, max: 2 }).map(device))
const view = fc.record({ owner: people, peer: peers, peerDevice: devices, incoming: fc.boolean() })
const someRecord = fc
  .record({
    views: fc.uniqueArray(view, { maxLength: 3, selector: ({ owner }) => owner }),
    back: fc.option(fc.integer({ min: 1, max: 9 })),
  })
  .map(({ views, back }) => (position: number): RecordRows => {
    const retracts = back === null || back > position ? null : position - back
    return record(position, { views, retracts })
  })

const position = fc.integer({ min: 0, max: 400 })
const time = position.map((at) => atOf(at) + 1).chain((at) => fc.constantFrom(at - 1, at, at - 400))
const someQuery: fc.Arbitrary<RowQuery> = fc.record(
  {
    owner: people,
    peer: peers,
    peerDevice: devices,
    after: position,
    before: position,
    from: time,
    until: time,
    positions: fc.array(position, { maxLength: 200 }),
    incomingOnly: fc.boolean(),
    newestFirst: fc.boolean(),
    limit: fc.integer({ min: 1, max: 20 }),
  },
  { requiredKeys: ['owner', 'newestFirst', 'limit'] },
)

function rowsByHand(all: readonly RecordRows[], query: RowQuery): MailboxRow[] {
  const found = all.flatMap(({ views, kind, position: its, at }) => {
    const seen = views.find(({ owner }) => owner === query.owner)
    if (seen === undefined || !isWanted(query, { seen, its, at })) return []
    const by = all.find(({ retracts }) => retracts === its)
    const retractedBy = by?.position ?? null
    return [{ position: its, at, incoming: seen.incoming, kind, retractedBy }]
  })
  return query.newestFirst ? found.toReversed() : found
}

function isWanted(
  query: RowQuery,
  { seen, its, at }: { readonly seen: ViewRow; readonly its: number; readonly at: number },
): boolean {
  const { peer, peerDevice, after = -1, before = Infinity, from = 0, until = Infinity } = query
  return (
    (peer === undefined || seen.peer === peer) &&
    (peerDevice === undefined || seen.peerDevice === peerDevice) &&
    (query.incomingOnly !== true || seen.incoming) &&
    (query.positions?.includes(its) ?? true) &&
    its > after &&
    its < before &&
    at >= from &&
    at <= until
  )
}
