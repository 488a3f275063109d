import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeRecord } from '../../../test/fakes/record.ts'
import { FatalError } from '../../base/errors.ts'
import { silentLog } from '../../base/log.ts'
import { RecordRefused } from '../errors.ts'
import { type NewStatement } from '../types.ts'
import { rootOfHeads } from './list.ts'
import { type Stamps } from '../timestamps/kept.ts'
import { type HeadsAsk } from './ports.ts'
import { createStatements, type Statements } from './statements.ts'

type Scene = {
  readonly statements: Statements
  readonly stated: readonly NewStatement[]
  /** Hashes of time stamps. */
  readonly told: readonly string[]
  readonly asked: readonly HeadsAsk[]
  readonly failed: readonly unknown[]
  /** The hour is over. */
  hour(): Promise<void>
  fail(error: Error | null): void
}

function scene(): Scene {
  const [stated, asked, failed]: [NewStatement[], HeadsAsk[], unknown[]] = [[], [], []]
  const told: string[] = []
  const clock: { due: (() => void) | null; armed: PromiseWithResolvers<void> } = {
    due: null,
    armed: Promise.withResolvers(),
  }
  let failure: Error | null = null
  let delay = 0
  const statements = createStatements({
    record: {
      ...fakeRecord(),
      async state(statement) {
        if (failure) throw failure
        stated.push(statement)
        return await Promise.resolve({ position: 40, leafHash: '', at: 0, stanzaId: '' })
      },
      buckets: () => [
        { number: 1, class: 'default', from: 0, to: 1_000, state: 'whole' },
        { number: 2, class: 'default', from: 1_000, to: 2_000, state: 'whole' },
      ],
    },
    openings: async () => await Promise.resolve({ count: 5, head: 'ab' }),
    retention,
    source: {
      counts: async () => await Promise.resolve(new Map()),
      async list(ask) {
        asked.push(ask)
        await Promise.resolve()
        return {
          size: 7,
          proved: [],
          ...rootOfHeads([], { from: ask.from, closedBelow: ask.closedBelow }),
        }
      },
    },
    stamps: oneStamp(told),
    timer: {
      after(delayMs, run) {
        delay = delayMs
        clock.due = run
        clock.armed.resolve()
        return () => {
          clock.due = null
        }
      },
    },
    // A day and more after the end of the first period.
    now: () => 86_400_000 + 1_500,
    log: silentLog,
    failed: (error) => failed.push(error),
  })
  return {
    statements,
    stated,
    told,
    asked,
    failed,
    async hour() {
      assert.equal(delay, 3_600_000)
      // It sets the timer anew when it is done.
      clock.armed = Promise.withResolvers()
      clock.due?.()
      await clock.armed.promise
    },
    fail(error) {
      failure = error
    },
  }
}

/** A stamp, until it is told of. */
const retention: Parameters<typeof createStatements>[0]['retention'] = {
  exemptCounts: () => ({ recording: 0, review: 2, retention: 0 }),
  inTurn: async (step) => await step(),
}

function oneStamp(told: string[]): Pick<Stamps, 'untold' | 'told'> {
  return {
    untold: async () => await Promise.resolve(told.length === 0 ? [{ size: 7, sha256: 'ab' }] : []),
    told: (stamps) => void told.push(...stamps.map(({ sha256 }) => sha256)),
  }
}

test('each hour what the server knows and what the log holds is stated, and the list goes on from where it was', async () => {
  const s = scene()
  s.statements.start()
  await s.hour()
  await s.hour()
  await s.statements.stop()
  assert.deepEqual(
    s.stated.map(({ kind }) => kind),
    ['tick', 'heads', 'tick', 'heads'],
  )
  assert.deepEqual(JSON.parse(s.stated[0]?.says ?? ''), {
    checkpoint: null,
    exemptions: { recording: 0, review: 2, retention: 0 },
    ntp: 'unknown',
    stamps: [{ size: 7, sha256: 'ab' }],
    openings: { count: 5, head: 'ab' },
  })
  assert.deepEqual(s.told, ['ab'])
  const heads: Record<string, unknown> = JSON.parse(s.stated[1]?.says ?? '')
  assert.deepEqual([heads['size'], heads['count'], String(heads['root']).length], [7, 0, 64])
  assert.deepEqual(
    s.asked.map(({ from, closedBelow }) => [from?.below ?? null, closedBelow]),
    [
      [null, 2],
      [2, 2],
    ],
  )
})

test('what the record does not take is stated in an hour, and doubt stops the process', async () => {
  const s = scene()
  s.statements.start()
  s.fail(new RecordRefused({ reason: 'space', text: 'There is no room.' }))
  await s.hour()
  s.fail(null)
  await s.hour()
  assert.equal(s.stated.length, 2)
  const doubt = new FatalError('a flush failed')
  s.fail(doubt)
  await s.hour()
  assert.deepEqual(s.failed, [doubt])
  await s.statements.stop()
})

test('proofs are asked for with the list that they are of', async () => {
  const s = scene()
  const wanted = [{ bucket: 2, handle: '0'.repeat(16) }]
  const { position, size } = await s.statements.heads(wanted)
  assert.deepEqual([position, size, s.asked[0]?.wanted], [40, 7, wanted])
  await assert.rejects(s.statements.heads([]), RangeError)
})
