// Key-encryption keys in AWS Key Management Service.
// Source: https://docs.aws.amazon.com/kms/latest/APIReference/

import { setTimeout } from 'node:timers/promises'
import { fromBase64, toBase64, toHex } from '../../base/bytes.ts'
import { type Clock } from '../../base/clock.ts'
import { type Random } from '../../base/random.ts'
import { Secret } from '../../base/secret.ts'
import { holderRefuses, noSuchKey } from '../../record/keys/errors.ts'
import { isKeyId } from '../../record/keys/key-id.ts'
import { type Destroyed, type KeyHolder, type KeyId } from '../../record/keys/ports.ts'
import { ask, isObject, objectIn, type Asking, type HttpAnswer } from '../key-holders/ask.ts'
import { signRequest, type AwsCredentials } from './sign-request.ts'

/** Where KMS is, and how it is asked. */
export type Kms = Omit<Asking, 'name'> & {
  readonly region: string
  /** Null: that of the region. */
  readonly endpoint: string | null
  /** 7 to 30: how long KMS keeps a key that opens nothing any more. */
  readonly windowDays: number
  readonly credentials: () => Promise<AwsCredentials>
  readonly clock: Clock
  readonly random: Random
}

type Json = Readonly<Record<string, unknown>>
type Failure = { readonly error: string; readonly message: string }

/** New aliases are not known everywhere at once. */
const aliasTriesMax = 5

/**
 * One symmetric key for each KEK, found by its alias. A key that is scheduled for deletion opens nothing from then on, and can be brought
 * back by who may cancel that, until the day comes: the state is `pending` with that day.
 *
 * If we stop between the making of a key and of its alias, a key stays behind that opens nothing; its description names it.
 */
