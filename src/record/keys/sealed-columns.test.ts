import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utf8 } from '../../base/bytes.ts'
import { memoryVaultParts } from '../../../test/fakes/vault.ts'
import { createVault, openKeys } from './open-keys.ts'

test('a sealed column opens under its label, also with keys that were opened again', async () => {
  const parts = memoryVaultParts('columns')
  await createVault(parts, 'example.com')
  const keys = await openKeys(parts)
  const again = await openKeys(parts)
  for (const text of ['', 'the board room', 'x'.repeat(100_000)]) {
    const sealed = keys.seal('room 1', utf8(text))
    assert.deepEqual(Buffer.from(again.unseal('room 1', sealed) ?? []).toString(), text)
  }
})

test('equal bytes are sealed differently each time, and never lie in clear', async () => {
  const parts = memoryVaultParts('columns')
  await createVault(parts, 'example.com')
  const keys = await openKeys(parts)
  const [one, other] = [keys.seal('a', utf8('canary')), keys.seal('a', utf8('canary'))]
  assert.notDeepEqual(one, other)
  assert.notDeepEqual(one.subarray(12), other.subarray(12))
  assert.ok(!Buffer.from(one).includes('canary'))
})

test('a sealed column does not open under another label, another vault, or with a byte changed or missing', async () => {
  const parts = memoryVaultParts('columns')
  await createVault(parts, 'example.com')
  const keys = await openKeys(parts)
  const sealed = keys.seal('room 1', utf8('the board room'))
  assert.equal(keys.unseal('room 2', sealed), null)
  const others = memoryVaultParts('other columns')
  await createVault(others, 'example.com')
  assert.equal((await openKeys(others)).unseal('room 1', sealed), null)
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = sealed.with(at, (sealed[at] ?? 0) ^ 1)
    assert.equal(keys.unseal('room 1', changed), null)
    assert.equal(keys.unseal('room 1', sealed.subarray(0, at)), null)
  }
})
