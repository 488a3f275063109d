import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext } from 'node:test'
import assert from 'node:assert/strict'
import { startIntegrator } from '../../src/record/integrate/integrator.ts'
import { createVault, openKeys } from '../../src/record/keys/open-keys.ts'
import { type Keys } from '../../src/record/keys/ports.ts'
import { type VaultParts } from '../../src/record/keys/sealed-vault.ts'
import { type LogPosition } from '../../src/record/types.ts'
import { vaultPartsAt } from '../../src/storage/embedded/data-vault.ts'
import { oneKeyFile, type HolderPlaces } from '../../src/storage/key-holders/open-holders.ts'
import { memoryHeadRegister } from '../fakes/head-register.ts'
import { derivedStores, neverMs } from './derived-stores.ts'
import { directRecord, sealing, somebody } from './sealed-batches.ts'

const [anna, bo] = [somebody(1), somebody(2)]

/** A data folder with a vault, whose bodies and rows grow as a test says. */
export type BodiesFolder = {
  readonly dataDir: string
  readonly holders: HolderPlaces
  readonly vault: VaultParts
  /** Those of the thread that makes buckets. */
  readonly keys: Keys
  /** Anna and Bo take turns; each text is a record. It resolves when they can be read. @returns their positions */
  say(...texts: readonly string[]): Promise<LogPosition[]>
  /** What is said next is so much later. */
  wait(ms: number): void
  /** As disposal does it: the vault is written without the bucket's key, under another KEK, and `keys` know of it. */
  destroyBucket(number: number): Promise<void>
}

export async function bodiesFolder(t: TestContext): Promise<BodiesFolder> {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-bodies-'))
  const place = { dataDir: dir, holders: oneKeyFile(join(dir, 'keys/vault.key')) }
  const vault = vaultPartsAt(place)
  await createVault(vault, 'localhost')
  const keys = await openKeys(vault)
  const stores = await derivedStores(dir, { keys, register: memoryHeadRegister() })
  const options = { checkpointEveryMs: neverMs, retryMsMax: 10, onFatal: assert.fail }
  const { integrator } = await startIntegrator(stores, options)
  await integrator.begin()
  t.after(async () => {
    await integrator.close({ segment: 1, offset: 0, spareBytes: 0 })
    rmSync(dir, { recursive: true })
  })
  const seals = sealing(keys)
  return {
    ...place,
    vault,
    keys,
    async say(...texts) {
      const first = seals.size
      const records = texts.map((text, i) => {
        const [from, to] = (first + i) % 2 === 0 ? [anna, bo] : [bo, anna]
        return directRecord({ from, to, text, id: `m${first + i}` })
      })
      integrator.take(await seals.batch(records))
      await integrator.integrated(seals.size)
      return records.map((_, i) => first + i)
    },
    wait: (ms) => seals.wait(ms),
    async destroyBucket(number) {
      await keys.closeBucket(number)
      await keys.turn([{ bucket: number, survivors: null, index: false }])
    },
  }
}
