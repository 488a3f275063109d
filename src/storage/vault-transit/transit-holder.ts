// Key-encryption keys in the transit engine of HashiCorp Vault, or OpenBao, which has the same.
// Source: https://developer.hashicorp.com/vault/api-docs/secret/transit, https://openbao.org/api-docs/secret/transit/

import { fromBase64, fromUtf8, toBase64, toHex, utf8 } from '../../base/bytes.ts'
import { type Random } from '../../base/random.ts'
import { Secret } from '../../base/secret.ts'
import { holderRefuses, noSuchKey } from '../../record/keys/errors.ts'
import { isKeyId } from '../../record/keys/key-id.ts'
import { type Destroyed, type KeyHolder, type KeyId } from '../../record/keys/ports.ts'
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
export type Transit = Omit<Asking, 'name'> & {
  /** With the mount, such as `https://vault.example:8200/transit`. */
  readonly url: string
  /** Vault Enterprise and OpenBao; null: the root namespace. */
  readonly namespace: string | null
  readonly token: () => Promise<Secret<string>>
  readonly random: Random
}

/** As the engine gives it out. Version 0 is left out: it would be taken for 1. */
const ciphertextForm = /^vault:v[1-9][0-9]{0,9}:[A-Za-z0-9+/]+={0,2}$/

/** One named key of the type `aes256-gcm96` for each KEK. It can neither be exported nor backed up in clear. */
export function transitHolder(transit: Transit): KeyHolder {
  const name = `the transit engine ${transit.url}`
  const asking = { ...transit, name }
  const { origin, pathname } = new URL(transit.url)
  const mount = `${origin}/v1/${pathname.replaceAll(/^\/+|\/+$/g, '')}`

  async function call(
    method: Question['method'],
    path: string,
    body?: object,
  ): Promise<HttpAnswer> {
    return await ask(asking, async () => {
      const token = (await transit.token()).reveal().trim()
      const namespace = transit.namespace === null ? {} : { 'x-vault-namespace': transit.namespace }
      return {
        method,
        url: new URL(`${mount}/${path}`),
        headers: { 'x-vault-token': token, 'content-type': 'application/json', ...namespace },
        body: body === undefined ? null : JSON.stringify(body),
      }
    })
  }

  function refuse(answer: HttpAnswer): never {
    const errors = errorsIn(answer)
    const why =
      errors.length > 0 ? `status ${answer.status}: ${errors.join('; ')}` : wordsOf(answer)
    throw holderRefuses(name, why)
  }

  function taken(answer: HttpAnswer): Readonly<Record<string, unknown>> {
    if (answer.status >= 300) refuse(answer)
    const { data } = objectIn(answer.text)
    return isObject(data) ? data : {}
  }

  async function has(id: KeyId): Promise<boolean> {
    const answer = await call('GET', `keys/${id}`)
    // Without an error it is the key that is not there. With one it is the engine, or the namespace.
    if (answer.status === 404 && errorsIn(answer).length === 0) return false
    taken(answer)
    return true
  }

  return {
    kind: 'transit',
    ref: transit.url,
    name,
    draw() {
      const id = `onrecord-${toHex(transit.random.bytes(8))}`
      if (!isKeyId(id)) throw new RangeError('a key id that is none')
      return {
        id,
        async create() {
          const kind = { type: 'aes256-gcm96', exportable: false, allow_plaintext_backup: false }
          taken(await call('POST', `keys/${id}`, kind))
        },
      }
    },
    async wrap(id, key, context) {
      // `encrypt` makes a key that is not there, for who may create one.
      if (!(await has(id))) throw noSuchKey(name, id)
      const { ciphertext } = taken(
        await call('POST', `encrypt/${id}`, {
          plaintext: toBase64(key.reveal()),
          associated_data: toBase64(context),
        }),
      )
      if (typeof ciphertext === 'string' && ciphertextForm.test(ciphertext)) return utf8(ciphertext)
      throw holderRefuses(name, 'it gave no ciphertext')
    },
    async unwrap(id, wrapped, context) {
      if (!(await has(id))) throw noSuchKey(name, id)
      const ciphertext = fromUtf8(wrapped)
      if (ciphertext === null || !ciphertextForm.test(ciphertext)) return null
      const asked = { ciphertext, associated_data: toBase64(context) }
      const answer = await call('POST', `decrypt/${id}`, asked)
      if (answer.status === 400 && errorsIn(answer).some(isMisfit)) return null
      const { plaintext } = taken(answer)
      const key = typeof plaintext === 'string' ? fromBase64(plaintext) : null
      return key && new Secret(key)
    },
    has,
    async destroy(id): Promise<Destroyed> {
      const isThere = await has(id)
      if (isThere) {
        taken(await call('POST', `keys/${id}/config`, { deletion_allowed: true }))
        const answer = await call('DELETE', `keys/${id}`)
        // A try whose answer was lost has deleted it.
        if (answer.status !== 400 || (await has(id))) taken(answer)
        if (await has(id)) throw holderRefuses(name, `the key ${id} is still there`)
      }
      const evidence = isThere ? 'deleted, and then not found' : 'not found'
      return { method: 'transit key deleted', state: 'destroyed', evidence }
    },
  }
}

function errorsIn({ text }: HttpAnswer): readonly string[] {
  const { errors } = objectIn(text)
  return Array.isArray(errors) ? errors.map(String) : []
}

/** What the engine says of bytes that are not what it sealed under that key and with that context. */
function isMisfit(error: string): boolean {
  return /message authentication failed|invalid ciphertext/.test(error)
}
