import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { newRecord } from '../../../test/fakes/new-record.ts'
import { memoryVaultParts } from '../../../test/fakes/vault.ts'
import { silentLog } from '../../base/log.ts'
import { systemRandom } from '../../base/random.ts'
import { RecordRefused } from '../errors.ts'
import { createVault, openKeys } from '../keys/open-keys.ts'
import { builtinSchedule } from '../retention/builtin.ts'
import { type Appended } from '../types.ts'
import { recordsAheadMax } from './ahead.ts'
import { type Writer } from './log.ts'
import { type Heads } from './ports.ts'
import { openSequencer, type Sequencer } from './sequencer.ts'

const startMs = 1_790_000_000_000

test('a record more than the integrator may be behind waits until it has gone on', async (t) => {
  const s = await scene(t)
  await s.append(recordsAheadMax)
  const one = s.sequencer.append(newRecord())
  assert.equal(s.sequencer.waiting, 1)
  assert.equal(s.sequencer.notWritable(), null)
  s.integrator.position = 1
  s.sequencer.changed()
  assert.equal((await one).position, recordsAheadMax)
})

test('a record waits, too, while the integrator has too many bytes before it', async (t) => {
  const s = await scene(t)
  s.ahead.full = true
  const one = s.sequencer.append(newRecord())
  assert.equal(s.sequencer.waiting, 1)
  s.ahead.full = false
  s.sequencer.changed()
  assert.equal((await one).position, 0)
})

test('what has waited for ten seconds is refused, and what came later waits on', async (t) => {
  const s = await scene(t)
  s.ahead.full = true
  const early = s.sequencer.append(newRecord())
  s.ticks.now += 1
  const late = s.sequencer.append(newRecord())
  s.ticks.now += 9_999
  t.mock.timers.tick(10_000)
  await assert.rejects(early, isRefusedFor('behind'))
  assert.equal(s.sequencer.waiting, 1)
  s.ahead.full = false
  s.sequencer.changed()
  assert.equal((await late).position, 0)
})

test('no more than 20,000 records wait: the next is refused at once', async (t) => {
  const s = await scene(t)
  s.ahead.full = true
  const waiting = Array.from(
    { length: 20_000 },
    async () => await outcomeOf(s.sequencer.append(newRecord({ views: [] }))),
  )
  assert.equal(s.sequencer.notWritable()?.reason, 'behind')
  await assert.rejects(s.sequencer.append(newRecord()), isRefusedFor('behind'))
  assert.equal(s.sequencer.waiting, 20_000, 'those that wait are not refused with it')
  await s.sequencer.close()
  assert.deepEqual(new Set(await Promise.all(waiting)), new Set(['stopping']))
})

test('no more than 64 MiB of texts wait, and there is room again once they are refused', async (t) => {
  const s = await scene(t)
  s.ahead.full = true
  const content = 'x'.repeat(1024 * 1024)
  const waiting = Array.from(
    { length: 64 },
    async () => await outcomeOf(s.sequencer.append(newRecord({ content }))),
  )
  await assert.rejects(s.sequencer.append(newRecord()), isRefusedFor('behind'))
  assert.equal(s.sequencer.waiting, 64)
  s.ticks.now += 10_000
  t.mock.timers.tick(10_000)
  assert.deepEqual(new Set(await Promise.all(waiting)), new Set(['behind']))
  assert.equal(s.sequencer.notWritable(), null)
})

test('while the integrator has no room nothing waits, and nothing new is taken', async (t) => {
  const s = await scene(t)
  s.ahead.full = true
  const waiting = s.sequencer.append(newRecord())
  s.integrator.why = 'There is no room.'
  s.sequencer.changed()
  await assert.rejects(waiting, isRefusedFor('space'))
  await assert.rejects(s.sequencer.append(newRecord()), isRefusedFor('space'))
  s.integrator.why = null
  s.ahead.full = false
  assert.equal((await s.sequencer.append(newRecord())).position, 0, 'no number was lost')
})

function isRefusedFor(reason: string): (error: unknown) => boolean {
  return (error) => error instanceof RecordRefused && error.why.reason === reason
}

async function outcomeOf(appended: Promise<Appended>): Promise<string> {
  try {
    await appended
    return 'appended'
  } catch (error) {
    return error instanceof RecordRefused ? error.why.reason : String(error)
  }
}

type Scene = {
  readonly sequencer: Sequencer
  readonly integrator: { position: number; why: string | null }
  readonly ahead: { full: boolean }
  readonly ticks: { now: number }
  append(count: number): Promise<void>
}

/** A sequencer that has started, over a log that keeps nothing, with an integrator that the test moves. */
async function scene(t: TestContext): Promise<Scene> {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const vault = memoryVaultParts('sequencer')
  await createVault(vault, 'localhost')
  const keys = await openKeys(vault)
  const integrator: Scene['integrator'] = { position: 0, why: null }
  const ahead = { full: false }
  const ticks = { now: 0 }
  const sequencer = openSequencer({
    writer: forgetfulWriter(),
    segments: { full: () => null },
    integrator: {
      get position() {
        return integrator.position
      },
      blocked: () => integrator.why,
    },
    ahead: { isFull: () => ahead.full },
    heads: noHeads,
    keys,
    schedule: () => builtinSchedule,
    recordBytesMax: 4_000_000,
    clock: { now: () => startMs },
    ticks: { elapsed: () => ticks.now },
    random: systemRandom(),
    log: silentLog,
    ready: async () => await Promise.resolve(),
    ensureBuckets: async (at) => await keys.ensureBuckets(at, builtinSchedule.classes),
    onFatal: assert.ifError,
  })
  const append = async (count: number): Promise<void> => {
    await Promise.all(
      Array.from({ length: count }, async () => await sequencer.append(newRecord())),
    )
  }
  // The bucket and the conversation are loaded with the first, which the writer does not count.
  await append(1)
  return { sequencer, integrator, ahead, ticks, append }
}

const noHeads: Heads = {
  conversation: () => null,
  inBucket: () => null,
  bucketOf: () => null,
  nextSenderSeq: () => 0,
  isHandleTaken: () => false,
  lastAt: () => 0,
}

/** Everything is durable at once, for nobody to read. The first record does not count. */
function forgetfulWriter(): Writer {
  let next = -1
  return {
    hasRoom: () => true,
    add(_sealing, settled) {
      next++
      queueMicrotask(() => settled(null))
      return new Uint8Array(32)
    },
    get next() {
      return Math.max(next, 0)
    },
    get size() {
      return Math.max(next, 0)
    },
    epoch: 1,
    drained: async () => await Promise.resolve(),
  }
}
