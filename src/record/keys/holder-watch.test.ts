import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeTime } from '../../../test/fakes/timer.ts'
import { type Log, type LogFields } from '../../base/log.ts'
import { watchHolders, type HolderWatch } from './holder-watch.ts'
import { type KeyStanding } from './ports.ts'
import { keyIdOf } from './key-id.ts'

const hour = 3_600_000
const id = keyIdOf(new Uint8Array(8))

type Scene = {
  readonly watch: HolderWatch
  readonly told: readonly string[]
  found: KeyStanding['found']
  epoch: number
  withoutKey: { readonly kind: string; readonly ref: string }[]
  /** Lets time go by, and what is asked meanwhile be answered. */
  pass(ms: number): Promise<void>
}

function scene(awayMsMax: number | null): Scene {
  const time = fakeTime()
  const told: string[] = []
  const say = (event: string, fields: LogFields = {}): void =>
    void told.push(`${event} ${String(fields['why'] ?? '')}`.trim())
  const log: Log = { info: say, warn: say, error: say }
  const keys = {
    standing: async () => ({
      epoch: its.epoch,
      keys: [
        { kind: 'shares', ref: '2 of 3', id, use: 'current', found: 'paper' } as const,
        { kind: 'file', ref: '/k', id, use: 'current', found: its.found } as const,
        { kind: 'file', ref: '/old', id, use: 'doomed', found: 'there' } as const,
      ],
      withoutKey: its.withoutKey,
      papers: [{ id, kind: 'kit', threshold: 1, of: 1, epoch: 1, atMs: null } as const],
    }),
  }
  const its: Scene = {
    watch: watchHolders({ keys, awayMsMax, ticks: time, timer: time, log }),
    told,
    found: 'there',
    epoch: 1,
    withoutKey: [],
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += 300_000) {
        time.pass(300_000)
        for (let i = 0; i < 10; i++) await Promise.resolve()
      }
    },
  }
  return its
}

test('while a holder has a key nothing is said, and nothing refused', async () => {
  const its = scene(hour)
  await its.pass(10 * hour)
  assert.deepEqual([its.told, its.watch.refusal()], [[], null])
})

test('without any the record goes on for the stated time, then refuses, and goes on again when one is back', async () => {
  const its = scene(2 * hour)
  await its.pass(hour)
  its.found = 'missing'
  await its.pass(1.5 * hour)
  assert.equal(its.watch.refusal(), null)
  assert.match(its.told[0] ?? '', /^keys\.no-holder .*file \/k 0{16}: missing$/)
  await its.pass(hour)
  assert.deepEqual(its.watch.refusal(), {
    reason: 'keys',
    text: 'The keys of the record are away. An administrator has to see to it.',
  })
  its.found = 'there'
  await its.pass(300_000)
  assert.equal(its.watch.refusal(), null)
  assert.equal(its.told.at(-1), 'keys.holder-back')
})

test('it goes on for ever where that is set, and says so each time it asks', async () => {
  const its = scene(null)
  its.found = { why: 'no answer' }
  await its.pass(1_000 * hour)
  assert.equal(its.watch.refusal(), null)
  assert.equal(its.told.length, 12_000)
})

test('after a turn it is told once that no paper opens the vault any more', async () => {
  const its = scene(hour)
  await its.pass(hour)
  its.epoch = 2
  await its.pass(hour)
  assert.deepEqual(its.told, ['keys.no-paper'])
  its.epoch = 3
  await its.pass(hour)
  assert.deepEqual(its.told, ['keys.no-paper', 'keys.no-paper'])
})

test('a holder that has no key yet is told once after a start', async () => {
  const its = scene(hour)
  its.withoutKey = [{ kind: 'transit', ref: 'https://vault.example/transit' }]
  await its.pass(hour)
  assert.deepEqual(its.told, ['keys.holder-without-key'])
})

test('a watch that was stopped asks no more', async () => {
  const its = scene(hour)
  its.watch.stop()
  its.found = 'missing'
  await its.pass(10 * hour)
  assert.deepEqual([its.told, its.watch.refusal()], [[], null])
})
