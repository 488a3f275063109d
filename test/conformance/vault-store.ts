import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type VaultStore } from '../../src/record/keys/ports.ts'

/** What every VaultStore promises. Each adapter runs it; a new promise is added here. */
export function vaultStoreConformance(name: string, open: () => Promise<VaultStore>): void {
  test(`${name}: read() gives null, then what was last stored`, async () => {
    const store = await open()
    assert.equal(await store.read(), null)
    await store.replace(new Uint8Array([1, 2, 3]))
    await store.replace(new Uint8Array([4]))
    assert.deepEqual([...((await store.read()) ?? [])], [4])
  })

  test(`${name}: replace() keeps the bytes as they were when it was called`, async () => {
    const store = await open()
    const bytes = new Uint8Array([1, 2, 3])
    await store.replace(bytes)
    bytes.fill(0)
    assert.deepEqual([...((await store.read()) ?? [])], [1, 2, 3])
  })
}
