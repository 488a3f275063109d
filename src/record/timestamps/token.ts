// A time stamp: what it says, who signed it, and whether that is so. RFC 3161 over CMS, RFC 5652 section 5.

import { concatBytes, sameBytes, toHex } from '../../base/bytes.ts'
import { digestOf, type HashAlgorithm, isSignedBy } from '../../base/pki.ts'
import { type Certificate, chainEndsIn, hashOfSignature, parseCertificate } from './certificate.ts'
import { childOf, childrenOf, type Der, derAt, tags, timeOf } from './der.ts'

const oids = {
  signedData: '2a864886f70d010702',
  tstInfo: '2a864886f70d0109100104',
  contentType: '2a864886f70d010903',
  messageDigest: '2a864886f70d010904',
  signingCertificate: '2a864886f70d010910020c',
  signingCertificate2: '2a864886f70d010910022f',
} as const

const hashes: ReadonlyMap<string, HashAlgorithm> = new Map([
  ['608648016503040201', 'sha256'],
  ['608648016503040202', 'sha384'],
  ['608648016503040203', 'sha512'],
] as const)

/** What a service said, read and not believed yet. */
export type Token = {
  /** genTime, ms since 1970. */
  readonly at: number
  readonly imprint: { readonly hash: HashAlgorithm; readonly value: Uint8Array }
  /** Null: none. */
  readonly nonce: Uint8Array | null
  /** TSTInfo: what the signer's attributes have the digest of. */
  readonly info: Uint8Array
  readonly certificates: readonly Certificate[]
  readonly signer: Signer
}

type Signer = {
  readonly issuer: Uint8Array
  readonly serial: string
  readonly hash: HashAlgorithm
  /** By object id, hex. */
  readonly attributes: ReadonlyMap<string, Der>
  /** What is signed: the attributes as a SET. */
  readonly signed: Uint8Array
  readonly signature: Uint8Array
}

/** Either when the stamp was made, in ms since 1970, or a sentence that says what is wrong with it. */
export type VerifiedToken =
  | { readonly ok: true; readonly at: number }
  | { readonly ok: false; readonly reason: string }

/**
 * Verifies a stamp over `text`, by a service whose certificates end in one of the roots.
 *
 * @param bytes a token, or a whole answer
 * @param roots null: whose it is is not asked
 */
export function verifyToken(
  bytes: Uint8Array,
  text: Uint8Array,
  roots: readonly Certificate[] | null,
): VerifiedToken {
  try {
    const token = parseToken(bytes)
    const reason = wrongOf(token, text, roots)
    return reason === null ? { ok: true, at: token.at } : { ok: false, reason }
  } catch (error) {
    if (error instanceof RangeError)
      return { ok: false, reason: `it is no time stamp: ${error.message}` }
    throw error
  }
}

/** @param bytes a token, or a whole answer @throws {RangeError} when it is none that is known here */
export function parseToken(bytes: Uint8Array): Token {
  const outer = derAt(bytes)
  const [first, second] = childrenOf(outer)
  // An answer is a status and a token; a token is a content type and what follows.
  return first?.tag === tags.sequence && second !== undefined ? tokenIn(second) : tokenIn(outer)
}

function tokenIn(outer: Der): Token {
  const parts = childrenOf(outer)
  if (oidOf(childOf(parts, 0)) !== oids.signedData) throw new RangeError('it is no signed data')
  const fields = childrenOf(childOf(childrenOf(childOf(parts, 1)), 0))
  const [contentType, wrapped] = [
    childOf(childrenOf(childOf(fields, 2)), 0),
    childOf(childrenOf(childOf(fields, 2)), 1),
  ]
  if (oidOf(contentType) !== oids.tstInfo) throw new RangeError('it stamps no time')
  const info = childOf(childrenOf(wrapped), 0).value
  const signers = childrenOf(childOf(fields, fields.length - 1))
  if (signers.length !== 1) throw new RangeError('it has not one signer')
  const certificates = fields.filter(({ tag }) => tag === tags.context(0)).flatMap(childrenOf)
  return {
    ...infoOf(info),
    info,
    certificates: certificates.map(({ raw }) => parseCertificate(raw)),
    signer: signerOf(childOf(signers, 0)),
  }
}

