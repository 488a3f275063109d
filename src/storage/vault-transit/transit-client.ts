// The transit engine's API, as far as Onrecord uses it.
// Source: https://developer.hashicorp.com/vault/api-docs/secret/transit, https://openbao.org/api-docs/secret/transit/

import { type Secret } from '../../base/secret.ts'
import { holderRefuses } from '../../record/keys/errors.ts'
import { type KeyId } from '../../record/keys/ports.ts'
import {
  ask,
  isObject,
  objectIn,
  wordsOf,
  type Asking,
  type HttpAnswer,
  type Question,
} from '../key-holders/ask.ts'

/** Where the engine is, and how it is asked. */
export type TransitPlace = Omit<Asking, 'name'> & {
  /** With the mount, such as `https://vault.example:8200/transit`. */
  readonly url: string
  /** Vault Enterprise and OpenBao; null: the root namespace. */
  readonly namespace: string | null
  readonly token: () => Promise<Secret<string>>
}

/** Paths are relative to the mount. */
export type TransitClient = {
  readonly name: string
  readonly call: (method: Question['method'], path: string, body?: object) => Promise<HttpAnswer>
  /** What is in an answer. @throws {OperatorError} when it refuses */
  readonly taken: (answer: HttpAnswer) => Readonly<Record<string, unknown>>
  readonly has: (id: KeyId) => Promise<boolean>
}

export function transitClient(place: TransitPlace): TransitClient {
  const name = `the transit engine ${place.url}`
  const asking = { ...place, name }
  const { origin, pathname } = new URL(place.url)
  const mount = `${origin}/v1/${pathname.replaceAll(/^\/+|\/+$/g, '')}`
  const inNamespace = place.namespace === null ? {} : { 'x-vault-namespace': place.namespace }

  async function call(
    method: Question['method'],
    path: string,
    body?: object,
  ): Promise<HttpAnswer> {
    return await ask(asking, async () => ({
      method,
      url: new URL(`${mount}/${path}`),
      headers: {
        'x-vault-token': (await place.token()).reveal().trim(),
        'content-type': 'application/json',
        ...inNamespace,
      },
      body: body === undefined ? null : JSON.stringify(body),
    }))
  }

  function taken(answer: HttpAnswer): Readonly<Record<string, unknown>> {
    const { status, text } = answer
    if (status < 300) {
      const { data } = objectIn(text)
      return isObject(data) ? data : {}
    }
    const errors = errorsIn(answer).join('; ')
    throw holderRefuses(name, errors === '' ? wordsOf(answer) : `status ${status}: ${errors}`)
  }

  return {
    name,
    call,
    taken,
    async has(id) {
      const answer = await call('GET', `keys/${id}`)
      // Without an error it is the key that is not there. With one it is the engine, or the namespace.
      if (answer.status === 404 && errorsIn(answer).length === 0) return false
      taken(answer)
      return true
    },
  }
}

/** Errors come as a list of sentences. */
export function errorsIn({ text }: HttpAnswer): readonly string[] {
  const { errors } = objectIn(text)
  return Array.isArray(errors) ? errors.map(String) : []
}
