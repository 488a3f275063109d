import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toHex, utf8 } from '../../base/bytes.ts'
import {
  exportSecret,
  hmac256,
  sameSecret,
  secretKey,
  sha256,
  type SecretKey,
} from '../../base/crypto.ts'
import { FatalError, OperatorError } from '../../base/errors.ts'
import { memoryKeys, memoryVaultParts } from '../../../test/fakes/vault.ts'
import { verifyCheckpoint } from '../ledger/checkpoint.ts'
import { parseVerifierKey, type VerifierKey } from '../ledger/note.ts'
import { exportRecordSecret, recordSecret } from '../ledger/secret.ts'
import { conversationId } from '../ids.ts'
import { conversationHandle, conversationKey, indexKey } from './derive.ts'
import { BucketUnknown } from './bucket-table.ts'
import { createVault, openKeys } from './open-keys.ts'
import { type Keys } from './ports.ts'
import { readVault, writeVault, type VaultParts } from './sealed-vault.ts'
import { packSurvivors, type BucketNode } from './vault.ts'

const conversation = conversationId('c0ffee00c0ffee00c0ffee00c0ffee00')
const november = Date.UTC(2026, 10, 21)

async function opened(seed: string): Promise<{ readonly keys: Keys; readonly parts: VaultParts }> {
  const parts = memoryVaultParts(seed)
  await createVault(parts, 'example.com')
  return { keys: await openKeys(parts), parts }
}

function sameKey(left: SecretKey | undefined, right: SecretKey): boolean {
  return left !== undefined && sameSecret(exportSecret(left), exportSecret(right))
}

test('the derivations are those of the reference', () => {
  // MK = SHA-256("mk"), conversation id = SHA-256("conv-1")[0..15], bucket 7.
  const master = secretKey(sha256(utf8('mk')))
  const id = conversationId(toHex(sha256(utf8('conv-1')).subarray(0, 16)))
  const handle = conversationHandle(master, id, 0)
  assert.equal(toHex(handle), '917a747e25be3ac7')
  const input = new Uint8Array([...utf8('OL1 conv\0'), 0, 0, 0, 7, ...handle])
  const expected = hmac256(master, input)
  assert.equal(toHex(exportSecret(conversationKey(master, 7, handle))), toHex(expected))
  assert.notEqual(toHex(conversationHandle(master, id, 1)), toHex(handle))
})

test('a new vault has a log identity and no bucket, and is not made twice', async () => {
  const { keys, parts } = await opened('new')
  assert.match(keys.log.origin, /^example\.com\/log\/[0-9a-f]{8}$/)
  await assert.rejects(keys.bucketAt('default', november), BucketUnknown)
  await assert.rejects(createVault(parts, 'example.com'), OperatorError)
  await assert.rejects(openKeys(memoryVaultParts('none')), /there is no vault/)
})

test('this month and the next have buckets before they begin, once each', async () => {
  const { keys, parts } = await opened('months')
  await Promise.all([keys.ensureBuckets(november), keys.ensureBuckets(november)])
  await keys.ensureBuckets(november)
  const [now, next] = [
    await keys.bucketAt('default', november),
    await keys.bucketAt('default', Date.UTC(2026, 11, 1)),
  ]
  assert.deepEqual([now.number, now.from, now.to], [1, Date.UTC(2026, 10), Date.UTC(2026, 11)])
  assert.deepEqual([next.number, next.from, next.to], [2, Date.UTC(2026, 11), Date.UTC(2027, 0)])
  await keys.ensureBuckets(Date.UTC(2026, 11, 1))
  assert.equal((await keys.bucketAt('default', Date.UTC(2027, 0, 31))).number, 3)
  assert.equal((await readVault(parts))?.vault.buckets.length, 3)
})

