import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stoppable, type Stop } from '../../../test/fakes/stoppable-vault.ts'
import {
  checkNotTurned,
  checkTurned,
  january,
  placeIn,
  same,
  scene,
  watched,
} from '../../../test/support/turn-scene.ts'
import { FatalError, OperatorError } from '../../base/errors.ts'
import { NoSpace } from '../errors.ts'
import { openKeys } from './open-keys.ts'
import { type KeyId, type NodeChange } from './ports.ts'
import { openBlob, readVault } from './sealed-vault.ts'

test('a turn keeps what survives and destroys the rest, for who has the keys open and who opens them again', async () => {
  const scenery = await scene('turn')
  const { keys, parts, changes } = scenery
  const index = await keys.index(1, 'index')
  const turned = await keys.turn(changes)
  assert.deepEqual(
    [turned.oldEpoch, turned.newEpoch, turned.holders.map(({ ref, state }) => [ref, state])],
    [
      1,
      2,
      [
        ['one', 'destroyed'],
        ['two', 'destroyed'],
      ],
    ],
  )
  for (const each of [keys, await openKeys(parts)]) {
    await checkTurned(scenery, each)
    assert.equal(each.epoch, 2)
    assert.equal(await each.stateOf(1), 'survivors')
    assert.ok(index && !same((await each.index(1, 'index')) ?? undefined, index))
  }
  assert.deepEqual(await (await openKeys(parts)).settle(), turned)
})

test('what survived once survives again, by itself or by its conversation, until it is let go', async () => {
  const scenery = await scene('again')
  const { keys, parts, changes, handles, place } = scenery
  await keys.turn(changes)
  await keys.turn(changes)
  await checkTurned(scenery, await openKeys(parts))
  const inFirst = { ...placeIn(handles[0]), position: 3 }
  await keys.turn([
    { bucket: 1, survivors: { conversations: [], records: [inFirst] }, index: false },
  ])
  assert.equal(await keys.conversation(1, handles[0], 'check'), null)
  assert.notEqual(await keys.record(inFirst, 'check'), null)
  assert.equal(await keys.record(place, 'check'), null)
  assert.equal(await keys.index(1, 'index'), null)
  await keys.turn([{ bucket: 1, survivors: null, index: false }])
  assert.equal(await (await openKeys(parts)).record(inFirst, 'check'), null)
  assert.equal(await keys.stateOf(1), 'destroyed')
})

test('what is destroyed cannot survive, nothing strange is changed, and an open bucket is closed first', async () => {
  const { keys, changes, handles } = await scene('refused')
  await keys.turn(changes)
  const blobs = async (change: NodeChange): Promise<void> => {
    await assert.rejects(keys.turn([change]), FatalError)
    assert.equal(keys.epoch, 2)
  }
  const none = { conversations: [], records: [] }
  await blobs({ bucket: 1, survivors: { ...none, conversations: [handles[2]] }, index: false })
  await blobs({
    bucket: 1,
    survivors: { ...none, records: [{ ...placeIn(handles[2]), position: 8 }] },
    index: false,
  })
  await blobs({ bucket: 99, survivors: null, index: false })
  await assert.rejects(keys.turn([...changes, ...changes]), FatalError)
  const { number } = await keys.bucketAt('default', january)
  await blobs({ bucket: number, survivors: null, index: false })
  const next = await keys.closeBucket(number)
  assert.deepEqual(
    [next.from, next.to].map((ms) => new Date(ms).getUTCMonth()),
    [0, 1],
  )
  await keys.turn([{ bucket: number, survivors: null, index: false }])
  assert.equal((await keys.bucketAt('default', january)).number, next.number)
})

test('a closed bucket has one successor, whoever asks and how often, and the change is told', async () => {
  const { keys, parts } = await scene('close')
  const before = keys.bucketsOpened
  const { number } = await keys.bucketAt('default', january)
  const [one, two] = await Promise.all([keys.closeBucket(number), keys.closeBucket(number)])
  assert.ok(one.number > number)
  assert.deepEqual(one, two)
  assert.notEqual(keys.bucketsOpened, before)
  assert.equal((await keys.bucketAt('default', january)).number, one.number)
  assert.notEqual(await keys.conversation(number, new Uint8Array(8), 'check'), null)
  await keys.ensureBuckets(january)
  assert.equal((await keys.bucketAt('default', january)).number, one.number)
  await assert.rejects(keys.closeBucket(99), FatalError)
  const again = await openKeys(parts)
  assert.equal((await again.bucketAt('default', january)).number, one.number)
})

