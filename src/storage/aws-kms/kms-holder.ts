// Key-encryption keys in AWS Key Management Service.

import { setTimeout } from 'node:timers/promises'
import { fromBase64, toBase64, toHex } from '../../base/bytes.ts'
import { type Random } from '../../base/random.ts'
import { Secret } from '../../base/secret.ts'
import { holderRefuses, noSuchKey } from '../../record/keys/errors.ts'
import { isKeyId } from '../../record/keys/key-id.ts'
import { type Destroyed, type KeyHolder, type KeyId } from '../../record/keys/ports.ts'
import { isObject } from '../key-holders/ask.ts'
import { aliasOf, kmsClient, type Json, type KmsClient, type KmsPlace } from './kms-client.ts'

/** New aliases are not known everywhere at once. */
const aliasTriesMax = 5
const misfits = ['InvalidCiphertextException', 'IncorrectKeyException']

/** @param place.windowDays 7 to 30: how long KMS keeps a key that opens nothing any more */
export type KmsHolding = KmsPlace & { readonly windowDays: number; readonly random: Random }

/**
 * One symmetric key for each KEK, found by its alias. A key that is scheduled for deletion opens nothing from then on, and can be brought
 * back by who may cancel that, until the day comes: the state is `pending` with that day.
 *
 * If we stop between the making of a key and of its alias, a key stays behind that opens nothing; its description names it.
 */
export function kmsHolder(place: KmsHolding): KeyHolder {
  const client = kmsClient(place)
  const { ref, name, call, describe } = client
  const has = async (id: KeyId): Promise<boolean> =>
    (await describe(id))?.['KeyState'] === 'Enabled'
  return {
    kind: 'aws-kms',
    ref,
    name,
    draw() {
      const id = `onrecord-${toHex(place.random.bytes(8))}`
      if (!isKeyId(id)) throw new RangeError('a key id that is none')
      return { id, create: async () => await create(client, id, place.againAfterMs.at(-1) ?? 0) }
    },
    async wrap(id, key, context) {
      const asked = { KeyId: aliasOf(id), Plaintext: toBase64(key.reveal()) }
      const sealed = await call('Encrypt', { ...asked, EncryptionContext: bound(context) }, { id })
      const blob = fromBase64(textIn(sealed, 'CiphertextBlob'))
      if (blob === null || blob.length === 0) throw holderRefuses(name, 'it gave no ciphertext')
      return blob
    },
    async unwrap(id, wrapped, context) {
      if (!(await has(id))) throw noSuchKey(name, id)
      // KMS takes 1 to 6,144 bytes.
      if (wrapped.length === 0) return null
      const asked = { KeyId: aliasOf(id), CiphertextBlob: toBase64(wrapped) }
      const body = { ...asked, EncryptionContext: bound(context) }
      const opened = await call('Decrypt', body, { id, expected: misfits })
      const key = opened && fromBase64(textIn(opened, 'Plaintext'))
      return key && new Secret(key)
    },
    has,
    destroy: async (id) => await destroy(client, id, place.windowDays),
  }
}

async function create(
  { name, call, describe }: KmsClient,
  id: KeyId,
  retryMs: number,
): Promise<void> {
  const key = { Description: descriptionOf(id), KeyUsage: 'ENCRYPT_DECRYPT' }
  const made = await call('CreateKey', { ...key, KeySpec: 'SYMMETRIC_DEFAULT' }, { id, once: true })
  const metadata = made?.['KeyMetadata']
  const target = isObject(metadata) ? metadata['KeyId'] : undefined
  if (typeof target !== 'string') throw holderRefuses(name, 'it made a key without a name')
  const alias = { AliasName: aliasOf(id), TargetKeyId: target }
  // A try whose answer was lost has made it: there is no other key of that name.
  await call('CreateAlias', alias, { id, expected: ['AlreadyExistsException'] })
  for (let tries = 1; (await describe(id)) === null; tries++) {
    if (tries === aliasTriesMax) throw noSuchKey(name, id)
    await setTimeout(retryMs)
  }
}

async function destroy(
  { name, call, describe }: KmsClient,
  id: KeyId,
  windowDays: number,
): Promise<Destroyed> {
  const method = 'ScheduleKeyDeletion'
  const key = await describe(id)
  if (key === null) return { method, state: 'destroyed', evidence: 'not found' }
  if (key['Description'] !== descriptionOf(id)) {
    throw holderRefuses(name, `${aliasOf(id)} leads to a key that Onrecord has not made`)
  }
  const isPending = key['KeyState'] === 'PendingDeletion'
  const asked = { KeyId: key['KeyId'], PendingWindowInDays: windowDays }
  const scheduled = isPending ? key : await call(method, asked, { id })
  const date = scheduled?.['DeletionDate']
  if (typeof date !== 'number') throw holderRefuses(name, 'it names no day of deletion')
  const pending = new Date(date * 1000).toISOString()
  return { method, state: { pending }, evidence: `${String(key['KeyId'])} is PendingDeletion` }
}

function descriptionOf(id: KeyId): string {
  return `Onrecord key ${id}`
}

/** The encryption context: what is authenticated, and shows in CloudTrail. */
function bound(context: Uint8Array): { readonly onrecord: string } {
  return { onrecord: toHex(context) }
}

function textIn(json: Json | null, name: string): string {
  const value = json?.[name]
  return typeof value === 'string' ? value : ''
}
