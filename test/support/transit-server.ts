// Stands in for the transit engine of HashiCorp Vault and OpenBao: what of its API Onrecord uses, as its pages describe it.
// Source: https://developer.hashicorp.com/vault/api-docs/secret/transit

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import {
  bodyOf,
  holderServer,
  type Answered,
  type Asked,
  type HolderServer,
} from './holder-server.ts'

type TransitKey = { readonly key: Buffer; deletionAllowed: boolean }

export type TransitServer = HolderServer & {
  readonly token: string
  readonly namespace: string
  readonly keys: ReadonlyMap<string, TransitKey>
}

const token = 'hvs.test-token'
const namespace = 'onrecord/'
const done: Answered = { status: 204, body: null }

/** At the mount `transit`, in one namespace, for who has the token. */
export async function transitServer(): Promise<TransitServer> {
  const keys = new Map<string, TransitKey>()
  const server = await holderServer((asked) => answer(keys, asked))
  return { ...server, token, namespace, keys }
}

function answer(keys: Map<string, TransitKey>, asked: Asked): Answered {
  const { method, path, headers } = asked
  if (headers['x-vault-token'] !== token) return failed(403, 'permission denied')
  const [, action = '', name = '', config] =
    /^\/v1\/transit\/(keys|encrypt|decrypt)\/([\w-]+)(\/config)?$/.exec(path) ?? []
  if (action === '' || headers['x-vault-namespace'] !== namespace) {
    return failed(404, `no handler for route "${path.slice(4)}". route entry not found.`)
  }
  const found = keys.get(name)
  if (action === 'encrypt') return encrypt(keys, name, asked)
  if (action === 'decrypt') return decrypt(found, asked)
  if (config !== undefined) return configure(found, name, asked)
  if (method === 'DELETE') return remove(keys, name)
  if (method === 'POST') return create(keys, name, asked)
  if (found === undefined) return { status: 404, body: { errors: [] } }
  return { status: 200, body: { data: { name, type: 'aes256-gcm96', keys: { 1: 1_442_851_412 } } } }
}

function failed(status: number, ...errors: string[]): Answered {
  return { status, body: { errors } }
}

/** Fine when it is there: it stays. */
function create(keys: Map<string, TransitKey>, name: string, asked: Asked): Answered {
  const { type = 'aes256-gcm96', exportable = false } = bodyOf(asked)
  if (type !== 'aes256-gcm96' || exportable !== false) return failed(400, 'unknown key type')
  if (!keys.has(name)) keys.set(name, { key: randomBytes(32), deletionAllowed: false })
  return done
}

function configure(found: TransitKey | undefined, name: string, asked: Asked): Answered {
  if (found === undefined) return failed(400, `no existing key named ${name} could be found`)
  if (bodyOf(asked)['deletion_allowed'] === true) found.deletionAllowed = true
  return { status: 200, body: { data: { name, deletion_allowed: found.deletionAllowed } } }
}

function remove(keys: Map<string, TransitKey>, name: string): Answered {
  const found = keys.get(name)
  const refuse = (why: string): Answered => failed(400, `error deleting policy ${name}: ${why}`)
  if (found === undefined) return refuse('could not delete key; not found')
  if (!found.deletionAllowed) return refuse('deletion is not allowed for this key')
  keys.delete(name)
  return done
}

/** Makes a key that is not there: the token may `create`. */
function encrypt(keys: Map<string, TransitKey>, name: string, asked: Asked): Answered {
  if (!keys.has(name)) create(keys, name, { ...asked, body: '' })
  const key = keys.get(name)?.key ?? Buffer.alloc(32)
  const { plaintext, associated_data: context } = bodyOf(asked)
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(String(context), 'base64'))
  const plain = Buffer.from(String(plaintext), 'base64')
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  const all = Buffer.concat([nonce, body, cipher.getAuthTag()])
  return { status: 200, body: { data: { ciphertext: `vault:v1:${all.toString('base64')}` } } }
}

function decrypt(found: TransitKey | undefined, asked: Asked): Answered {
  if (found === undefined) return failed(400, 'encryption key not found')
  const { ciphertext, associated_data: context } = bodyOf(asked)
  const [, version, encoded = ''] = /^vault:v(\d+):(.*)$/.exec(String(ciphertext)) ?? []
  if (version === undefined) return failed(400, 'invalid ciphertext: no prefix')
  if (Number(version) > 1) return failed(400, 'invalid ciphertext: version is too new')
  const bytes = Buffer.from(encoded, 'base64')
  if (bytes.toString('base64') !== encoded) {
    return failed(400, 'invalid ciphertext: could not decode base64')
  }
  if (bytes.length < 28) return failed(400, 'invalid ciphertext length')
  const decipher = createDecipheriv('aes-256-gcm', found.key, bytes.subarray(0, 12))
  decipher.setAAD(Buffer.from(String(context), 'base64')).setAuthTag(bytes.subarray(-16))
  try {
    const plain = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()])
    return { status: 200, body: { data: { plaintext: plain.toString('base64') } } }
  } catch {
    // OpenSSL's one reason.
    return failed(400, 'cipher: message authentication failed')
  }
}
