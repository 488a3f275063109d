// How the indexer gives way: which threads are at it, in which steps, and when it rests. The time is the test's own.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { silentLog } from '../../base/log.ts'
import { secretKey } from '../../base/crypto.ts'
import { fakeTime, type FakeTime } from '../../../test/fakes/timer.ts'
import { type LogPosition } from '../types.ts'
import { type Documents } from './documents.ts'
import { startIndexer, type Indexer } from './indexer.ts'

const records = 60_000
/** What a batch takes here, and for how long of it the thread has a processor. */
const batchMs = 3
const batchThreadMs = 1

type Scene = {
  readonly time: FakeTime
  readonly indexer: Indexer
  /** In the order in which they were added. */
  readonly added: readonly LogPosition[]
  /** How many were made together, here and beside. */
  readonly here: readonly number[]
  readonly beside: readonly number[]
  /** Called when the other thread is asked for, and when it is no longer needed. */
  readonly calls: readonly ('get' | 'close')[]
  /** Called before a batch is made beside. */
  onBeside: () => void
}

function made(counts: number[], before: () => void): Documents {
  return {
    async make(positions) {
      before()
      counts.push(positions.length)
      return positions.map((position) => ({ position, second: 0, words: '', changes: null }))
    },
  }
}

/** An indexer that has nothing to do yet. */
async function scene(): Promise<Scene> {
  const time = fakeTime()
  let thread = 0
  const [added, here, beside]: [number[], number[], number[]] = [[], [], []]
  const calls: ('get' | 'close')[] = []
  const busy = (): void => {
    time.pass(batchMs)
    thread += batchThreadMs
  }
  const besides = made(beside, () => its.onBeside())
  const indexer = await startIndexer(
    {
      partitions: {
        list: () => [],
        reached: () => 0,
        add: async (_, documents) => void added.push(...documents.map(({ position }) => position)),
        seal: async () => undefined,
        drop: async () => undefined,
        close() {},
      },
      store: {
        list: async () => [],
        read: async () => null,
        replace: async () => undefined,
        remove: async () => undefined,
      },
      places: {
        buckets: ({ from, to }) =>
          Array.from({ length: to - from }, (_, i) => ({ position: from + i, bucket: 1 })),
      },
      documents: made(here, busy),
      beside: {
        get() {
          if (calls.at(-1) !== 'get') calls.push('get')
          return besides
        },
        async close() {
          if (calls.at(-1) === 'get') calls.push('close')
        },
      },
      keys: { index: async () => secretKey(new Uint8Array(32)), mac: () => new Uint8Array(32) },
      ticks: time,
      threadTicks: { elapsed: () => thread },
      timer: time,
      log: silentLog,
    },
    {
      size: 0,
      onFailed(error) {
        throw error
      },
    },
  )
  const its: Scene = { time, indexer, added, here, beside, calls, onBeside: () => undefined }
  return its
}

/** Lets the indexer do what it does without waiting for time. */
async function settled({ added }: Scene): Promise<void> {
  for (let [before, still] = [-1, 0]; still < 20; still = added.length === before ? still + 1 : 0) {
    before = added.length
    await nextTurn()
  }
}

function upTo(size: number): readonly number[] {
  return Array.from({ length: size }, (_, i) => i)
}

test('what is far behind is made by two threads while nothing comes in, in order', async () => {
  const its = await scene()
  its.indexer.follow({ size: records, isBusy: false })
  await its.indexer.reached(records)
  assert.deepEqual(its.added, upTo(records))
  assert.ok(its.beside.length > 0, 'made beside')
  assert.ok(its.here.length > 0, 'made here as well')
  await settled(its)
  its.indexer.follow({ size: records + 1, isBusy: false })
  await its.indexer.reached(records + 1)
  assert.deepEqual(its.calls, ['get', 'close'], 'the thread ends when it is not needed any more')
  await its.indexer.close()
})

test('while messages come in no thread is started, and each small step is followed by a rest; when they stop, it is', async () => {
  const its = await scene()
  its.time.pass(200)
  its.indexer.follow({ size: records, isBusy: false })
  its.time.pass(10_000)
  its.indexer.follow({ size: records + 100, isBusy: false })
  await settled(its)
  assert.deepEqual(its.here, [50], 'one step, and then a rest')
  its.time.pass(19)
  its.indexer.follow({ size: records + 110, isBusy: false })
  await settled(its)
  assert.deepEqual(
    its.here,
    [50],
    'ten times as long as it waited for a processor, and news does not end it',
  )
  its.time.pass(1)
  await settled(its)
  assert.deepEqual(its.here, [50, 50])
  assert.equal(its.calls.length, 0)

  its.time.pass(10_000)
  await its.indexer.reached(records + 110)
  assert.ok(its.calls.includes('get'))
  assert.deepEqual(its.added, upTo(records + 110))
  await its.indexer.close()
})

test('two threads that are at it stop when messages come in, after what they have in hand', async () => {
  const its = await scene()
  its.onBeside = () => {
    if (its.beside.length !== 10) return
    its.time.pass(200)
    its.indexer.follow({ size: records + 100, isBusy: false })
  }
  its.indexer.follow({ size: records, isBusy: false })
  await settled(its)
  assert.deepEqual(its.calls, ['get', 'close'])
  assert.ok(its.beside.length < 20, `${its.beside.length} batches`)
  assert.deepEqual(its.added, upTo(its.added.length), 'none twice, none passed over')
  await its.indexer.close()
})

test('what has just come in is made searchable without a rest', async () => {
  const its = await scene()
  for (let size = 600; size <= 6_000; size += 600) {
    its.time.pass(200)
    its.indexer.follow({ size, isBusy: false })
    await its.indexer.reached(size)
  }
  assert.deepEqual(its.added, upTo(6_000))
  assert.deepEqual(its.calls, [])
  await its.indexer.close()
})
