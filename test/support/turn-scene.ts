// A vault with two holders, and a bucket of it that is over: what turns are tested with.
import assert from 'node:assert/strict'
import { exportSecret, sameSecret, type SecretKey } from '../../src/base/crypto.ts'
import { OperatorError } from '../../src/base/errors.ts'
import { conversationId } from '../../src/record/ids.ts'
import { createVault, openKeys } from '../../src/record/keys/open-keys.ts'
import {
  type KeyHolder,
  type KeyId,
  type Keys,
  type NodeChange,
  type RecordPlace,
} from '../../src/record/keys/ports.ts'
import { type VaultParts } from '../../src/record/keys/sealed-vault.ts'
import { memoryKeyHolder, memoryVaultStore, seededRandom } from '../fakes/vault.ts'

export const november = Date.UTC(2026, 10, 21)
export const january = Date.UTC(2027, 0, 5)
export const ids = ['1', '2', '3'].map((digit) => conversationId(digit.repeat(32)))

/** A log with two holders, and three conversations in bucket 1, whose period is over. */
export type Scene = {
  readonly parts: VaultParts
  readonly keys: Keys
  readonly handles: readonly [Uint8Array, Uint8Array, Uint8Array]
  /** The first survives whole, of the second one record, of the third nothing. */
  readonly changes: readonly NodeChange[]
  readonly place: RecordPlace
  readonly held: SecretKey
  readonly single: SecretKey
}

export async function scene(seed: string): Promise<Scene> {
  const random = seededRandom(seed)
  const holders = [memoryKeyHolder(random, 'one'), memoryKeyHolder(random, 'two')]
  const parts = { holders, vaultStore: memoryVaultStore(), random, clock: { now: () => january } }
  await createVault(parts, 'example.com')
  const keys = await openKeys(parts)
  await keys.ensureBuckets(november)
  await keys.ensureBuckets(january)
  const [first, second, third] = await Promise.all(
    ids.map(async (id) => await keys.handleFor(1, id, 0)),
  )
  assert.ok(first && second && third)
  const place = placeIn(second.handle)
  const secret = await keys.record(place, 'check')
  assert.ok(secret)
  const survivors = { conversations: [first.handle], records: [place] }
  return {
    parts,
    keys,
    handles: [first.handle, second.handle, third.handle],
    changes: [{ bucket: 1, survivors, index: true }],
    place,
    held: first.key,
    single: secret.body,
  }
}

export function placeIn(handle: Uint8Array): RecordPlace {
  return { bucket: 1, handle, seq: 4, salt: new Uint8Array(16).fill(8), position: 2 ** 33 }
}

export function same(left: SecretKey | undefined, right: SecretKey): boolean {
  return left !== undefined && sameSecret(exportSecret(left), exportSecret(right))
}

/** What survives opens, and what was lost does not. */
export async function checkTurned(
  { handles, place, held, single }: Scene,
  keys: Keys,
): Promise<void> {
  const [first, second, third] = handles
  assert.ok(same((await keys.conversation(1, first, 'check'))?.key, held))
  assert.ok(same((await keys.record(place, 'check'))?.body, single))
  assert.equal(await keys.conversation(1, second, 'check'), null)
  assert.equal(await keys.record({ ...place, position: 7 }, 'check'), null)
  assert.equal(await keys.conversation(1, third, 'check'), null)
  assert.equal(await keys.record({ ...placeIn(third), position: 8 }, 'check'), null)
  assert.notEqual(await keys.index(1, 'index'), null)
}

export async function checkNotTurned(
  { handles, place, held, single }: Scene,
  keys: Keys,
): Promise<void> {
  assert.ok(same((await keys.conversation(1, handles[0], 'check'))?.key, held))
  assert.ok(same((await keys.record(place, 'check'))?.body, single))
  for (const handle of handles) assert.notEqual(await keys.conversation(1, handle, 'check'), null)
}

/** Every KEK that was ever made in a holder, by what the holder was asked. */
export function watched(holder: KeyHolder, made: Set<KeyId>): KeyHolder {
  return {
    ...holder,
    draw() {
      const drawn = holder.draw()
      made.add(drawn.id)
      return drawn
    },
  }
}

/** A holder that refuses one thing, as one does that cannot be reached. */
export function away(
  holder: KeyHolder,
  what: 'has' | 'create' | 'wrap' | 'unwrap' | 'destroy',
): KeyHolder {
  const refuse = async (): Promise<never> => {
    throw new OperatorError('key.holder-away', `${holder.name} does not answer`)
  }
  if (what !== 'create') return { ...holder, [what]: refuse }
  return { ...holder, draw: () => ({ ...holder.draw(), create: refuse }) }
}
