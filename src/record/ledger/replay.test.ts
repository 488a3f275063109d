import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simDisk } from '../../../test/sim/disk.ts'
import { addRecord, startLog } from '../../../test/sim/log.ts'
import { type DurableBatch } from './ports.ts'
import { replay } from './replay.ts'

test('each batch is a buffer of its own, so that giving one to another thread takes no other along', async () => {
  const store = simDisk(64 * 1024).open()
  const { writer, batches } = await startLog(store)
  for (let i = 0; i < 5; i++) await addRecord(writer, i, 300)
  const { integrator, given } = transferring()
  await replay(store, integrator, { from: 2, to: 5 })
  assert.deepEqual(
    given.map(({ first, count, records }) => ({ first, count, bytes: [...records] })),
    batches.slice(2).map(({ first, count, records }) => ({ first, count, bytes: [...records] })),
  )
})

/** An integrator to which batches are posted as to a thread. */
function transferring(): {
  readonly integrator: Parameters<typeof replay>[1]
  readonly given: readonly DurableBatch[]
} {
  const given: DurableBatch[] = []
  const integrator = {
    take: (batch: DurableBatch) =>
      void given.push(structuredClone(batch, { transfer: [batch.records.buffer] })),
    position: 0,
    integrated: async () => await Promise.resolve(),
  }
  return { integrator, given }
}
