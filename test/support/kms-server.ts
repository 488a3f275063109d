// Stands in for AWS KMS: what of its API Onrecord uses, as its pages describe it. It checks signatures.
// Source: https://docs.aws.amazon.com/kms/latest/APIReference/

import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  randomUUID,
} from 'node:crypto'
import {
  bodyOf,
  holderServer,
  type Answered,
  type Asked,
  type HolderServer,
} from './holder-server.ts'

type KmsKey = {
  readonly id: string
  readonly description: string
  readonly key: Buffer
  state: 'Enabled' | 'Disabled' | 'PendingDeletion'
  deletionDate: number | null
}

export type KmsServer = HolderServer & {
  readonly keys: ReadonlyMap<string, KmsKey>
  readonly aliases: Map<string, string>
  /** Requests for which new aliases stay unknown. */
  aliasDelay: number
  /** The window is over: what was scheduled is gone. */
  passWindow(): void
}

export const kmsAccess = {
  accessKeyId: 'AKIDEXAMPLE',
  secret: 'wJalrXUtnFEMI/K7MDENG',
  region: 'eu-test-1',
}

type State = {
  readonly keys: Map<string, KmsKey>
  readonly aliases: Map<string, string>
  readonly nowMs: () => number
  aliasDelay: number
}

export async function kmsServer(nowMs: () => number): Promise<KmsServer> {
  const state: State = { keys: new Map(), aliases: new Map(), nowMs, aliasDelay: 0 }
  const server = await holderServer((asked) => answer(state, asked))
  return {
    ...server,
    keys: state.keys,
    aliases: state.aliases,
    get aliasDelay() {
      return state.aliasDelay
    },
    set aliasDelay(requests) {
      state.aliasDelay = requests
    },
    passWindow() {
      for (const { id, state: its } of state.keys.values()) {
        if (its !== 'PendingDeletion') continue
        state.keys.delete(id)
        for (const [alias, target] of state.aliases) if (target === id) state.aliases.delete(alias)
      }
    },
  }
}

function failed(type: string, message = '', status = 400): Answered {
  return { status, body: { __type: type, message } }
}

function answer(state: State, asked: Asked): Answered {
  if (!isSigned(asked)) return failed('InvalidSignatureException', 'it does not match')
  const signedAt = String(asked.headers['x-amz-date'])
  const at = Date.parse(
    signedAt.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  )
  if (Math.abs(at - state.nowMs()) > 300_000) return failed('InvalidSignatureException', 'expired')
  const target = String(asked.headers['x-amz-target'])
  const body = bodyOf(asked)
  if (target === 'TrentService.CreateKey') return createKey(state, body)
  if (target === 'TrentService.CreateAlias') return createAlias(state, body)
  const key = keyOf(state, String(body['KeyId']))
  if (key === null)
    return failed('NotFoundException', `Alias ${String(body['KeyId'])} is not found.`)
  if (target === 'TrentService.DescribeKey')
    return { status: 200, body: { KeyMetadata: metadataOf(key) } }
  if (target === 'TrentService.ScheduleKeyDeletion') return schedule(state, key, body)
  if (key.state === 'Disabled') return failed('DisabledException', `${key.id} is disabled.`)
  if (key.state !== 'Enabled')
    return failed('KMSInvalidStateException', `${key.id} is pending deletion.`)
  if (target === 'TrentService.Encrypt') return encrypt(key, body)
  if (target === 'TrentService.Decrypt') return decrypt(state, key, body)
  return failed('com.amazon.coral.service#UnknownOperationException')
}

function keyOf({ keys, aliases, ...state }: State, name: string): KmsKey | null {
  if (!name.startsWith('alias/')) return keys.get(name) ?? null
  if (state.aliasDelay > 0) return null
  return keys.get(aliases.get(name) ?? '') ?? null
}

function metadataOf({ id, description, state, deletionDate }: KmsKey): object {
  const deletion = deletionDate === null ? {} : { DeletionDate: deletionDate }
  return { KeyId: id, Description: description, KeyState: state, ...deletion }
}

