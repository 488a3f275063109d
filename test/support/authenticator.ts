// An authenticator in memory: passkeys of ES256, as Web Authentication Level 3 has them, without a browser.
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { type MadePasskey, type UsedPasskey } from '../../src/directory/web/passkeys.ts'

export type Lies = {
  /** Another page than ours. */
  readonly origin?: string
  /** Another host than ours. */
  readonly rpId?: string
  /** It has not known its user. */
  readonly isUserUnknown?: boolean
  /** How often it says that it has signed. */
  readonly counter?: number
}

export type Authenticator = {
  make(challenge: string, lies?: Lies): MadePasskey
  use(challenge: string, lies?: Lies): UsedPasskey
}

/** @param person whose it is, an id */
export function authenticator(
  person: string,
  { origin, rpId }: { readonly origin: string; readonly rpId: string },
): Authenticator {
  const id = randomBytes(16)
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  let count = 0
  const clientData = (type: string, challenge: string, lies: Lies): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge, origin: lies.origin ?? origin }))
  // Section 6.1: user present, user verified, attested credential data included.
  const data = (lies: Lies, attested: Buffer): Buffer => {
    const flags = 1 | (lies.isUserUnknown === true ? 0 : 4) | (attested.length > 0 ? 64 : 0)
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(lies.counter ?? ++count)
    return Buffer.concat([sha256(lies.rpId ?? rpId), Buffer.from([flags]), counter, attested])
  }
  const named = { id: id.toString('base64url'), rawId: id.toString('base64url') }

  return {
    make(challenge, lies = {}) {
      const length = Buffer.from([0, id.length])
      const attested = Buffer.concat([Buffer.alloc(16), length, id, coseOf(publicKey)])
      const authData = data(lies, attested)
      const attestation = cborMap([
        [cborText('fmt'), cborText('none')],
        [cborText('attStmt'), cborMap([])],
        [cborText('authData'), cborBytes(authData)],
      ])
      const clientDataJSON = clientData('webauthn.create', challenge, lies).toString('base64url')
      const attestationObject = attestation.toString('base64url')
      return { ...named, response: { clientDataJSON, attestationObject, transports: ['internal'] } }
    },
    use(challenge, lies = {}) {
      const json = clientData('webauthn.get', challenge, lies)
      const authenticatorData = data(lies, Buffer.alloc(0))
      const signed = Buffer.concat([authenticatorData, sha256(json)])
      return {
        ...named,
        response: {
          clientDataJSON: json.toString('base64url'),
          authenticatorData: authenticatorData.toString('base64url'),
          signature: sign('sha256', signed, privateKey).toString('base64url'),
          userHandle: Buffer.from(person, 'hex').toString('base64url'),
        },
      }
    },
  }
}

function sha256(bytes: string | Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}

/** RFC 9053 section 7.1.1: an EC2 key for ES256, on P-256. */
function coseOf(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return cborMap([
    [Buffer.from([1]), Buffer.from([2])], // kty: EC2
    [Buffer.from([3]), Buffer.from([0x26])], // alg: -7
    [Buffer.from([0x20]), Buffer.from([1])], // crv: P-256
    [Buffer.from([0x21]), cborBytes(Buffer.from(x, 'base64url'))],
    [Buffer.from([0x22]), cborBytes(Buffer.from(y, 'base64url'))],
  ])
}

/** RFC 8949 section 3: definite lengths below 65,536. */
function cborHead(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([major | length])
  return length < 256
    ? Buffer.from([major | 24, length])
    : Buffer.from([major | 25, length >> 8, length & 255])
}

function cborBytes(bytes: Buffer): Buffer {
  return Buffer.concat([cborHead(0x40, bytes.length), bytes])
}

function cborText(text: string): Buffer {
  return Buffer.concat([cborHead(0x60, text.length), Buffer.from(text)])
}

function cborMap(pairs: readonly (readonly [Buffer, Buffer])[]): Buffer {
  return Buffer.concat([cborHead(0xa0, pairs.length), ...pairs.flat()])
}
