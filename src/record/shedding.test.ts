import assert from 'node:assert/strict'
import { test } from 'node:test'
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
