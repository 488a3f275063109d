import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { FatalError } from '../../src/base/errors.ts'
import { type BodyFiles, type BodyStore } from '../../src/record/bodies/ports.ts'

/** A store and reads of the same files. */
export type OpenedBodies = { readonly store: BodyStore; readonly files: BodyFiles }

/** What every BodyStore and its BodyFiles promise. Each adapter runs it; a new promise is added here. */
export function bodyStoreConformance(
  name: string,
  open: (t: TestContext) => Promise<OpenedBodies>,
): void {
  test(`${name}: what was written is read, by bucket and place, also before it was flushed`, async (t) => {
    const { store, files } = await open(t)
    await store.write(1, 0, bytes('one'))
    await store.write(2, 0, bytes('two'))
    await store.write(1, 3, bytes('three'))
    assert.equal(files.read(1, 0, 8).toString(), 'onethree')
    assert.equal(files.read(1, 3, 5).toString(), 'three')
    assert.equal(files.read(2, 0, 3).toString(), 'two')
    await store.flush()
    assert.equal(files.read(2, 0, 3).toString(), 'two')
  })

  test(`${name}: reading past the end gives what there is`, async (t) => {
    const { store, files } = await open(t)
    await store.write(1, 0, bytes('one'))
    assert.equal(files.read(1, 1, 10).toString(), 'ne')
    assert.equal(files.read(7, 0, 10).length, 0)
  })

  test(`${name}: writing again over an earlier try leaves the newest bytes`, async (t) => {
    const { store, files } = await open(t)
    await store.write(1, 0, bytes('earlier'))
    await store.write(1, 0, bytes('later'))
    assert.equal(files.read(1, 0, 7).toString(), 'laterer')
  })

  test(`${name}: reset() cuts to the ends, removes other buckets, and misses what is not there`, async (t) => {
    const { store, files } = await open(t)
    await store.write(1, 0, bytes('one and more'))
    await store.write(2, 0, bytes('two'))
    await store.flush()
    await store.reset(new Map([[1, 3]]))
    assert.equal(files.read(1, 0, 20).toString(), 'one')
    await assert.rejects(store.reset(new Map([[1, 4]])), FatalError)
    await assert.rejects(store.reset(new Map([[3, 1]])), FatalError)
  })
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
