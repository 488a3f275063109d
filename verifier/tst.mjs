// Step 8: time stamps of RFC 3161 over the text of a head. CMS is RFC 5652, certificates are RFC 5280; DER, as far as these need it.
import { concat, hex, need, orNull, same } from './bytes.mjs'

const [signedData, tstInfo] = ['2a864886f70d010702', '2a864886f70d0109100104']
const [contentType, messageDigest] = ['2a864886f70d010903', '2a864886f70d010904']
const [basicConstraints, extendedUse, timeStamping] = ['551d13', '551d25', '2b06010505070308']
const hashes = { '608648016503040201': 'SHA-256', '608648016503040202': 'SHA-384', '608648016503040203': 'SHA-512' }
/** Signature algorithms of certificates, RSA and ECDSA. */
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

function children({ value }) {
  const found = []
  for (let at = 0; at < value.length; at = found.at(-1).end) found.push(der(value, at))
  return found
}

/** The object identifier that a value begins with, in hex. */
const oidIn = (node) => hex(children(node)[0].value)

/** YYYYMMDDHHMMSSZ, with fractions, or YYMMDDHHMMSSZ: ms since 1970. */
function timeOf({ tag, value }) {
  const text = String.fromCharCode(...value)
  const [, year, month, day, hour, minute, second, fraction = ''] = /^(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/.exec(text) ?? []
  const whole = tag === 0x17 ? Number(year) + (Number(year) < 50 ? 2000 : 1900) : Number(year)
  return Date.UTC(whole, month - 1, day, hour, minute, second) + Math.floor(Number(`0${fraction}`) * 1000)
}

export function parseCertificate(raw) {
  const [tbs, algorithm, signature] = children(der(raw))
  const fields = children(tbs)
  const [serial, , issuer, validity, subject, spki] = fields.slice(fields[0].tag === 0xa0 ? 1 : 0)
  const [from, to] = children(validity).map(timeOf)
  const extensions = fields.find(({ tag }) => tag === 0xa3)
  const found = new Map((extensions ? children(children(extensions)[0]) : []).map((one) => [oidIn(one), children(one)]))
  const [constraints, uses] = [basicConstraints, extendedUse].map((oid) => (found.has(oid) ? children(der(found.get(oid).at(-1).value)) : []))
  return {
    raw, tbs: tbs.raw, issuer: issuer.raw, subject: subject.raw, spki: spki.raw, from, to, serial: hex(serial.value),
    hash: signatureHashes[oidIn(algorithm)], signature: signature.value.subarray(1), isCa: constraints[0]?.tag === 1,
    // For time stamps and nothing else, and says that this matters: RFC 3161 section 2.3.
    stampsTime: found.get(extendedUse)?.[1].tag === 1 && uses.length === 1 && hex(uses[0].value) === timeStamping,
  }
}

/** What a token says. @throws {Error} where it is none */
function parseToken(bytes) {
  let content = der(bytes)
  // A response is a status and a token; a token is a content type and what follows.
  if (children(content)[0].tag === 0x30) content = children(content)[1]
  const fields = children(children(children(content)[1])[0])
  const info = children(children(fields[2])[1])[0].value
  const signers = children(fields.at(-1))
  if (oidIn(content) !== signedData || oidIn(fields[2]) !== tstInfo || signers.length !== 1) throw new RangeError('it is no time stamp')
  const [, id, digest, attributes, , signature] = children(signers[0])
  const [issuer, serial] = children(id)
  const [, , imprint, , time] = children(der(info))
  const [imprintHash, imprintValue] = children(imprint)
  return {
    info,
    certificates: fields.filter(({ tag }) => tag === 0xa0).flatMap((node) => children(node).map(({ raw }) => parseCertificate(raw))),
    signer: { issuer: hex(issuer.raw), serial: hex(serial.value), hash: hashes[oidIn(digest)] },
    attributes: new Map(children(attributes).map((one) => [oidIn(one), children(children(one)[1])[0].value])),
    // What is signed is a SET, and not the field with its number.
    signed: concat([0x31], attributes.raw.subarray(1)),
    signature: signature.value, imprint: { hash: hashes[oidIn(imprintHash)], value: imprintValue.value }, at: timeOf(time),
  }
}

/** Verifies a time stamp over `text`.
 * @param roots certificates (DER) that are trusted @param port `digest(name, bytes)` and `verifySpki(spki, hash, message, signature)`
 * @throws {Broken} @returns when, in ms since 1970, and whether the chain ends in one of the roots */
export async function verifyToken(bytes, text, { roots, port, where }) {
  const check = (holds, code, what) => need(holds, 8, `stamp.${code}`, `${where}: ${what}`)
  const [token, trusted] = [orNull(() => parseToken(bytes)), orNull(() => roots.map(parseCertificate))]
  check(token !== null, 'form', 'it is no time stamp with one signer')
  check(trusted !== null, 'form', 'a root that was given is no certificate')
  const { info, imprint, signer, attributes, certificates, signed, signature, at } = token
  check(imprint.hash && signer.hash && !Number.isNaN(at), 'form', 'it uses a hash that is not known')
  check(same(await port.digest(imprint.hash, text), imprint.value), 'imprint', 'it is not over this head')
  const isDigest = same(await port.digest(signer.hash, info), attributes.get(messageDigest) ?? [])
  check(isDigest && hex(attributes.get(contentType) ?? []) === tstInfo, 'changed', 'what it says is not what was signed')
  const leaf = certificates.find((one) => one.serial === signer.serial && hex(one.issuer) === signer.issuer)
  check(leaf !== undefined, 'chain', 'the certificate of its signer is not in it')
  check(await port.verifySpki(leaf.spki, signer.hash, signed, signature), 'signature', 'its signature is not valid')
  check(leaf.stampsTime, 'chain', 'its signer may not stamp times')
  return { at, isTrusted: await chainEnds(leaf, { certificates, trusted, at, port }) }
}

/** Whether each certificate is signed by the next one, up to one that is trusted, and was valid at that time. */
async function chainEnds(leaf, { certificates, trusted, at, port }) {
  const isSigned = async (one, by) => await port.verifySpki(by.spki, one.hash, one.tbs, one.signature)
  const isValid = ({ from, to }) => at >= from && at <= to
  let one = leaf
  for (let depth = 0; depth < chainMax && isValid(one); depth++) {
    const isIssuer = (other) => same(other.subject, one.issuer)
    for (const root of trusted.filter((other) => isIssuer(other) && isValid(other)))
      if (same(root.raw, one.raw) || (await isSigned(one, root))) return true
    const next = certificates.find((other) => other !== one && other.isCa && isIssuer(other))
    if (next === undefined || !(await isSigned(one, next))) return false
    one = next
  }
  return false
}
