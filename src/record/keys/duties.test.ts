// A planner of disposals that is wrong, or lies: the vault does not destroy what it must not, whatever it is told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryVaultParts } from '../../../test/fakes/vault.ts'
import { type BucketClass } from '../retention/ports.ts'
import { createVault, openKeys } from './open-keys.ts'
import { type Keys, type Loss } from './ports.ts'

const november = Date.UTC(2026, 10, 21)
const february = Date.UTC(2027, 1, 20)
const nextYear = Date.UTC(2028, 0, 1)
const locked = { code: 'key.locked' }
const handle = new Uint8Array(8)

const twoMonths = classOf({ count: 2, unit: 'months' }, false)
const twoMonthsLocked = classOf({ count: 2, unit: 'months' }, true)
const year = classOf({ count: 1, unit: 'years' }, true)

function classOf(keep: NonNullable<BucketClass['duty']>['keep'], isLocked: boolean): BucketClass {
  return { name: 'default', width: 'month', duty: { keep, locked: isLocked } }
}

type Scene = {
  readonly clock: { at: number }
  readonly keys: Keys
  /** As after a start. */
  readonly again: () => Promise<Keys>
  readonly isThere: (keys?: Keys) => Promise<boolean>
}

/** A vault whose bucket 1 is of November, in this class. */
async function scene(seed: string, of: BucketClass): Promise<Scene> {
  const clock = { at: november }
  const parts = memoryVaultParts(seed, { now: () => clock.at })
  await createVault(parts, 'example.com')
  const keys = await openKeys(parts)
  await keys.ensureBuckets(november, [of])
  return {
    clock,
    keys,
    again: async () => await openKeys(parts),
    isThere: async (its = keys) => (await its.conversation(1, handle, 'check')) !== null,
  }
}

async function destroy(keys: Keys, loss?: Partial<Loss>): Promise<number> {
  const said = loss && { decided: 1_000, order: null, holds: [], ...loss }
  const change = { bucket: 1, survivors: null, index: false, ...(said && { loss: said }) }
  return (await keys.turn([change])).newEpoch
}

test('a bucket whose period is not over is not destroyed, and nothing else is changed', async () => {
  const { clock, keys, isThere, again } = await scene('period', twoMonths)
  clock.at = Date.UTC(2027, 0, 31)
  await keys.ensureBuckets(clock.at, [twoMonths])
  await assert.rejects(destroy(keys, {}), locked)
  await assert.rejects(destroy(await again(), {}), locked)
  assert.deepEqual([await isThere(), keys.epoch], [true, 1])
  clock.at = february
  assert.equal(await destroy(keys, {}), 2)
  assert.equal(await isThere(), false)
})

test('a class that is called as what every object has is kept like any other', async () => {
  const { keys, again } = await scene('names', { ...year, name: 'constructor' })
  for (const its of [keys, await again()]) {
    await its.ensureBuckets(november, [{ ...year, name: 'constructor' }])
    const [bucket] = its.knownBuckets()
    assert.equal(bucket?.duty?.isLocked, true)
    await assert.rejects(destroy(its, { order: 12 }), locked)
  }
})

test('an order destroys before the time of a class, and not of a locked one', async () => {
  for (const [of, isLocked] of [
    [twoMonths, false],
    [twoMonthsLocked, true],
  ] as const) {
    const { clock, keys, isThere } = await scene(`order ${isLocked}`, of)
    clock.at = Date.UTC(2026, 11, 2)
    await keys.ensureBuckets(clock.at, [of])
    await assert.rejects(destroy(keys, {}), locked)
    const ordered = destroy(keys, { order: 12 })
    if (isLocked) await assert.rejects(ordered, locked)
    else assert.equal(await ordered, 2)
    assert.equal(await isThere(), isLocked)
  }
})

test('a locked class is only made longer, whatever the vault is told, also after a start', async () => {
  const { clock, keys, isThere, again } = await scene('longer', year)
  for (const told of [twoMonths, twoMonthsLocked, classOf({ count: 1, unit: 'days' }, false)])
    await keys.ensureBuckets(november, [told])
  clock.at = february
  await keys.ensureBuckets(clock.at, [twoMonths])
  await assert.rejects(destroy(keys, { order: 12 }), locked)
  await assert.rejects(destroy(await again(), { order: 12 }), locked)
  await keys.ensureBuckets(clock.at, [classOf('permanent', false)])
  clock.at = nextYear
  await assert.rejects(destroy(keys, { order: 12 }), /kept for ever/)
  assert.ok(await isThere())
})

test('a class that is not locked is as long as it was told last', async () => {
  const { clock, keys } = await scene('shorter', classOf('permanent', false))
  clock.at = february
  await keys.ensureBuckets(clock.at, [twoMonths])
  assert.equal(await destroy(keys, {}), 2)
})

test('a hold that stands and was not looked at keeps a bucket, also after a start', async () => {
  const { clock, keys, isThere, again } = await scene('holds', twoMonths)
  clock.at = february
  await keys.hold(40, true)
  await keys.hold(30, true)
  await keys.hold(30, true)
  await keys.ensureBuckets(clock.at, [twoMonths])
  for (const loss of [undefined, {}, { holds: [40] }, { holds: [30, 41] }, { order: 12 }])
    await assert.rejects(destroy(keys, loss), locked)
  await assert.rejects(destroy(await again(), { holds: [40] }), /hold 30, which stands/)
  assert.ok(await isThere())
  await keys.hold(30, false)
  assert.equal(await destroy(keys, { holds: [40] }), 2)
})

test('a hold that was placed after the decision comes too late for it', async () => {
  const { clock, keys } = await scene('late', twoMonths)
  clock.at = february
  await keys.ensureBuckets(clock.at, [twoMonths])
  await keys.hold(40, true)
  await assert.rejects(destroy(keys, { decided: 41 }), locked)
  assert.equal(await destroy(keys, { decided: 40 }), 2)
})

test('what stands is written once, and the vault knows how long each bucket is kept', async () => {
  const { keys, again } = await scene('once', year)
  await keys.hold(40, true)
  const { bucketsOpened } = keys
  await keys.ensureBuckets(november, [year])
  assert.equal(keys.bucketsOpened, bucketsOpened)
  const [first] = (await again()).knownBuckets()
  assert.deepEqual(first?.duty, { until: Date.UTC(2027, 11, 1), isLocked: true })
})
