// Certificates of time-stamping services and of who stands above them. RFC 5280.

import { fromBase64, sameBytes, toHex } from '../../base/bytes.ts'
import { type HashAlgorithm, isSignedBy } from '../../base/pki.ts'
import { childOf, childrenOf, type Der, derAt, tags, timeOf } from './der.ts'

export type Certificate = {
  /** All of it, DER. */
  readonly raw: Uint8Array
  /** What its issuer has signed. */
  readonly tbs: Uint8Array
  readonly serial: string
  readonly issuer: Uint8Array
  readonly subject: Uint8Array
  readonly spki: Uint8Array
  /** Valid from and to, both inclusive, ms since 1970. */
  readonly from: number
  readonly to: number
  /** Of its signature; null: one that is not known here. */
  readonly hash: HashAlgorithm | null
  readonly signature: Uint8Array
  readonly isCa: boolean
  /** For time stamps and nothing else, and says that this matters: RFC 3161 section 2.3. */
  readonly stampsTime: boolean
}

const oids = { basicConstraints: '551d13', extendedUse: '551d25', timeStamping: '2b06010505070308' }

/** PKCS #1 v1.5 (RFC 8017) and ECDSA (RFC 5758). */
const signatureHashes: ReadonlyMap<string, HashAlgorithm> = new Map([
  ['2a864886f70d01010b', 'sha256'],
  ['2a864886f70d01010c', 'sha384'],
  ['2a864886f70d01010d', 'sha512'],
  ['2a8648ce3d040302', 'sha256'],
  ['2a8648ce3d040303', 'sha384'],
  ['2a8648ce3d040304', 'sha512'],
] as const)

/** The hash that a signature algorithm names; null: none that is known here. */
export function hashOfSignature(oid: string): HashAlgorithm | null {
  return signatureHashes.get(oid) ?? null
}

/** @throws {RangeError} when it is none */
export function parseCertificate(raw: Uint8Array): Certificate {
  const whole = derAt(raw)
  const [tbs, algorithm, signature] = three(whole)
  const fields = childrenOf(tbs)
  // `[0]`, the version, is not there in version 1.
  const at = fields[0]?.tag === tags.context(0) ? 1 : 0
  const field = (index: number): Der => childOf(fields, at + index)
  const [from, to] = childrenOf(field(3)).map(timeOf)
  const extensions = extensionsOf(fields)
  const constraints = extensions.get(oids.basicConstraints)
  const use = extensions.get(oids.extendedUse)
  const uses = use === undefined ? [] : childrenOf(derAt(use.value))
  return {
    raw: whole.raw,
    tbs: tbs.raw,
    serial: toHex(field(0).value),
    issuer: field(2).raw,
    subject: field(4).raw,
    spki: field(5).raw,
    from: from ?? NaN,
    to: to ?? NaN,
    hash: hashOfSignature(toHex(childOf(childrenOf(algorithm), 0).value)),
    // A bit string of whole bytes begins with the number of bits that are left over.
    signature: signature.value.subarray(1),
    isCa:
      constraints !== undefined && childrenOf(derAt(constraints.value))[0]?.tag === tags.boolean,
    stampsTime:
      use?.isCritical === true &&
      uses.length === 1 &&
      toHex(uses[0]?.value ?? whole.raw) === oids.timeStamping,
  }
}

type Extension = { readonly isCritical: boolean; readonly value: Uint8Array }

function extensionsOf(fields: readonly Der[]): ReadonlyMap<string, Extension> {
  const wrapped = fields.find(({ tag }) => tag === tags.context(3))
  if (wrapped === undefined) return new Map()
  return new Map(
    childrenOf(childOf(childrenOf(wrapped), 0)).map((one) => {
      const [oid, ...rest] = childrenOf(one)
      const value = rest.at(-1)
      if (oid === undefined || value === undefined) throw new RangeError('an extension is none')
      return [toHex(oid.value), { isCritical: rest[0]?.tag === tags.boolean, value: value.value }]
    }),
  )
}

function three(node: Der): readonly [Der, Der, Der] {
  const children = childrenOf(node)
  return [childOf(children, 0), childOf(children, 1), childOf(children, 2)]
}

const chainMax = 8

/**
 * Whether each certificate was signed by the next one, up to one of the roots, and all were valid at that time. Whether one was revoked
 * is not asked.
 */
export function chainEndsIn(
  roots: readonly Certificate[],
  leaf: Certificate,
  { others, at }: { readonly others: readonly Certificate[]; readonly at: number },
): boolean {
  const isValid = ({ from, to }: Certificate): boolean => at >= from && at <= to
  let one = leaf
  for (let depth = 0; depth < chainMax; depth++) {
    if (!isValid(one)) return false
    const its = one
    if (
      roots.some((root) => isValid(root) && (sameBytes(root.raw, its.raw) || isIssuer(root, its)))
    )
      return true
    const next = others.find((other) => other !== its && other.isCa && isIssuer(other, its))
    if (next === undefined) return false
    one = next
  }
  return false
}

function isIssuer(
  issuer: Certificate,
  { issuer: name, hash, tbs, signature }: Certificate,
): boolean {
  if (hash === null || !sameBytes(issuer.subject, name)) return false
  return isSignedBy(issuer.spki, hash, { message: tbs, signature })
}

const rootsMax = 64

/** Those in a PEM file, 64 at most. RFC 7468. @returns a sentence when there is none, or one is none */
export function parsePem(text: string): readonly Certificate[] | string {
  const blocks = text.matchAll(
    /-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g,
  )
  const found: Certificate[] = []
  for (const [, block = ''] of blocks) {
    const bytes = fromBase64(block.replaceAll(/\s/g, ''))
    try {
      if (bytes === null) throw new RangeError('it is no base64')
      found.push(parseCertificate(bytes))
    } catch (error) {
      if (error instanceof RangeError)
        return `certificate ${found.length + 1} is none: ${error.message}`
      throw error
    }
    if (found.length > rootsMax) return `it has more than ${rootsMax} certificates`
  }
  return found.length === 0 ? 'it has no certificate (PEM)' : found
}
