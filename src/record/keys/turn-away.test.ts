// Turns while holders are away, come and go.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  away,
  checkNotTurned,
  checkTurned,
  january,
  scene,
  watched,
} from '../../../test/support/turn-scene.ts'
import { openKeys } from './open-keys.ts'
import { type KeyId } from './ports.ts'
import { readVault } from './sealed-vault.ts'

test('a holder that is away does not keep another one from opening the vault', async () => {
  const scenery = await scene('opens')
  const { parts } = scenery
  const [one, two] = parts.holders
  assert.ok(one && two)
  for (const what of ['has', 'unwrap'] as const) {
    await checkNotTurned(scenery, await openKeys({ ...parts, holders: [away(one, what), two] }))
    const both = [away(one, what), away(two, what)]
    await assert.rejects(openKeys({ ...parts, holders: both }), { code: 'key.holder-away' })
  }
})

test('a holder that is away before the turn keeps it from happening, says so by name, and leaves nothing behind', async () => {
  for (const what of ['has', 'create', 'wrap', 'unwrap'] as const) {
    const scenery = await scene(`away ${what}`)
    const { parts, changes } = scenery
    const [one, two] = parts.holders
    assert.ok(one && two)
    const made = new Set<KeyId>()
    const keys = await openKeys({ ...parts, holders: [watched(one, made), away(two, what)] })
    await keys.ensureBuckets(january)
    await assert.rejects(keys.turn(changes), { code: 'key.holder-away', message: /two/ })
    assert.equal(keys.epoch, 1)
    await checkNotTurned(scenery, keys)
    for (const id of made) assert.equal(await one.has(id), false, what)
    const back = await openKeys(parts)
    await back.ensureBuckets(january)
    assert.equal(await back.settle(), null)
    await back.turn(changes)
    await checkTurned(scenery, back)
  }
})

test('a holder that goes away after the turn is waited for, and no turn comes before it is back', async () => {
  const scenery = await scene('gone after')
  const { parts, changes } = scenery
  const [one, two] = parts.holders
  assert.ok(one && two)
  const keys = await openKeys({ ...parts, holders: [one, away(two, 'destroy')] })
  await keys.ensureBuckets(january)
  const [, old] = (await readVault(parts))?.header.slots ?? []
  assert.ok(old)
  await assert.rejects(keys.turn(changes), { code: 'key.not-destroyed', message: /two does not/ })
  await checkTurned(scenery, keys)
  await assert.rejects(keys.settle(), { code: 'key.not-destroyed' })
  await assert.rejects(keys.turn([]), { code: 'key.not-destroyed' })
  assert.deepEqual([keys.epoch, await two.has(old.id)], [2, true])
  const back = await openKeys(parts)
  const turned = await back.settle()
  assert.deepEqual(
    turned?.holders.map(({ ref }) => ref),
    ['one', 'two'],
  )
  assert.equal(await two.has(old.id), false)
})

test('a holder that the settings do not name any more is named, and a retiring one gets no key', async () => {
  const scenery = await scene('retiring')
  const { parts, changes } = scenery
  const [one, two] = parts.holders
  assert.ok(one && two)
  const other = { ...two, kind: 'other', ref: 'elsewhere' }
  const moved = await openKeys({ ...parts, holders: [one, other], retiring: [two] })
  await moved.turn([])
  const dropped = await openKeys({ ...parts, holders: [one] })
  await assert.rejects(dropped.turn([]), {
    code: 'key.holder-not-named',
    message: /has a key with elsewhere \(other\), which the settings do not name/,
  })
  const retiring = await openKeys({ ...parts, holders: [one], retiring: [other] })
  await retiring.ensureBuckets(january)
  await retiring.turn(changes)
  const slots = (await readVault({ ...parts, holders: [one] }))?.header.slots
  assert.deepEqual(
    slots?.map(({ ref }) => ref),
    ['one'],
  )
  await checkTurned(scenery, await openKeys({ ...parts, holders: [one] }))
})

test('a bucket that is made while a holder is away is kept by all of them', async () => {
  const { parts } = await scene('away while open')
  const [one, two] = parts.holders
  assert.ok(one && two)
  const all = (['has', 'create', 'wrap', 'unwrap', 'destroy'] as const).reduce(away, two)
  const keys = await openKeys({ ...parts, holders: [one, all] })
  await keys.ensureBuckets(Date.UTC(2027, 6))
  const { number } = await keys.bucketAt('default', Date.UTC(2027, 6))
  const found = await openKeys({ ...parts, holders: [two] })
  assert.equal((await found.bucketAt('default', Date.UTC(2027, 6))).number, number)
})
