import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryVaultParts } from '../../../test/fakes/vault.ts'
import { stoppable } from '../../../test/fakes/stoppable-vault.ts'
import { utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { verifyCheckpoint } from '../ledger/checkpoint.ts'
import { parseVerifierKey } from '../ledger/note.ts'
import { checkSigners } from '../verify/signers.ts'
import { createVault, openKeys } from './open-keys.ts'
import { type Keys } from './ports.ts'
import { type VaultParts } from './sealed-vault.ts'
import { headsOf, type SignerChange } from './signers.ts'

const history = new Uint8Array(128).fill(4)

async function vault(seed: string): Promise<VaultParts> {
  const parts = memoryVaultParts(seed)
  await createVault(parts, 'example.com')
  return parts
}

/** Whether what it signs verifies with the keys that it names. */
async function signsAsItSays(keys: Keys): Promise<boolean> {
  const { note } = await keys.sign({ size: 3, root: sha256(utf8('root')) }, 1_000)
  const verifiers = keys.log.verifierKeys.map((text) => {
    const key = parseVerifierKey(text)
    return typeof key === 'string' ? assert.fail(key) : key
  })
  return verifyCheckpoint(utf8(note), keys.log.origin, verifiers).ok
}

test('new keys sign at once where they were made, and elsewhere when the vault is opened anew', async () => {
  const parts = await vault('change')
  const [keys, elsewhere] = [await openKeys(parts), await openKeys(parts)]
  const { verifierKeys: old } = keys.log
  const change = await keys.changeSigners(history, async () => 7)
  for (const each of [keys, await openKeys(parts)]) {
    assert.deepEqual(each.log.verifierKeys, change.new)
    assert.deepEqual(each.log.past, [{ verifierKeys: old, at: 7, until: null }])
    assert.ok(await signsAsItSays(each))
  }
  assert.deepEqual(elsewhere.log.verifierKeys, old)
  assert.ok(await signsAsItSays(elsewhere))
})

test('a start says once how large a tree the old keys have signed', async () => {
  const parts = await vault('start')
  const keys = await openKeys(parts)
  const asked: number[] = []
  const signed = async (): Promise<number> => asked.push(1) + 40
  await keys.startSigning(signed)
  assert.equal(asked.length, 0)
  await keys.changeSigners(history, async () => 7)
  const next = await openKeys(parts)
  await next.startSigning(signed)
  await next.startSigning(signed)
  assert.equal(asked.length, 1)
  assert.deepEqual(
    (await openKeys(parts)).log.past.map(({ until }) => until),
    [41],
  )
})

test('stopped at any step the keys are the old ones or the new ones, and the act on record is right for both', async () => {
  for (const keeps of ['nothing', 'all'] as const) {
    const parts = await vault(`stop ${keeps}`)
    const { verifierKeys: old } = (await openKeys(parts)).log
    const noted: SignerChange[] = []
    const stopping = await openKeys(stoppable(parts, { call: 0, keeps }).parts)
    const note = async (change: SignerChange): Promise<number> => noted.push(change) + 6
    await assert.rejects(stopping.changeSigners(history, note), /stopped/)
    const keys = await openKeys(parts)
    const [change] = noted
    assert.ok(change)
    assert.deepEqual(keys.log.verifierKeys, keeps === 'all' ? change.new : old)
    assert.ok(await signsAsItSays(keys))
    const check = checkSigners(keys.log, () => headsOf(history).sha256)
    const content = JSON.stringify(change)
    check.next({ position: 7, envelope: { kind: 'key.signing' }, content })
    await keys.changeSigners(history, async () => 9)
    assert.ok(await signsAsItSays(await openKeys(parts)))
  }
})

async function refuse(): Promise<number> {
  return await Promise.reject(new Error('no space'))
}

test('when the act cannot be put on record nothing is changed', async () => {
  const parts = await vault('refused')
  const keys = await openKeys(parts)
  const { verifierKeys: old } = keys.log
  await assert.rejects(keys.changeSigners(history, refuse), /no space/)
  assert.deepEqual((await openKeys(parts)).log.verifierKeys, old)
})

test('of two that change the keys at once one is told that the other was first', async () => {
  const keys = await openKeys(await vault('two'))
  let position = 5
  const note = async (): Promise<number> => position++
  const both = [keys.changeSigners(history, note), keys.changeSigners(history, note)]
  const [first, second] = await Promise.allSettled(both)
  assert.equal(first?.status, 'fulfilled')
  assert.ok(second?.status === 'rejected')
  assert.match(String(second.reason), /changed by somebody else meanwhile/)
  assert.equal(keys.log.past.length, 1)
})