test('keys that were opened again are the same, but for those of another conversation, bucket or record', async () => {
  const { keys, parts } = await opened('again')
  await keys.ensureBuckets(november)
  const again = await openKeys(parts)
  const one = await keys.handleFor(1, conversation, 0)
  const same = await again.conversation(1, one.handle, 'check')
  assert.ok(sameKey(same?.key, one.key))
  const place = { bucket: 1, handle: one.handle, seq: 4, salt: new Uint8Array(16), position: 9 }
  const secret = await again.record(place, 'check')
  assert.ok(sameKey(secret?.body, recordSecret(one.key, 4, place.salt).body))
  const next = await keys.record({ ...place, seq: 5 }, 'check')
  assert.ok(secret && next && !sameKey(next.body, secret.body))
  assert.ok(!sameKey((await keys.handleFor(2, conversation, 0)).key, one.key))
  assert.equal(keys.stanzaId(7), again.stanzaId(7))
  assert.deepEqual(keys.pseudonym('person', 'a'), again.pseudonym('person', 'a'))
  assert.deepEqual(keys.mac('head', utf8('x')), again.mac('head', utf8('x')))
})

test('keys that were opened before a bucket was made find it', async () => {
  const { keys, parts } = await opened('late')
  const late = await openKeys(parts)
  await keys.ensureBuckets(november)
  const one = await keys.handleFor(1, conversation, 0)
  assert.ok(sameKey((await late.conversation(1, one.handle, 'check'))?.key, one.key))
  await assert.rejects(late.conversation(99, one.handle, 'check'), BucketUnknown)
})

test('of two that see a month without a bucket, the second takes what the first has made', async () => {
  const { keys, parts } = await opened('two')
  const other = await openKeys(parts)
  await keys.ensureBuckets(november)
  const { handle, key } = await keys.handleFor(1, conversation, 0)
  await other.ensureBuckets(november)
  assert.ok(sameKey((await (await openKeys(parts)).conversation(1, handle, 'check'))?.key, key))
})

test('a vault write that failed gives no bucket, whether it was kept or not, and the next one does', async () => {
  for (const isKept of [false, true]) {
    const parts = memoryVaultParts(`failing ${isKept}`)
    await createVault(parts, 'example.com')
    let isBroken = true
    const vaultStore = {
      ...parts.vaultStore,
      async replace(blob: Uint8Array): Promise<void> {
        if (isKept || !isBroken) await parts.vaultStore.replace(blob)
        if (isBroken) throw new Error('input/output error')
      },
    }
    const keys = await openKeys({ ...parts, vaultStore })
    await assert.rejects(keys.ensureBuckets(november), /input\/output/)
    isBroken = false
    await keys.ensureBuckets(november)
    const { number } = await keys.bucketAt('default', november)
    const { handle, key } = await keys.handleFor(number, conversation, 0)
    const again = await openKeys(parts)
    assert.ok(
      sameKey((await again.conversation(number, handle, 'check'))?.key, key),
      `kept: ${isKept}`,
    )
  }
})

/** The same log with the node of bucket 1 replaced. */
async function withNode(parts: VaultParts, node: BucketNode): Promise<Keys> {
  const stored = await readVault(parts)
  assert.ok(stored)
  const { vault } = stored
  const buckets = vault.buckets.map((b) => (b.number === 1 ? { ...b, node } : b))
  await writeVault(parts, { ...stored, vault: { ...vault, buckets } })
  return await openKeys(parts)
}

