import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { fileId } from '../../src/files/file-id.ts'
import { type FileStore } from '../../src/files/ports.ts'

const [one, other] = [fileId('1'.repeat(32)), fileId('2'.repeat(32))]

/** What every FileStore promises. @param open a new one; @param again the same after a stop, whatever was in the middle */
export function fileStoreConformance(
  name: string,
  open: (t: TestContext) => Promise<{ store: FileStore; again: () => Promise<FileStore> }>,
): void {
  test(`${name}: what was kept is there, also after a stop`, async (t) => {
    const { store, again } = await open(t)
    const bytes = await write(store, true)
    for (const each of [store, await again()]) {
      const reader = await each.open(one)
      assert.equal(reader?.size, bytes.length)
      assert.deepEqual(Buffer.from(await reader.read(0, bytes.length)), bytes)
      assert.deepEqual(Buffer.from(await reader.read(100_000, 9)), bytes.subarray(100_000, 100_009))
      assert.equal((await reader.read(bytes.length - 3, 100)).length, 3)
      assert.equal((await reader.read(bytes.length, 100)).length, 0)
      await reader.close()
    }
    assert.equal(await store.open(other), null)
  })

  test(`${name}: what was not kept is not there, and nothing of it stays`, async (t) => {
    const { store, again } = await open(t)
    await write(store, false)
    assert.equal(await store.open(one), null)
    assert.equal(await store.removeUnfinished(), 0)
    const writer = await store.create(other)
    await writer.append(Buffer.alloc(10))
    const restarted = await again()
    assert.equal(await restarted.open(other), null)
    assert.equal(await restarted.removeUnfinished(), 1)
    assert.equal(await restarted.removeUnfinished(), 0)
    await writer.close()
  })

  test(`${name}: a file that is removed is gone, and may be removed again`, async (t) => {
    const { store } = await open(t)
    await write(store, true)
    await store.remove(one)
    await store.remove(one)
    await store.remove(other)
    assert.equal(await store.open(one), null)
  })
}

async function write(store: FileStore, isKept: boolean): Promise<Buffer> {
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251))
  const writer = await store.create(one)
  for (let at = 0; at < bytes.length; at += 70_000)
    await writer.append(bytes.subarray(at, at + 70_000))
  await writer.flush()
  if (isKept) await writer.keep()
  await writer.close()
  return bytes
}
