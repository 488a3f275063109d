// A vault that a version wrote which knew one key file alone: it opens, and is written anew as the present format.
import assert from 'node:assert/strict'
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fromHex, toHex } from '../src/base/bytes.ts'
import { exportSecret } from '../src/base/crypto.ts'
import { OperatorError } from '../src/base/errors.ts'
import { openKeys } from '../src/record/keys/open-keys.ts'
import { type Keys } from '../src/record/keys/ports.ts'
import { openBlob, readVault, type VaultParts } from '../src/record/keys/sealed-vault.ts'
import { vaultPartsAt } from '../src/storage/embedded/data-vault.ts'
import { oneKeyFile } from '../src/storage/key-holders/open-holders.ts'

const fixture = join(import.meta.dirname, 'fixtures/vault-format-1')
const handle = fromHex('b0b1bcc250d9370a') ?? new Uint8Array()
const key = 'b99aeda76280dea9ad388a8260fb72c1525b0d8ba93882ef75535a84a594fa3c'

async function withCopy(work: (parts: VaultParts) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-format-1-'))
  try {
    cpSync(fixture, dir, { recursive: true })
    chmodSync(join(dir, 'vault.key'), 0o600)
    await work(vaultPartsAt({ dataDir: dir, holders: oneKeyFile(join(dir, 'vault.key')) }))
  } finally {
    rmSync(dir, { recursive: true })
  }
}

async function check(keys: Keys): Promise<void> {
  const found = await keys.conversation(1, handle, 'check')
  assert.equal(found && toHex(exportSecret(found.key)), key)
  assert.deepEqual([keys.log.origin, keys.epoch], ['example.com/log/6d564259', 1])
  assert.equal(keys.stanzaId(7), 'f36ozvBYwdo5tCeAdda_IQ')
}

test('a vault of format 1 opens, and to look at it changes nothing', async () => {
  await withCopy(async (parts) => {
    const before = await parts.vaultStore.read()
    const keys = await openKeys(parts)
    await check(keys)
    await keys.settle()
    await keys.ensureBuckets(Date.UTC(2026, 10, 21))
    assert.deepEqual(await parts.vaultStore.read(), before)
    assert.equal((await readVault(parts))?.header.format, 1)
  })
})

test('the next write is of format 2, in the same epoch and under the same key', async () => {
  await withCopy(async (parts) => {
    const keys = await openKeys(parts)
    await keys.ensureBuckets(Date.UTC(2027, 3))
    await check(keys)
    await check(await openKeys(parts))
    const header = (await readVault(parts))?.header
    assert.deepEqual([header?.format, header?.epoch, header?.slots.length], [2, 1, 1])
    assert.match(header?.slots[0]?.ref ?? '', /vault\.key$/)
  })
})

test('it is turned, and opens nothing after that', async () => {
  await withCopy(async (parts) => {
    const old = await parts.vaultStore.read()
    assert.ok(old)
    const keys = await openKeys(parts)
    const turned = await keys.turn([])
    assert.equal(turned.holders.length, 1)
    assert.equal((await openKeys(parts)).epoch, 2)
    await assert.rejects(openBlob(old, parts), OperatorError)
  })
})
