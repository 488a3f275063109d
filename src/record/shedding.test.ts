import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newRecord } from '../../test/fakes/new-record.ts'
import { newDisk, start } from '../../test/support/disposal-scene.ts'
import { openShedding } from './shedding.ts'

const never = new Promise<void>(() => undefined)

/** Over a record in which nothing is integrated any more, and nothing signed. */
function stopping(): ReturnType<typeof openShedding> {
  return openShedding({
    integrator: {
      onDurable() {},
      forget: async () => await never,
      integrated: async () => await never,
      signNow() {},
    },
    segments: { roll() {}, gone: async () => await never },
    sequencer: { forgetKeys() {} },
    signed: () => null,
    forget: async () => await never,
  })
}

test('who waits for a signed head is told at a stop, whatever that waits for itself', async (t) => {
  const unhandled: unknown[] = []
  const note = (error: unknown): void => void unhandled.push(error)
  process.on('unhandledRejection', note)
  t.after(() => process.off('unhandledRejection', note))
  const shedding = stopping()
  const told: unknown[] = []
  const waits = shedding.signed(3).catch((error: unknown) => told.push(error))
  shedding.close()
  await new Promise(setImmediate)
  assert.deepEqual([unhandled, told.map(String)], [[], ['Error: the record is closed']])
  await waits
})

test('whoever wants the tree signed at once waits for who wants that as well, and one head is made at a time', async (t) => {
  const disk = await newDisk()
  const running = await start(disk, { at: Date.UTC(2026, 10, 21) })
  t.after(async () => {
    await running.stop()
    disk.home.remove()
  })
  const { record, fatal } = running
  const all: Promise<void>[] = []
  for (let i = 0; i < 60; i++) {
    await record.append(newRecord({ messageId: `m ${i}` }))
    // Each has another tree.
    for (let waiting = 0; waiting < 3; waiting++) all.push(record.shedding.signed(record.size))
  }
  await Promise.all(all)
  assert.deepEqual(fatal, [])
})