/** TSTInfo, RFC 3161 section 2.4.2. */
function infoOf(info: Uint8Array): Pick<Token, 'at' | 'imprint' | 'nonce'> {
  const fields = childrenOf(derAt(info))
  const imprint = childrenOf(childOf(fields, 2))
  const nonce = fields.slice(5).find(({ tag }) => tag === tags.integer)
  return {
    at: timeOf(childOf(fields, 4)),
    imprint: { hash: hashIn(childOf(imprint, 0)), value: childOf(imprint, 1).value },
    nonce: nonce?.value ?? null,
  }
}

/** SignerInfo of version 1, which names its certificate by issuer and serial number. RFC 5652 section 5.3. */
function signerOf(node: Der): Signer {
  const fields = childrenOf(node)
  const id = childrenOf(childOf(fields, 1))
  const hash = hashIn(childOf(fields, 2))
  const attributes = childOf(fields, 3)
  if (attributes.tag !== tags.context(0)) throw new RangeError('its signer signed no attributes')
  const named = hashOfSignature(oidOf(childOf(childrenOf(childOf(fields, 4)), 0)))
  if (named !== null && named !== hash) throw new RangeError('its signer names two hashes')
  return {
    issuer: childOf(id, 0).raw,
    serial: toHex(childOf(id, 1).value),
    hash,
    attributes: new Map(
      childrenOf(attributes).map((one) => {
        const [type, values] = [childOf(childrenOf(one), 0), childOf(childrenOf(one), 1)]
        return [oidOf(type), childOf(childrenOf(values), 0)]
      }),
    ),
    // "[0] IMPLICIT" stands in the message; what is signed has the tag of a SET. RFC 5652 section 5.4.
    signed: concatBytes(new Uint8Array([tags.set]), attributes.raw.subarray(1)),
    signature: childOf(fields, 5).value,
  }
}

function hashIn(algorithm: Der): HashAlgorithm {
  const hash = hashes.get(oidOf(childOf(childrenOf(algorithm), 0)))
  if (hash === undefined) throw new RangeError('it uses a hash that is not known here')
  return hash
}

function oidOf({ value }: Der): string {
  return toHex(value)
}

function wrongOf(
  token: Token,
  text: Uint8Array,
  roots: readonly Certificate[] | null,
): string | null {
  const { imprint, signer, info, certificates: others, at } = token
  const { attributes, hash, signed, signature } = signer
  if (!sameBytes(digestOf(imprint.hash, text), imprint.value)) return 'it is not over this head'
  const digest = attributes.get(oids.messageDigest)?.value
  const type = attributes.get(oids.contentType)
  const isWhole = digest !== undefined && sameBytes(digestOf(hash, info), digest)
  if (!isWhole || type === undefined || oidOf(type) !== oids.tstInfo)
    return 'what it says is not what was signed'
  const leaf = others.find(
    ({ serial, issuer }) => serial === signer.serial && sameBytes(issuer, signer.issuer),
  )
  if (leaf === undefined) return 'the certificate of its signer is not in it'
  if (!isNamed(leaf, attributes)) return 'its signer has named another certificate'
  if (!isSignedBy(leaf.spki, hash, { message: signed, signature }))
    return 'its signature is not valid'
  if (!leaf.stampsTime) return 'its signer may not stamp times'
  if (roots !== null && !chainEndsIn(roots, leaf, { others, at }))
    return 'the certificates of its signer end in none that is trusted, or were not valid at its time'
  return null
}

/** ESSCertID (RFC 2634 section 5.4.1) and ESSCertIDv2 (RFC 5816): one that says which certificate signed has to name this one. */
function isNamed(leaf: Certificate, attributes: Signer['attributes']): boolean {
  const old = attributes.get(oids.signingCertificate)
  const newer = attributes.get(oids.signingCertificate2)
  return [
    { attribute: old, standard: 'sha1' as const },
    { attribute: newer, standard: 'sha256' as const },
  ].every(({ attribute, standard }) => {
    if (attribute === undefined) return true
    const first = childOf(childrenOf(childOf(childrenOf(attribute), 0)), 0)
    const [head, next] = childrenOf(first)
    const hash = head?.tag === tags.sequence ? hashIn(head) : standard
    const value = head?.tag === tags.sequence ? next?.value : head?.value
    return value !== undefined && sameBytes(digestOf(hash, leaf.raw), value)
  })
}
