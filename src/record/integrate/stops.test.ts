// The integrator is stopped at each of its steps, and the next one goes on from what the first has left.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { memoryHeadRegister } from '../../../test/fakes/head-register.ts'
import { memoryKeys } from '../../../test/fakes/vault.ts'
import { derivedFrom, derivedStores, neverMs } from '../../../test/support/derived-stores.ts'
import { directRecord, recovered, sealing, somebody } from '../../../test/support/sealed-batches.ts'
import { FatalError } from '../../base/errors.ts'
import { NoSpace } from '../errors.ts'
import { type DurableBatch, type HeadRegister } from '../ledger/ports.ts'
import { decodeHistory, isItemIntact, itemMac } from './checkpoint-history.ts'
import { startIntegrator, type IntegratorParts } from './integrator.ts'

const keys = await memoryKeys('stops')
const [anna, bo] = [somebody(1), somebody(2)]
const batches = await someBatches()
const end = { segment: 1, offset: 4096, spareBytes: 0 }
const quiet = { checkpointEveryMs: neverMs, retryMsMax: 10, onFatal: () => undefined }

/** What goes wrong at a call: it does nothing and fails, it fails after it was done, or it finds no space once. */
type Trouble = 'not kept' | 'kept' | 'no space'

for (const trouble of ['not kept', 'kept', 'no space'] as const) {
  test(`a call that fails (${trouble}), whichever it is, leaves nothing that the next start does not mend`, async (t) => {
    const expected = await undisturbed(t)
    let calls = 0
    for (let at = 0; ; at++) {
      const dir = temporary(t)
      const register = memoryHeadRegister()
      const parts = await derivedStores(dir, { keys, register })
      const faulty = withTrouble(parts, { at, trouble })
      const isWhole = await tryToRun(faulty.parts)
      if (!isWhole) await goOn(dir, register)
      assert.deepEqual(derivedFrom(dir), expected, `call ${at}`)
      await checkHistory(parts, `call ${at}`)
      if (!faulty.wasTroubled()) break
      calls++
    }
    // Bodies, rows, flush, tiles, position, register, checkpoint: all were in trouble once.
    assert.ok(calls > 12, `${calls} calls`)
  })
}

test('a start that stops once it has begun leaves the partial tiles that the next one starts from', async (t) => {
  const dir = temporary(t)
  const register = memoryHeadRegister()
  const start = async (): ReturnType<typeof startIntegrator> =>
    await startIntegrator(await derivedStores(dir, { keys, register }), quiet)
  // A head is signed before the first tile is full.
  const first = await start()
  await first.integrator.begin()
  const early = batches.filter(({ first: from, count }) => from + count < 256)
  for (const batch of early) first.integrator.take(batch)
  await first.integrator.close(end)
  // Replayed beyond it, and stopped before the full one is written.
  const second = await start()
  for (const batch of batches.slice(early.length)) second.integrator.take(recovered(batch))
  await second.integrator.begin()

  const third = await start()
  assert.equal(third.integrated.durable, second.integrated.durable)
})

/** Two runs over all batches, each closed. @returns false when it failed */
async function tryToRun(parts: IntegratorParts): Promise<boolean> {
  try {
    const { integrator } = await startIntegrator(parts, quiet)
    await integrator.begin()
    for (const batch of batches) {
      integrator.take(batch)
      await integrator.integrated(batch.first + batch.count)
    }
    await integrator.close(end)
    return true
  } catch (error) {
    assert.ok(error instanceof Stopped || error instanceof FatalError || error instanceof NoSpace)
    return false
  }
}

/** The next process, which recovers from where the last had made all durable. */
async function goOn(dir: string, register: HeadRegister): Promise<void> {
  const parts = await derivedStores(dir, { keys, register })
  const { integrator, integrated } = await startIntegrator(parts, quiet)
  // Nothing is in a log before it is registered.
  const isNew = (await register.read(keys.log.origin)) === null
  if (isNew) await integrator.begin()
  for (const batch of batches) {
    if (batch.first >= integrated.durable) integrator.take(recovered(batch))
  }
  if (!isNew) await integrator.begin()
  await integrator.close(end)
}

async function undisturbed(t: TestContext): Promise<unknown> {
  const dir = temporary(t)
  const parts = await derivedStores(dir, { keys, register: memoryHeadRegister() })
  assert.ok(await tryToRun(parts))
  return derivedFrom(dir)
}

/** Each item follows the one before it, and no head has two, also where one was tried again. */
async function checkHistory({ checkpoints }: IntegratorParts, message: string): Promise<void> {
  const history = new Uint8Array(await checkpoints.history())
  const sizes = decodeHistory(history).map(({ size }) => size)
  assert.ok(sizes.length >= 1, message)
  assert.deepEqual(
    sizes,
    [...new Set(sizes)].toSorted((a, b) => a - b),
    message,
  )
  for (const i of sizes.keys()) assert.ok(isItemIntact(history, i, itemMac(keys)), message)
}

class Stopped extends Error {
  override readonly name = 'Stopped'
}

/** Parts of which one call, the `at`-th of all that change something, goes wrong. After a stop nothing works any more. */
function withTrouble(
  parts: IntegratorParts,
  { at, trouble }: { readonly at: number; readonly trouble: Trouble },
): { parts: IntegratorParts; wasTroubled: () => boolean } {
  let calls = 0
  const faulty = async (work: () => Promise<void>): Promise<void> => {
    const call = calls++
    if (call > at && trouble !== 'no space') throw new Stopped('stopped before')
    if (call === at && trouble === 'no space') throw new NoSpace('the disk is full')
    if (call === at && trouble === 'not kept') throw new Stopped('stopped')
    await work()
    if (call === at && trouble === 'kept') throw new Stopped('stopped after')
  }
  const { bodies, mailbox, tileStore: tiles, checkpoints, register } = parts
  return {
    wasTroubled: () => calls > at,
    parts: {
      ...parts,
      bodies: {
        ...bodies,
        reset: async (ends) => await faulty(async () => await bodies.reset(ends)),
        write: async (bucket, offset, bytes) =>
          await faulty(async () => await bodies.write(bucket, offset, bytes)),
        flush: async () => await faulty(async () => await bodies.flush()),
      },
      mailbox: {
        ...mailbox,
        apply: async (rows) => await faulty(async () => await mailbox.apply(rows)),
        setDurable: async (state) => await faulty(async () => await mailbox.setDurable(state)),
      },
      tileStore: {
        ...tiles,
        write: async (files) => await faulty(async () => await tiles.write(files)),
        removePartials: async (path) => await faulty(async () => await tiles.removePartials(path)),
      },
      checkpoints: {
        ...checkpoints,
        write: async (note, item) => await faulty(async () => await checkpoints.write(note, item)),
      },
      register: {
        ...register,
        advance: async (origin, step) =>
          await faulty(async () => await register.advance(origin, step)),
      },
    },
  }
}

/** 259 records, so that a tile gets full. */
async function someBatches(): Promise<DurableBatch[]> {
  const seals = sealing(keys)
  const all: DurableBatch[] = []
  for (const count of [2, 257]) {
    const records = Array.from({ length: count }, (_, i) =>
      directRecord({
        from: i % 2 === 0 ? anna : bo,
        to: i % 3 === 0 ? anna : bo,
        text: `${i}`,
        id: `${i}`,
      }),
    )
    all.push(await seals.batch(records))
  }
  return all
}

function temporary(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-stops-'))
  t.after(() => rmSync(dir, { recursive: true }))
  return dir
}