test('a bucket that was replaced by its children gives their keys, and no others', async () => {
  const { keys, parts } = await opened('exploded')
  await keys.ensureBuckets(november)
  const ids = ['1', '2', '3'].map((digit) => conversationId(digit.repeat(32)))
  const all = await Promise.all(ids.map(async (id) => await keys.handleFor(1, id, 0)))
  const [held, other, lost] = all
  assert.ok(held && other && lost)
  const place = {
    bucket: 1,
    handle: lost.handle,
    seq: 6,
    salt: new Uint8Array(16).fill(3),
    position: 2 ** 33,
  }
  const secret = await keys.record(place, 'check')
  assert.ok(secret)

  const after = await withNode(parts, {
    kind: 'survivors',
    index: null,
    conversations: packSurvivors(
      [held, other].map(({ handle, key }) => new Uint8Array([...handle, ...exportSecret(key)])),
    ),
    records: packSurvivors([
      new Uint8Array([0, 0, 0, 2, 0, 0, 0, 0, ...exportRecordSecret(secret)]),
    ]),
  })

  assert.ok(sameKey((await after.conversation(1, held.handle, 'check'))?.key, held.key))
  assert.ok(sameKey((await after.conversation(1, other.handle, 'check'))?.key, other.key))
  assert.equal(await after.conversation(1, lost.handle, 'check'), null)
  assert.ok(sameKey((await after.record(place, 'check'))?.body, secret.body))
  assert.equal(await after.record({ ...place, position: 5 }, 'check'), null)
  const kept = { ...place, handle: held.handle, position: 5 }
  assert.ok(
    sameKey((await after.record(kept, 'check'))?.body, recordSecret(held.key, 6, place.salt).body),
  )
  assert.equal(await after.index(1, 'index'), null)
  await assert.rejects(after.handleFor(1, conversation, 0), /takes no new conversation/)
  await assert.rejects(after.bucketAt('default', november), BucketUnknown)
})

test('a destroyed bucket gives no key, and its period gets a successor', async () => {
  const { keys, parts } = await opened('destroyed')
  await keys.ensureBuckets(november)
  const { handle } = await keys.handleFor(1, conversation, 0)
  const after = await withNode(parts, { kind: 'destroyed' })
  assert.equal(await after.conversation(1, handle, 'check'), null)
  assert.equal(await after.index(1, 'index'), null)
  await after.ensureBuckets(november)
  assert.equal((await after.bucketAt('default', november)).number, 3)
})

test('keys that were opened before others were destroyed know of it when they reach that epoch', async () => {
  const { keys, parts } = await opened('epochs')
  await keys.ensureBuckets(november)
  const { handle } = await keys.handleFor(1, conversation, 0)
  const other = await openKeys(parts)
  await other.closeBucket(1)
  await keys.reach(1)
  const { newEpoch } = await other.turn([{ bucket: 1, survivors: null, index: false }])
  assert.deepEqual([newEpoch, other.epoch, keys.epoch], [2, 2, 1])
  assert.notEqual(await keys.conversation(1, handle, 'check'), null)
  await keys.reach(2)
  assert.equal(keys.epoch, 2)
  assert.equal(await keys.conversation(1, handle, 'check'), null)
})

test('a vault of an earlier epoch than one that was known is an old one that was put back', async () => {
  const { keys } = await opened('put back')
  await assert.rejects(keys.reach(2), FatalError)
})

test('the index key is that of the bucket', async () => {
  const { keys, parts } = await opened('index')
  await keys.ensureBuckets(november)
  const node = (await readVault(parts))?.vault.buckets[0]?.node
  assert.ok(node?.kind === 'whole')
  assert.ok(sameKey((await keys.index(1, 'index')) ?? undefined, indexKey(node.master)))
})

test('a head is signed with both keys of the log', async () => {
  const keys = await memoryKeys('sign')
  const head = { size: 12, root: sha256(utf8('root')) }
  const { note } = await keys.sign(head, november)
  const verifiers = keys.log.verifierKeys
    .map((text) => parseVerifierKey(text))
    .filter((key): key is VerifierKey => typeof key !== 'string')
  assert.equal(verifiers.length, 2)
  const verified = verifyCheckpoint(utf8(note), keys.log.origin, verifiers)
  assert.ok(verified.ok)
  assert.equal(verified.checkpoint.size, 12)
})

test('pseudonyms and MACs of different labels differ', async () => {
  const keys = await memoryKeys('labels')
  assert.equal(keys.pseudonym('person', 'a').length, 16)
  assert.notDeepEqual(keys.pseudonym('person', 'a'), keys.pseudonym('peer', 'a'))
  assert.notDeepEqual(keys.mac('a', utf8('b')), keys.mac('b', utf8('b')))
})
