import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { TileConflict } from '../../src/record/errors.ts'
import { type TileStore } from '../../src/record/integrate/ports.ts'

/** What every TileStore promises. Each adapter runs it; a new promise is added here. */
export function tileStoreConformance(
  name: string,
  open: (t: TestContext) => Promise<TileStore>,
): void {
  const [one, two] = [new Uint8Array([1]), new Uint8Array([2])]
  const path = 'tile/0/000'

  test(`${name}: write() takes the same bytes twice, and refuses others, which do not stay`, async (t) => {
    const tiles = await open(t)
    await tiles.write([{ path, bytes: one }])
    await tiles.write([{ path, bytes: one }])
    await assert.rejects(tiles.write([{ path, bytes: two }]), TileConflict)
    assert.deepEqual(new Uint8Array((await tiles.read(path)) ?? []), one)
  })

  test(`${name}: write() has ended when it fails, so that it may be made again at once`, async (t) => {
    const tiles = await open(t)
    await tiles.write([{ path, bytes: one }])
    const many = Array.from({ length: 16 }, (_, i) => ({
      path: i === 0 ? path : `tile/0/${100 + i}`,
      bytes: two,
    }))
    await assert.rejects(tiles.write(many), TileConflict)
    for (const other of many.slice(1)) assert.ok(await tiles.read(other.path), other.path)
  })

  test(`${name}: read() is null where there is nothing`, async (t) => {
    const tiles = await open(t)
    assert.equal(await tiles.read(path), null)
    assert.equal(await tiles.read('tile/0/x001/000.p/7'), null)
  })

  test(`${name}: many are written at a time, full and partial ones beside each other`, async (t) => {
    const tiles = await open(t)
    const many = Array.from({ length: 40 }, (_, i) => ({
      path: i % 2 === 0 ? `tile/0/${100 + i}` : `tile/0/${100 + i - 1}.p/${i}`,
      bytes: new Uint8Array([i]),
    }))
    await tiles.write(many)
    for (const { path: each, bytes } of many) {
      assert.deepEqual(new Uint8Array((await tiles.read(each)) ?? []), bytes, each)
    }
  })

  test(`${name}: removePartials() takes the partial ones and leaves the rest`, async (t) => {
    const tiles = await open(t)
    const others = [path, 'tile/0/001.p/1']
    const partial = [`${path}.p/1`, `${path}.p/200`]
    await tiles.write([...others, ...partial].map((each) => ({ path: each, bytes: one })))
    await tiles.removePartials(path)
    await tiles.removePartials(path)
    for (const each of others) assert.ok(await tiles.read(each), each)
    for (const each of partial) assert.equal(await tiles.read(each), null, each)
  })
}