export function kmsHolder(kms: Kms): KeyHolder {
  const { region, endpoint } = kms
  const url = new URL(endpoint ?? `https://kms.${region}.amazonaws.com/`)
  const ref = endpoint === null ? region : `${region} ${endpoint}`
  const name = `AWS KMS ${ref}`
  const asking = { ...kms, name }
  const aliasOf = (id: KeyId): string => `alias/${id}`
  const descriptionOf = (id: KeyId): string => `Onrecord key ${id}`

  /** @returns what KMS answers, or which of its errors it was */
  async function call(
    target: string,
    body: object,
    options: { readonly once?: true } = {},
  ): Promise<Json | Failure> {
    const answer = await ask(
      asking,
      async () => {
        const headers = {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `TrentService.${target}`,
        }
        const question = { method: 'POST' as const, url, headers, body: JSON.stringify(body) }
        const scope = { region, service: 'kms', atMs: kms.clock.now() }
        return signRequest(question, await kms.credentials(), scope)
      },
      { ...options, isBusy: (given) => /Throttling|LimitExceeded$/.test(failureIn(given).error) },
    )
    return answer.status === 200 ? objectIn(answer.text) : failureIn(answer)
  }

  /** @throws {OperatorError} for an error that is none of `expected` */
  function check(given: Json | Failure, id: KeyId, expected: readonly string[] = []): Json | null {
    if (!isFailure(given)) return given
    const { error, message } = given
    if (expected.includes(error)) return null
    const isGone = /^(?:NotFound|KMSInvalidState|Disabled)Exception$/.test(error)
    throw isGone ? noSuchKey(name, id) : holderRefuses(name, `${error}: ${message}`)
  }

  /** Null when there is no such key. */
  async function describe(id: KeyId): Promise<Json | null> {
    const found = check(await call('DescribeKey', { KeyId: aliasOf(id) }), id, [
      'NotFoundException',
    ])
    const metadata = found?.['KeyMetadata']
    return isObject(metadata) ? metadata : null
  }

  async function create(id: KeyId): Promise<void> {
    const made = check(
      await call(
        'CreateKey',
        {
          Description: descriptionOf(id),
          KeyUsage: 'ENCRYPT_DECRYPT',
          KeySpec: 'SYMMETRIC_DEFAULT',
        },
        { once: true },
      ),
      id,
    )
    const metadata = made?.['KeyMetadata']
    const target = isObject(metadata) ? metadata['KeyId'] : undefined
    if (typeof target !== 'string') throw holderRefuses(name, 'it made a key without a name')
    const alias = { AliasName: aliasOf(id), TargetKeyId: target }
    // A try whose answer was lost has made it: there is no other key of that name.
    check(await call('CreateAlias', alias), id, ['AlreadyExistsException'])
    for (let tries = 1; (await describe(id)) === null; tries++) {
      if (tries === aliasTriesMax) throw noSuchKey(name, id)
      await setTimeout(kms.againAfterMs.at(-1) ?? 0)
    }
  }

  return {
    kind: 'aws-kms',
    ref,
    name,
    draw() {
      const id = `onrecord-${toHex(kms.random.bytes(8))}`
      if (!isKeyId(id)) throw new RangeError('a key id that is none')
      return { id, create: async () => await create(id) }
    },
    async wrap(id, key, context) {
      const asked = { KeyId: aliasOf(id), Plaintext: toBase64(key.reveal()) }
      const sealed = check(
        await call('Encrypt', { ...asked, EncryptionContext: bound(context) }),
        id,
      )
      const blob = fromBase64(textIn(sealed, 'CiphertextBlob'))
      if (blob === null || blob.length === 0) throw holderRefuses(name, 'it gave no ciphertext')
      return blob
    },
    async unwrap(id, wrapped, context) {
      const isThere = await has(id)
      if (!isThere) throw noSuchKey(name, id)
      // KMS takes 1 to 6,144 bytes.
      if (wrapped.length === 0) return null
      const asked = { KeyId: aliasOf(id), CiphertextBlob: toBase64(wrapped) }
      const given = await call('Decrypt', { ...asked, EncryptionContext: bound(context) })
      const opened = check(given, id, ['InvalidCiphertextException', 'IncorrectKeyException'])
      const key = opened && fromBase64(textIn(opened, 'Plaintext'))
      return key && new Secret(key)
    },
    has,
    async destroy(id): Promise<Destroyed> {
      const method = 'ScheduleKeyDeletion'
      const key = await describe(id)
      if (key === null) return { method, state: 'destroyed', evidence: 'not found' }
      if (key['Description'] !== descriptionOf(id)) {
        throw holderRefuses(name, `${aliasOf(id)} leads to a key that Onrecord has not made`)
      }
      const isPending = key['KeyState'] === 'PendingDeletion'
      const asked = { KeyId: key['KeyId'], PendingWindowInDays: kms.windowDays }
      const scheduled = isPending ? key : check(await call(method, asked), id)
      const date = scheduled?.['DeletionDate']
      if (typeof date !== 'number') throw holderRefuses(name, 'it names no day of deletion')
      const pending = new Date(date * 1000).toISOString()
      return { method, state: { pending }, evidence: `${String(key['KeyId'])} is PendingDeletion` }
    },
  }

  async function has(id: KeyId): Promise<boolean> {
    return (await describe(id))?.['KeyState'] === 'Enabled'
  }
}

/** The encryption context: what is authenticated, and shows in CloudTrail. */
function bound(context: Uint8Array): { readonly onrecord: string } {
  return { onrecord: toHex(context) }
}

function textIn(json: Json | null, name: string): string {
  const value = json?.[name]
  return typeof value === 'string' ? value : ''
}

function failureIn({ status, text }: HttpAnswer): Failure {
  const { __type: type, message, Message: other } = objectIn(text)
  // `com.amazonaws.kms#NotFoundException` or the name alone.
  const error = typeof type === 'string' ? (type.split('#').at(-1) ?? type) : `status ${status}`
  const words = message ?? other
  return { error, message: typeof words === 'string' ? words : '' }
}

function isFailure(given: Json | Failure): given is Failure {
  return 'error' in given
}
