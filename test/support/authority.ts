// A certificate authority of the test's own, and certificates of it: right, expired, for another name, self-signed.
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { bitString, der, objectId, tag, time } from '../../src/server/der.ts'

export type Pair = { readonly cert: string; readonly key: string }

export type CertificateWishes = {
  readonly dns?: readonly string[]
  /** XmppAddr, RFC 6120 §13.7.1.4. */
  readonly xmpp?: readonly string[]
  /** SRVName, RFC 4985. */
  readonly srv?: readonly string[]
  readonly expired?: boolean
  readonly selfSigned?: boolean
  /** Without it the certificate is for servers alone, as public authorities make them. */
  readonly clientAuth?: boolean
}

export type Authority = {
  /** PEM. */
  readonly cert: string
  issue(wishes: CertificateWishes): Pair
}

const dayMs = 86_400_000
const algorithm = der(tag.sequence, objectId('1.2.840.10045.4.3.2'))

type Keys = { readonly publicKey: KeyObject; readonly privateKey: KeyObject }

export function createAuthority(name = 'Test authority'): Authority {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const constraints = der(tag.sequence, der(tag.boolean, Buffer.from([0xff])))
  // Key usage: keyCertSign.
  const usage = der(tag.bitString, Buffer.from([2, 0x04]))
  const cert = certificate({
    subject: name,
    issuer: name,
    subjectKey: own.publicKey,
    signer: own.privateKey,
    days: [-10, 3_650],
    extensions: [extension('2.5.29.19', constraints), extension('2.5.29.15', usage)],
  })
  return { cert, issue: (wishes) => issue(wishes, { name, keys: own }) }
}

function issue(
  wishes: CertificateWishes,
  authority: { readonly name: string; readonly keys: Keys },
): Pair {
  const { dns = [], xmpp = [], srv = [], clientAuth = true } = wishes
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const subject = dns[0] ?? 'nobody'
  const names = [
    ...dns.map((text) => der(0x82, Buffer.from(text))),
    ...xmpp.map((text) => otherName('1.3.6.1.5.5.7.8.5', der(tag.utf8String, Buffer.from(text)))),
    ...srv.map((text) => otherName('1.3.6.1.5.5.7.8.7', der(0x16, Buffer.from(text)))),
  ]
  const purposes = ['1.3.6.1.5.5.7.3.1', ...(clientAuth ? ['1.3.6.1.5.5.7.3.2'] : [])]
  const cert = certificate({
    subject,
    issuer: wishes.selfSigned ? subject : authority.name,
    subjectKey: own.publicKey,
    signer: wishes.selfSigned ? own.privateKey : authority.keys.privateKey,
    days: wishes.expired ? [-5, -1] : [-5, 100],
    extensions: [
      extension('2.5.29.19', der(tag.sequence)),
      extension('2.5.29.37', der(tag.sequence, ...purposes.map(objectId))),
      extension('2.5.29.17', der(tag.sequence, ...names)),
    ],
  })
  return { cert, key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }) }
}

function certificate(of: {
  readonly subject: string
  readonly issuer: string
  readonly subjectKey: KeyObject
  readonly signer: KeyObject
  readonly days: readonly [number, number]
  readonly extensions: readonly Buffer[]
}): string {
  const now = Date.now()
  const [from, until] = of.days
  const signed = der(
    tag.sequence,
    der(0xa0, der(tag.integer, Buffer.from([2]))),
    der(tag.integer, Buffer.from([0x40, ...randomBytes(15)])),
    algorithm,
    nameOf(of.issuer),
    der(tag.sequence, time(now + from * dayMs), time(now + until * dayMs)),
    nameOf(of.subject),
    of.subjectKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(tag.sequence, ...of.extensions)),
  )
  const whole = der(tag.sequence, signed, algorithm, bitString(sign('sha256', signed, of.signer)))
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

function nameOf(commonName: string): Buffer {
  const value = der(tag.utf8String, Buffer.from(commonName))
  return der(tag.sequence, der(tag.set, der(tag.sequence, objectId('2.5.4.3'), value)))
}

function otherName(id: string, value: Buffer): Buffer {
  return der(0xa0, objectId(id), der(0xa0, value))
}

function extension(id: string, content: Buffer): Buffer {
  return der(tag.sequence, objectId(id), der(tag.octetString, content))
}
