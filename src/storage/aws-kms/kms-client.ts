// The API of AWS Key Management Service, as far as Onrecord uses it.
// Source: https://docs.aws.amazon.com/kms/latest/APIReference/

import { type Clock } from '../../base/clock.ts'
import { holderRefuses, noSuchKey } from '../../record/keys/errors.ts'
import { type KeyId } from '../../record/keys/ports.ts'
import { ask, isObject, objectIn, type Asking, type HttpAnswer } from '../key-holders/ask.ts'
import { signRequest, type AwsCredentials } from './sign-request.ts'

/** Where KMS is, and how it is asked. */
export type KmsPlace = Omit<Asking, 'name'> & {
  readonly region: string
  /** Null: that of the region. */
  readonly endpoint: string | null
  readonly credentials: () => Promise<AwsCredentials>
  readonly clock: Clock
}

export type Json = Readonly<Record<string, unknown>>
type Failure = { readonly error: string; readonly message: string }

export type KmsClient = {
  readonly ref: string
  readonly name: string
  /**
   * Does one of the operations of KMS.
   *
   * @param id which key it is about, for messages
   * @param options.expected errors for which it answers null
   * @param options.once it is not asked again when nobody knows what became of it
   * @throws {OperatorError} when it refuses, or the key is not there or cannot be used
   */
  readonly call: (
    operation: string,
    body: object,
    options: { readonly id: KeyId; readonly expected?: readonly string[]; readonly once?: true },
  ) => Promise<Json | null>
  /** KeyMetadata; null when there is no such key. */
  readonly describe: (id: KeyId) => Promise<Json | null>
}

export function kmsClient(place: KmsPlace): KmsClient {
  const { region, endpoint } = place
  const url = new URL(endpoint ?? `https://kms.${region}.amazonaws.com/`)
  const ref = endpoint === null ? region : `${region} ${endpoint}`
  const name = `AWS KMS ${ref}`
  const asking = { ...place, name }

  const call: KmsClient['call'] = async (operation, body, { id, expected = [], once }) => {
    const answer = await ask(
      asking,
      async () => {
        const headers = {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `TrentService.${operation}`,
        }
        const question = { method: 'POST' as const, url, headers, body: JSON.stringify(body) }
        const scope = { region, service: 'kms', atMs: place.clock.now() }
        return signRequest(question, await place.credentials(), scope)
      },
      { ...(once && { once }), isBusy: (given) => isBusy(failureIn(given)) },
    )
    if (answer.status === 200) return objectIn(answer.text)
    const { error, message } = failureIn(answer)
    if (expected.includes(error)) return null
    const isGone = /^(?:NotFound|KMSInvalidState|Disabled)Exception$/.test(error)
    throw isGone ? noSuchKey(name, id) : holderRefuses(name, `${error}: ${message}`)
  }

  return {
    ref,
    name,
    call,
    async describe(id) {
      const asked = { KeyId: aliasOf(id) }
      const found = await call('DescribeKey', asked, { id, expected: ['NotFoundException'] })
      const metadata = found?.['KeyMetadata']
      return isObject(metadata) ? metadata : null
    },
  }
}

/** KMS gives keys names of its own; by this one we find them. */
export function aliasOf(id: KeyId): string {
  return `alias/${id}`
}

function isBusy({ error }: Failure): boolean {
  return /Throttling|LimitExceeded$/.test(error)
}

function failureIn({ status, text }: HttpAnswer): Failure {
  const { __type: type, message, Message: other } = objectIn(text)
  // `com.amazonaws.kms#NotFoundException` or the name alone.
  const error = typeof type === 'string' ? (type.split('#').at(-1) ?? type) : `status ${status}`
  const words = message ?? other
  return { error, message: typeof words === 'string' ? words : '' }
}