function createKey({ keys }: State, body: Readonly<Record<string, unknown>>): Answered {
  if (body['KeySpec'] !== 'SYMMETRIC_DEFAULT') return failed('ValidationException')
  const id = randomUUID()
  const made: KmsKey = {
    id,
    description: String(body['Description']),
    key: randomBytes(32),
    state: 'Enabled',
    deletionDate: null,
  }
  keys.set(id, made)
  return { status: 200, body: { KeyMetadata: metadataOf(made) } }
}

function createAlias({ keys, aliases }: State, body: Readonly<Record<string, unknown>>): Answered {
  const [name, target] = [String(body['AliasName']), String(body['TargetKeyId'])]
  if (!/^alias\/[\w/-]+$/.test(name)) return failed('InvalidAliasNameException')
  if (!keys.has(target)) return failed('NotFoundException')
  if (aliases.has(name)) return failed('AlreadyExistsException', `${name} already exists`)
  aliases.set(name, target)
  return { status: 200, body: null }
}

function schedule(
  { nowMs }: State,
  key: KmsKey,
  body: Readonly<Record<string, unknown>>,
): Answered {
  if (String(body['KeyId']).startsWith('alias/')) return failed('InvalidArnException')
  const days = Number(body['PendingWindowInDays'])
  if (days < 7 || days > 30) return failed('ValidationException')
  if (key.state === 'PendingDeletion') return failed('KMSInvalidStateException')
  key.state = 'PendingDeletion'
  key.deletionDate = nowMs() / 1000 + days * 86_400
  const { id, deletionDate } = key
  return { status: 200, body: { KeyId: id, DeletionDate: deletionDate, KeyState: key.state } }
}

function contextOf(body: Readonly<Record<string, unknown>>): Buffer {
  return Buffer.from(JSON.stringify(body['EncryptionContext'] ?? {}))
}

function encrypt({ id, key }: KmsKey, body: Readonly<Record<string, unknown>>): Answered {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(contextOf(body))
  const plain = Buffer.from(String(body['Plaintext']), 'base64')
  const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  const blob = Buffer.concat([Buffer.from(id.replaceAll('-', ''), 'hex'), nonce, sealed])
  return { status: 200, body: { KeyId: id, CiphertextBlob: blob.toString('base64') } }
}

function decrypt(
  { keys }: State,
  { id, key }: KmsKey,
  body: Readonly<Record<string, unknown>>,
): Answered {
  const blob = Buffer.from(String(body['CiphertextBlob']), 'base64')
  if (blob.length === 0) return failed('ValidationException')
  const named = blob.subarray(0, 16).toString('hex')
  const isOfAnother = [...keys.keys()].some(
    (other) => other !== id && other.replaceAll('-', '') === named,
  )
  if (isOfAnother) return failed('IncorrectKeyException')
  if (named !== id.replaceAll('-', '') || blob.length < 44)
    return failed('InvalidCiphertextException')
  const decipher = createDecipheriv('aes-256-gcm', key, blob.subarray(16, 28))
  decipher.setAAD(contextOf(body)).setAuthTag(blob.subarray(-16))
  try {
    const plain = Buffer.concat([decipher.update(blob.subarray(28, -16)), decipher.final()])
    return { status: 200, body: { KeyId: id, Plaintext: plain.toString('base64') } }
  } catch {
    // OpenSSL's one reason.
    return failed('InvalidCiphertextException')
  }
}

/** Signature Version 4, made anew from what came. */
function isSigned({ method, path, headers, body }: Asked): boolean {
  const { accessKeyId, secret, region } = kmsAccess
  const [, credential, names = '', signature] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    ) ?? []
  const time = String(headers['x-amz-date'])
  const scope = `${time.slice(0, 8)}/${region}/kms/aws4_request`
  if (credential !== `${accessKeyId}/${scope}`) return false
  if (!['host', 'x-amz-date', 'x-amz-target'].every((name) => names.split(';').includes(name)))
    return false
  const lines = names.split(';').map((name) => `${name}:${String(headers[name])}\n`)
  const canonical = `${method}\n${path}\n\n${lines.join('')}\n${names}\n${hash(body)}`
  let key: Buffer | string = `AWS4${secret}`
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest()
  const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash(canonical)}`
  return createHmac('sha256', key).update(toSign).digest('hex') === signature
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