test('an old copy of the vault opens nothing after a turn, with all the keys that there are', async () => {
  const { keys, parts, changes } = await scene('old copy')
  const old = await parts.vaultStore.read()
  assert.ok(old)
  await openBlob(old, parts)
  await keys.turn(changes)
  await assert.rejects(openBlob(old, parts), OperatorError)
  await parts.vaultStore.replace(old)
  await assert.rejects(openKeys(parts), OperatorError)
})

test('each holder opens the vault by itself, before a turn and after it', async () => {
  const scenery = await scene('each')
  const { keys, parts, changes } = scenery
  for (const holder of parts.holders) {
    await checkNotTurned(scenery, await openKeys({ ...parts, holders: [holder] }))
  }
  await keys.turn(changes)
  for (const holder of parts.holders) {
    await checkTurned(scenery, await openKeys({ ...parts, holders: [holder] }))
  }
})

/** Up to where a turn is undone, and from where it is finished: it has seven steps, and the fourth of them is the turn. */
const stops: readonly {
  readonly keeps: Stop['keeps']
  readonly counts: readonly [number, number]
}[] = [
  { keeps: 'nothing', counts: [4, 4] },
  { keeps: 'all', counts: [3, 5] },
]

for (const { keeps, counts } of stops) {
  test(`stopped at any step of a turn, with ${keeps} of that step kept, the next start finishes or undoes it`, async () => {
    let [undone, finished] = [0, 0]
    for (let call = 0; ; call++) {
      const scenery = await scene(`stop ${keeps} ${call}`)
      const { parts, changes } = scenery
      const made = new Set<KeyId>()
      const slots = (await readVault(parts))?.header.slots ?? []
      for (const { id } of slots) made.add(id)
      const old = await parts.vaultStore.read()
      assert.ok(old)
      const stop = stoppable(
        { ...parts, holders: parts.holders.map((holder) => watched(holder, made)) },
        { call, keeps },
      )
      const stopping = await openKeys(stop.parts)
      await stopping.ensureBuckets(january)
      const ended = await stopping.turn(changes).then(
        () => 'turned',
        () => 'stopped',
      )

      // The process is gone. Another one starts.
      const keys = await openKeys(parts)
      await keys.ensureBuckets(january)
      const turned = await keys.settle()
      if (keys.epoch === 1) {
        await checkNotTurned(scenery, keys)
        assert.equal(turned, null)
        undone++
      } else {
        await checkTurned(scenery, keys)
        await assert.rejects(openBlob(old, parts), OperatorError)
        assert.deepEqual([turned?.oldEpoch, turned?.newEpoch], [1, 2])
        assert.deepEqual(new Set(turned?.holders.map(({ ref }) => ref)), new Set(['one', 'two']))
        finished++
      }
      const left = (await readVault(parts))?.header
      assert.deepEqual([left?.making, left?.doomed], [[], []])
      for (const holder of parts.holders) {
        for (const id of made) {
          const isNamed = left?.slots.some((slot) => slot.id === id && slot.ref === holder.ref)
          assert.equal(await holder.has(id), isNamed ?? false, `${id} at call ${call}`)
        }
      }
      await keys.turn(changes)
      await checkTurned(scenery, await openKeys(parts))
      if (!stop.isMet()) {
        assert.equal(ended, 'turned')
        break
      }
    }
    assert.deepEqual([undone, finished], counts)
  })
}

test('without room for the new vault nothing is turned, and it may be tried again', async () => {
  const scenery = await scene('no room')
  const { parts, changes } = scenery
  for (const at of [0, 1]) {
    let writes = 0
    const vaultStore = {
      ...parts.vaultStore,
      async replace(blob: Uint8Array): Promise<void> {
        if (writes++ >= at) throw new NoSpace('no space left')
        await parts.vaultStore.replace(blob)
      },
    }
    const keys = await openKeys({ ...parts, vaultStore })
    await keys.ensureBuckets(january)
    await assert.rejects(keys.turn(changes), NoSpace)
    await checkNotTurned(scenery, keys)
  }
  const keys = await openKeys(parts)
  await keys.ensureBuckets(january)
  await keys.settle()
  await keys.turn(changes)
  await checkTurned(scenery, keys)
})
