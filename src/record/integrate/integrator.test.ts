import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { FatalError } from '../../base/errors.ts'
import { memoryHeadRegister } from '../../../test/fakes/head-register.ts'
import { memoryKeys } from '../../../test/fakes/vault.ts'
import { derivedFrom, derivedStores, neverMs } from '../../../test/support/derived-stores.ts'
import { directRecord, recovered, sealing, somebody } from '../../../test/support/sealed-batches.ts'
import { NoSpace } from '../errors.ts'
import { type Keys } from '../keys/ports.ts'
import { type DurableBatch, type HeadRegister, type Integrator } from '../ledger/ports.ts'
import { growTree } from '../ledger/tree.ts'
import { leafHash } from '../ledger/entry.ts'
import { decodeHistory } from './checkpoint-history.ts'
import { startIntegrator, type IntegratorParts } from './integrator.ts'

const [anna, bo] = [somebody(1), somebody(2)]
const keys = await memoryKeys('integrator')
const end = { segment: 1, offset: 4096, spareBytes: 0 }

test('what was derived is the same whether the process stopped in between or not', async (t) => {
  const batches = await conversation(9)
  const whole = await scene(t)
  await whole.run(batches)

  const stopped = await scene(t)
  // The first process signs a head after 4 batches, takes 3 more, and is gone.
  const first = await stopped.start()
  await give(first, batches.slice(0, 4))
  await first.close(end)
  const second = await stopped.start()
  await give(second, batches.slice(4, 7))
  // The third starts from the signed head, and gets what is behind it without envelopes.
  const { integrator, durable } = await stopped.restart()
  assert.equal(durable, batches[4]?.first)
  for (const batch of batches.slice(4)) integrator.take(recovered(batch))
  await integrator.begin()
  await integrator.close(end)

  assert.deepEqual(derivedFrom(stopped.dir), derivedFrom(whole.dir))
})

test('a head that is signed is the root over all entries, and is registered as closed', async (t) => {
  const batches = await conversation(3)
  const s = await scene(t)
  await s.run(batches)
  const tree = growTree()
  for (const { records } of batches)
    for (const entry of entriesIn(records)) tree.append(leafHash(entry))
  const head = await s.register.read(keys.log.origin)
  assert.deepEqual(head, { size: tree.size, root: new Uint8Array(tree.root()), closedAt: end })
  const history = decodeHistory(await (await s.stores()).checkpoints.history())
  assert.deepEqual(
    history.map(({ size, root }) => [size, Buffer.from(root).toString('hex')]),
    [[tree.size, Buffer.from(tree.root()).toString('hex')]],
  )
})

test('bodies and tiles are flushed before the position, and the register is asked before a head is signed', async (t) => {
  const s = await scene(t)
  const { bodies, tileStore, mailbox, register, checkpoints, ...rest } = await s.stores()
  const steps: string[] = []
  const { integrator } = await startIntegrator(
    {
      ...rest,
      bodies: { ...bodies, flush: async () => await step('bodies', bodies.flush()) },
      tileStore: {
        ...tileStore,
        write: async (tiles) => await step('tiles', tileStore.write(tiles)),
      },
      mailbox: {
        ...mailbox,
        setDurable: async (state) => await step('position', mailbox.setDurable(state)),
      },
      register: {
        ...register,
        advance: async (origin, to) => await step('register', register.advance(origin, to)),
      },
      checkpoints: {
        ...checkpoints,
        write: async (note, item) => await step('checkpoint', checkpoints.write(note, item)),
      },
    },
    options,
  )
  async function step(name: string, done: Promise<void>): Promise<void> {
    steps.push(`${name}…`)
    await done
    steps.push(name)
  }
  await integrator.begin()
  steps.length = 0
  await give(integrator, await conversation(1))
  await integrator.close(end)
  const order = ['bodies', 'tiles', 'position', 'register', 'checkpoint']
  assert.deepEqual(
    steps,
    order.flatMap((name) => [`${name}…`, name]),
  )
})

test('no head is signed before the log was checked', async (t) => {
  const s = await scene(t)
  const { integrator } = await s.restart()
  await assert.rejects(integrator.close(end), FatalError)
  assert.equal(await s.register.read(keys.log.origin), null)
})

