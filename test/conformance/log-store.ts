import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LogStore } from '../../src/record/ledger/ports.ts'

/** Bytes of a segment in the stores that are tried here. */
export const segmentBytes = 3 * 4096

/** What every LogStore promises. `reopen` gives the same store as the next start finds it. */
export function logStoreConformance(
  name: string,
  open: () => Promise<{ store: LogStore; reopen: () => Promise<LogStore> }>,
): void {
  test(`${name}: a segment is there, and zero, once create() has resolved`, async () => {
    const { store, reopen } = await open()
    await store.create(1)
    await store.create(2)
    const again = await reopen()
    assert.deepEqual(await again.list(), [1, 2])
    assert.ok((await again.read(2)).equals(Buffer.alloc(segmentBytes)))
    assert.equal(again.segmentBytes, segmentBytes)
  })

  test(`${name}: what append() wrote is there at the next start, and nothing else`, async () => {
    const { store, reopen } = await open()
    await store.create(1)
    await store.append({ segment: 1, offset: 0 }, Buffer.from('one'))
    await store.append({ segment: 1, offset: 3 }, Buffer.from('two'))
    const expected = Buffer.alloc(segmentBytes)
    expected.write('onetwo')
    assert.ok((await (await reopen()).read(1)).equals(expected))
  })

  test(`${name}: zero() wipes to the segment's end and no further back`, async () => {
    const { store, reopen } = await open()
    await store.create(1)
    await store.append({ segment: 1, offset: 0 }, Buffer.alloc(segmentBytes, 1))
    await store.zero({ segment: 1, offset: 5000 })
    const expected = Buffer.alloc(segmentBytes).fill(1, 0, 5000)
    assert.ok((await (await reopen()).read(1)).equals(expected))
  })

  test(`${name}: a removed segment is gone, and removing it again is fine`, async () => {
    const { store, reopen } = await open()
    await store.create(1)
    await store.create(2)
    await store.append({ segment: 1, offset: 0 }, Buffer.from('one'))
    await store.remove(1)
    await store.remove(1)
    assert.deepEqual(await (await reopen()).list(), [2])
  })

  test(`${name}: append() to a segment that is not there fails`, async () => {
    const { store } = await open()
    await assert.rejects(store.append({ segment: 7, offset: 0 }, Buffer.from('one')))
  })
}
