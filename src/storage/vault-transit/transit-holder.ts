// Key-encryption keys in the transit engine of HashiCorp Vault, or of OpenBao, which has the same API.

import { fromBase64, fromUtf8, toBase64, toHex, utf8 } from '../../base/bytes.ts'
import { type Random } from '../../base/random.ts'
import { Secret } from '../../base/secret.ts'
import { holderRefuses, noSuchKey } from '../../record/keys/errors.ts'
import { isKeyId } from '../../record/keys/key-id.ts'
import { type Destroyed, type KeyHolder, type KeyId } from '../../record/keys/ports.ts'
import { errorsIn, transitClient, type TransitClient, type TransitPlace } from './transit-client.ts'

/** As the engine gives it out. Version 0 is left out: it would be taken for 1. */
const ciphertextForm = /^vault:v[1-9][0-9]{0,9}:[A-Za-z0-9+/]+={0,2}$/

/** One named key of the type `aes256-gcm96` for each KEK. It can neither be exported nor backed up in clear. */
export function transitHolder(place: TransitPlace & { readonly random: Random }): KeyHolder {
  const client = transitClient(place)
  const { name, call, taken, has } = client
  return {
    kind: 'transit',
    ref: place.url,
    name,
    draw() {
      const id = `onrecord-${toHex(place.random.bytes(8))}`
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
      const asked = { plaintext: toBase64(key.reveal()), associated_data: toBase64(context) }
      const { ciphertext } = taken(await call('POST', `encrypt/${id}`, asked))
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
    destroy: async (id) => await destroy(client, id),
  }
}

async function destroy({ name, call, taken, has }: TransitClient, id: KeyId): Promise<Destroyed> {
  const isThere = await has(id)
  if (isThere) {
    taken(await call('POST', `keys/${id}/config`, { deletion_allowed: true }))
    const answer = await call('DELETE', `keys/${id}`)
    // A try whose answer was lost has deleted it, and the next one says that it is not there.
    const isLeft = await has(id)
    if (isLeft) taken(answer)
    if (isLeft) throw holderRefuses(name, `the key ${id} is still there`)
  }
  const evidence = isThere ? 'deleted, and then not found' : 'not found'
  return { method: 'transit key deleted', state: 'destroyed', evidence }
}

/** What the engine says of bytes that are not what it sealed under that key and with that context. */
function isMisfit(error: string): boolean {
  return /message authentication failed|invalid ciphertext/.test(error)
}
