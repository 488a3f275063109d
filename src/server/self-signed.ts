import {
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  X509Certificate,
} from 'node:crypto'
import { join } from 'node:path'
import { domainToASCII } from 'node:url'
import { type Clock } from '../base/clock.ts'
import { makeDirDurably, readIfThere, replaceDurably } from '../base/files.ts'
import { type Random } from '../base/random.ts'
import { bitString, der, objectId, tag, time } from './der.ts'
import { type PairFiles } from './tls.ts'

/**
 * Ten years. Nobody's trust store limits it, since people accept it by its fingerprint, and a server that stops being
 * reachable after a year because nobody looked after a certificate that nobody asked for helps nobody.
 */
const validMs = 3_653 * 86_400_000

/** Clients' clocks may be behind. */
const backdatedMs = 86_400_000

/**
 * The self-signed pair in the folder; made where there is none, or where it is for another domain or runs out.
 *
 * @returns the files, and whether they were made just now
 */
export async function selfSignedPair(
  folder: string,
  domain: string,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<PairFiles & { readonly isNew: boolean }> {
  const files = { cert: join(folder, 'self-signed.pem'), key: join(folder, 'self-signed.key') }
  if (await isUsable(files, domain, clock)) return { ...files, isNew: false }
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const now = clock.now()
  const cert = certificate(domain, { publicKey, privateKey }, { now, serial: random.bytes(16) })
  await makeDirDurably(folder)
  // If we stop between the two the pair does not match, and the next start makes another.
  await replaceDurably(files.key, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  await replaceDurably(files.cert, pem(cert), { mode: 0o644 })
  return { ...files, isNew: true }
}

async function isUsable(files: PairFiles, domain: string, clock: Clock): Promise<boolean> {
  const [cert, key] = [await readIfThere(files.cert), await readIfThere(files.key)]
  if (!cert || !key) return false
  try {
    const leaf = new X509Certificate(cert)
    const isInTime = leaf.validToDate.getTime() > clock.now() + backdatedMs
    return (
      isInTime &&
      leaf.checkHost(domainToASCII(domain)) !== undefined &&
      leaf.checkPrivateKey(createPrivateKey(key))
    )
  } catch {
    // What cannot be parsed is made anew: nobody gave us these files.
    return false
  }
}

type Keys = { readonly publicKey: KeyObject; readonly privateKey: KeyObject }

/** RFC 5280: version 3, ECDSA with SHA-256, for the domain and its rooms. */
function certificate(
  domain: string,
  { publicKey, privateKey }: Keys,
  { now, serial }: { readonly now: number; readonly serial: Buffer },
): Buffer {
  const ascii = domainToASCII(domain)
  const algorithm = der(tag.sequence, objectId('1.2.840.10045.4.3.2'))
  const commonName = der(
    tag.sequence,
    objectId('2.5.4.3'),
    der(tag.utf8String, Buffer.from(ascii.slice(0, 64))),
  )
  const name = der(tag.sequence, der(tag.set, commonName))
  const positive = Buffer.from([0x40 | ((serial[0] ?? 0) & 0x3f), ...serial.subarray(1)])
  const signed = der(
    tag.sequence,
    der(0xa0, der(tag.integer, Buffer.from([2]))),
    der(tag.integer, positive),
    algorithm,
    name,
    der(tag.sequence, time(now - backdatedMs), time(now + validMs)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(tag.sequence, ...extensions(ascii))),
  )
  return der(tag.sequence, signed, algorithm, bitString(sign('sha256', signed, privateKey)))
}

function extensions(domain: string): readonly Buffer[] {
  const critical = der(tag.boolean, Buffer.from([0xff]))
  const names = [domain, `conference.${domain}`, `upload.${domain}`]
  return [
    // Basic constraints: no authority.
    extension('2.5.29.19', critical, der(tag.octetString, der(tag.sequence))),
    // Key usage: digitalSignature.
    extension(
      '2.5.29.15',
      critical,
      der(tag.octetString, der(tag.bitString, Buffer.from([7, 0x80]))),
    ),
    // Extended key usage: serverAuth.
    extension('2.5.29.37', der(tag.octetString, der(tag.sequence, objectId('1.3.6.1.5.5.7.3.1')))),
    // Subject alternative names: [2] is a DNS name.
    extension(
      '2.5.29.17',
      der(tag.octetString, der(tag.sequence, ...names.map((dns) => der(0x82, Buffer.from(dns))))),
    ),
  ]
}

function extension(id: string, ...content: readonly Buffer[]): Buffer {
  return der(tag.sequence, objectId(id), ...content)
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