test('a disk without space stops it, says so, and lets it go on where it was', async (t) => {
  const batches = await conversation(3)
  const s = await scene(t)
  const stores = await s.stores()
  let isFull = true
  const full = {
    ...stores,
    mailbox: {
      ...stores.mailbox,
      apply: async (rows: never) => {
        if (isFull) throw new NoSpace('mailbox.db cannot grow')
        await stores.mailbox.apply(rows)
      },
    },
  }
  const { integrator } = await startIntegrator(full, options)
  await integrator.begin()
  const [isBlocked, isFree] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  integrator.onProgress(() => (integrator.blocked() === null ? isFree : isBlocked).resolve())
  for (const batch of batches) integrator.take(batch)
  await isBlocked.promise
  assert.equal(integrator.blocked(), 'mailbox.db cannot grow')
  assert.equal(integrator.position, 0)
  isFull = false
  await isFree.promise
  await integrator.integrated(9)
  assert.equal(integrator.blocked(), null)
  await integrator.close(end)

  const whole = await scene(t)
  await whole.run(batches)
  assert.deepEqual(derivedFrom(s.dir), derivedFrom(whole.dir))
})

test('a log that ends before what was taken from it is refused', async (t) => {
  const batches = await conversation(4)
  const s = await scene(t)
  await give(await s.start(), batches)
  const { integrator } = await s.restart()
  for (const batch of batches.slice(0, 3)) integrator.take(recovered(batch))
  await assert.rejects(integrator.begin(), /has rows of 12 records, but the log ends with 9/)
})

test('a register that has another root for a size that was durable is refused', async (t) => {
  const batches = await conversation(4)
  const s = await scene(t)
  await s.run(batches.slice(0, 3))
  await s.run(batches.slice(3))
  const other = memoryHeadRegister()
  const head = { size: 9, root: new Uint8Array(32), closedAt: null }
  await other.advance(keys.log.origin, { from: null, to: head })
  const { integrator } = await startIntegrator({ ...(await s.stores()), register: other }, options)
  await assert.rejects(integrator.begin(), /the tree of 9 records has another root/)
})

test('a batch that is not the next one is fatal, and everybody who waits learns of it', async (t) => {
  const batches = await conversation(2)
  const fatal: FatalError[] = []
  const s = await scene(t)
  const { integrator } = await startIntegrator(await s.stores(), {
    ...options,
    onFatal: (error) => fatal.push(error),
  })
  const waiting = integrator.integrated(3)
  const [, second] = batches
  assert.ok(second)
  integrator.take(second)
  await assert.rejects(waiting, /a batch from record 3 on, expected 0/)
  await assert.rejects(integrator.integrated(3), FatalError)
  assert.equal(fatal.length, 1)
})

const options = {
  checkpointEveryMs: neverMs,
  retryMsMax: 10,
  onFatal: (error: FatalError) => assert.fail(error),
}

/** A data folder, and processes that come and go on it. */
type Scene = {
  readonly dir: string
  readonly register: HeadRegister
  stores(): Promise<IntegratorParts>
  /** A process that has checked its log. */
  start(): Promise<Integrator>
  /** A process after one that was killed: nothing was closed. */
  restart(): Promise<{ integrator: Integrator; durable: number }>
  /** Takes all, signs, closes. */
  run(batches: readonly DurableBatch[]): Promise<void>
}

async function scene(t: TestContext): Promise<Scene> {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-integrate-'))
  t.after(() => rmSync(dir, { recursive: true }))
  const register = memoryHeadRegister()
  const stores = async (): Promise<IntegratorParts> => await derivedStores(dir, { keys, register })
  const restart = async (): Promise<{ integrator: Integrator; durable: number }> => {
    const { integrator, integrated } = await startIntegrator(await stores(), options)
    return { integrator, durable: integrated.durable }
  }
  const start = async (): Promise<Integrator> => {
    const { integrator } = await restart()
    await integrator.begin()
    return integrator
  }
  return {
    dir,
    register,
    stores,
    restart,
    start,
    async run(batches) {
      const integrator = await start()
      await give(integrator, batches)
      await integrator.close(end)
    },
  }
}

async function give(integrator: Integrator, batches: readonly DurableBatch[]): Promise<void> {
  for (const batch of batches) {
    integrator.take(batch)
    await integrator.integrated(batch.first + batch.count)
  }
}

/** Batches of three records: a message, an answer, and one of the two taken back. */
async function conversation(batches: number, its: Keys = keys): Promise<DurableBatch[]> {
  const seals = sealing(its)
  const all: DurableBatch[] = []
  for (let i = 0; i < batches; i++) {
    all.push(
      await seals.batch([
        directRecord({ from: anna, to: bo, text: `question ${i}`, id: `q${i}` }),
        directRecord({ from: bo, to: anna, text: `answer ${i}`, id: `a${i}`, originId: `o${i}` }),
        directRecord({
          from: anna,
          to: bo,
          text: '',
          kind: 'retraction',
          about: i * 2,
          id: `r${i}`,
        }),
      ]),
    )
  }
  return all
}

function entriesIn(records: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = []
  const view = new DataView(records.buffer, records.byteOffset, records.length)
  for (let at = 0; at < records.length; at += 112 + view.getUint32(at + 24)) {
    entries.push(records.subarray(at, at + 112))
  }
  return entries
}
