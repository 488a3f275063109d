// Step 8: time stamps of RFC 3161 over the text of a head. CMS is RFC 5652, certificates are RFC 5280; DER, as far as these need it.

import { Broken, concat, hex, same } from './bytes.mjs'

const oids = {
  signedData: '2a864886f70d010702',
  tstInfo: '2a864886f70d0109100104',
  contentType: '2a864886f70d010903',
  messageDigest: '2a864886f70d010904',
  extendedUse: '551d25',
  timeStamping: '2b06010505070308',
  basicConstraints: '551d13',
}
const hashNames = { '608648016503040201': 'SHA-256', '608648016503040202': 'SHA-384', '608648016503040203': 'SHA-512' }
/** Signature algorithms of certificates; those of CMS may also be named without their hash. */
const signatureHashes = {
  '2a864886f70d01010b': 'SHA-256', '2a864886f70d01010c': 'SHA-384', '2a864886f70d01010d': 'SHA-512',
  '2a8648ce3d040302': 'SHA-256', '2a8648ce3d040303': 'SHA-384', '2a8648ce3d040304': 'SHA-512',
}

const chainMax = 8

/** The DER value at the beginning of `bytes`: definite lengths of up to four bytes. */
function der(bytes, at = 0) {
  const first = bytes[at + 1]
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  let length = first < 0x80 ? first : 0
  for (let i = 0; i < lengthBytes; i++) length = length * 256 + (bytes[at + 2 + i] ?? NaN)
  const from = at + 2 + lengthBytes
  if (bytes.length < at + 2 || lengthBytes > 4 || first === 0x80 || !(from + length <= bytes.length)) throw new RangeError('it is no DER')
  return { tag: bytes[at], value: bytes.subarray(from, from + length), raw: bytes.subarray(at, from + length), end: from + length }
}

function all(bytes) {
  const found = []
  for (let at = 0; at < bytes.length; at = found.at(-1).end) found.push(der(bytes, at))
  return found
}

function children(node) {
  return all(node.value)
}

