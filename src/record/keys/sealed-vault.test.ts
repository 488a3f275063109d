import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toHex } from '../../base/bytes.ts'
import { exportSecret } from '../../base/crypto.ts'
import { OperatorError } from '../../base/errors.ts'
import { memoryKeyHolder, memoryVaultParts, seededRandom } from '../../../test/fakes/vault.ts'
import { createVault, openKeys } from './open-keys.ts'
import { parseBlob } from './header.ts'
import { readVault } from './sealed-vault.ts'

async function vaultBlob(seed: string): Promise<{
  readonly parts: ReturnType<typeof memoryVaultParts>
  readonly blob: Uint8Array
}> {
  const parts = memoryVaultParts(seed)
  await createVault(parts, 'example.com')
  await (await openKeys(parts)).ensureBuckets(Date.UTC(2026, 10))
  return { parts, blob: new Uint8Array((await parts.vaultStore.read()) ?? []) }
}

test('each changed byte of the vault is found', async () => {
  const { parts, blob } = await vaultBlob('flip')
  for (let at = 0; at < blob.length; at++) {
    await parts.vaultStore.replace(blob.with(at, (blob[at] ?? 0) ^ (1 << (at % 8))))
    await assert.rejects(readVault(parts), OperatorError, `byte ${at}`)
  }
  await parts.vaultStore.replace(blob)
  assert.ok(await readVault(parts))
})

test('each cut of the vault, and each byte too many, is found', async () => {
  const { parts, blob } = await vaultBlob('cut')
  for (let end = 0; end < blob.length; end++) {
    await parts.vaultStore.replace(blob.subarray(0, end))
    await assert.rejects(readVault(parts), OperatorError, `${end} bytes`)
  }
  await parts.vaultStore.replace(new Uint8Array([...blob, 0]))
  await assert.rejects(readVault(parts), OperatorError)
})

test('a missing key is told with the vault, the key and where it was sought', async () => {
  const { parts } = await vaultBlob('missing')
  const holders = [memoryKeyHolder(seededRandom('another'))]
  const header = (await readVault(parts))?.header
  await assert.rejects(readVault({ ...parts, holders }), {
    code: 'vault.key-missing',
    message: new RegExp(
      `^the vault in memory needs the key ${header?.slots[0]?.id}, which is not in the memory: `,
    ),
  })
})

test('no key stands in the blob in clear, and each write is sealed anew', async () => {
  const { parts, blob } = await vaultBlob('clear')
  const stored = await readVault(parts)
  assert.ok(stored)
  const { vault } = stored
  const secrets = [
    vault.install,
    ...vault.buckets.flatMap(({ node }) => (node.kind === 'whole' ? [node.master] : [])),
  ]
  assert.equal(secrets.length, 3)
  for (const secret of secrets) assert.ok(!toHex(blob).includes(toHex(exportSecret(secret))))
  await (await openKeys(parts)).ensureBuckets(Date.UTC(2026, 11))
  const next = new Uint8Array((await parts.vaultStore.read()) ?? [])
  assert.notDeepEqual(next.subarray(-16), blob.subarray(-16))
  const [before, after] = [parseBlob(blob).nonce, parseBlob(next).nonce]
  assert.notDeepEqual(after, before)
})