/** YYYYMMDDHHMMSSZ, with fractions, or YYMMDDHHMMSSZ: ms since 1970. */
function timeOf({ tag, value }) {
  const text = String.fromCharCode(...value)
  const [, year, month, day, hour, minute, second, fraction = ''] = /^(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/.exec(text) ?? []
  const whole = tag === 0x17 ? Number(year) + (Number(year) < 50 ? 2000 : 1900) : Number(year)
  return Date.UTC(whole, month - 1, day, hour, minute, second) + Math.floor(Number(`0${fraction}`) * 1000)
}

function parseCertificate(raw) {
  const [tbs, algorithm, signature] = children(der(raw))
  const fields = children(tbs)
  const skip = fields[0].tag === 0xa0 ? 1 : 0
  const [serial, , issuer, validity, subject, spki] = fields.slice(skip)
  const [from, to] = children(validity).map(timeOf)
  const extensions = fields.find(({ tag }) => tag === 0xa3)
  const found = new Map((extensions ? children(children(extensions)[0]) : []).map((one) => [hex(children(one)[0].value), children(one).at(-1).value]))
  return {
    raw, tbs: tbs.raw, issuer: issuer.raw, subject: subject.raw, spki: spki.raw, from, to, serial: hex(serial.value),
    hash: signatureHashes[hex(children(algorithm)[0].value)],
    signature: signature.value.subarray(1),
    isCa: found.has(oids.basicConstraints) && children(der(found.get(oids.basicConstraints)))[0]?.tag === 1,
    stampsTime: found.has(oids.extendedUse) && children(der(found.get(oids.extendedUse))).some(({ value }) => hex(value) === oids.timeStamping),
  }
}

/** What a token says, after everything in it was held together but the chain. */
function parseToken(bytes) {
  let content = der(bytes)
  // A response is a status and a token; a token is a content type and what follows.
  if (children(content)[0].tag === 0x30) content = children(content)[1]
  const [type, explicit] = children(content)
  if (hex(type.value) !== oids.signedData) throw new RangeError('it is no signed data')
  const fields = children(children(explicit)[0])
  const [contentType, wrapped] = children(fields[2])
  if (hex(contentType.value) !== oids.tstInfo) throw new RangeError('it is no time stamp')
  const info = children(wrapped)[0].value
  const certificates = fields.filter(({ tag }) => tag === 0xa0).flatMap((node) => children(node).map(({ raw }) => parseCertificate(raw)))
  const signers = children(fields.at(-1))
  if (signers.length !== 1) throw new RangeError('it has not one signer')
  const [, id, digest, attributes, , signature] = children(signers[0])
  const [, , imprint, , time] = children(der(info))
  const [imprintHash, imprintValue] = children(imprint)
  return {
    info, certificates,
    signer: { id: children(id).map(({ raw }) => hex(raw)), serial: hex(children(id)[1].value), hash: hashNames[hex(children(digest)[0].value)] },
    attributes: new Map(children(attributes).map((one) => [hex(children(one)[0].value), children(children(one)[1])[0].value])),
    // What is signed is a SET, and not the field with its number.
    signed: concat(new Uint8Array([0x31]), attributes.raw.subarray(1)),
    signature: signature.value,
    imprint: { hash: hashNames[hex(children(imprintHash)[0].value)], value: imprintValue.value },
    at: timeOf(time),
  }
}

/**
 * Verifies a time stamp over `text`.
 *
 * @param roots certificates (DER) that are trusted @param port `digest(name, bytes)` and `verifySpki(spki, hash, message, signature)`
 * @throws {Broken} @returns when, in ms since 1970, and whether the chain ends in one of the roots
 */
export async function verifyToken(bytes, text, { roots, port, where }) {
  const broken = (code, what) => new Broken(8, `stamp.${code}`, `${where}: ${what}`)
  let token
  let trusted
  try {
    token = parseToken(bytes)
    trusted = roots.map(parseCertificate)
  } catch (error) {
    throw broken('form', error instanceof Error ? error.message : String(error))
  }
  const { imprint, signer, attributes, certificates, at } = token
  if (!imprint.hash || !signer.hash || Number.isNaN(at)) throw broken('form', 'it uses a hash that is not known')
  if (!same(await port.digest(imprint.hash, text), imprint.value)) throw broken('imprint', 'it is not over this head')
  const digest = attributes.get(oids.messageDigest)
  if (!digest || !same(await port.digest(signer.hash, token.info), digest) || hex(attributes.get(oids.contentType) ?? []) !== oids.tstInfo)
    throw broken('changed', 'what it says is not what was signed')
  const leaf = certificates.find((one) => one.serial === signer.serial && hex(one.issuer) === signer.id[0])
  if (leaf === undefined) throw broken('chain', 'the certificate of its signer is not in it')
  if (!(await port.verifySpki(leaf.spki, signer.hash, token.signed, token.signature))) throw broken('signature', 'its signature is not valid')
  if (!leaf.stampsTime) throw broken('chain', 'its signer may not stamp times')
  const isTrusted = await chainEnds(leaf, { certificates, trusted, at, port })
  return { at, isTrusted }
}

/** Whether each certificate is signed by the next one, up to one that is trusted, and was valid at that time. */
async function chainEnds(leaf, { certificates, trusted, at, port }) {
  let one = leaf
  for (let depth = 0; depth < chainMax; depth++) {
    if (at < one.from || at > one.to) return false
    const isIssuer = (other) => same(other.subject, one.issuer)
    for (const root of trusted.filter(isIssuer)) {
      const isRoot = same(root.raw, one.raw) || (await port.verifySpki(root.spki, one.hash, one.tbs, one.signature))
      if (isRoot && at >= root.from && at <= root.to) return true
    }
    const next = certificates.find((other) => other !== one && other.isCa && isIssuer(other))
    if (next === undefined || !(await port.verifySpki(next.spki, one.hash, one.tbs, one.signature))) return false
    one = next
  }
  return false
}
