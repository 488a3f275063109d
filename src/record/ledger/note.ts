// C2SP signed notes and verifier keys. https://c2sp.org/signed-note
// For verification too: no node: modules here.

import {
  concatBytes,
  fromBase64,
  fromHex,
  fromUtf8,
  toBase64,
  toHex,
  utf8,
} from '../../base/bytes.ts'
import {
  importVerifyingKey,
  sha256,
  signatureAlgorithms,
  type SignatureAlgorithm,
  type VerifyingKey,
} from '../../base/crypto.ts'

/** 256 KiB hold a checkpoint with 64 ML-DSA-44 cosignatures. Verifiers have to accept 16. */
const noteBytesMax = 262_144
const signaturesMax = 64
const keyIdBytes = 4

/** One line `— <name> base64(key id ‖ signature)`. */
export type NoteSignature = {
  readonly name: string
  /** 8 hex digits. Not a strong hash: it tells which key to try. */
  readonly keyId: string
  readonly signature: Uint8Array
}

/** A note that was taken apart. Nothing of it may be believed before a signature is verified. */
export type Note = {
  /** With its last newline, without the blank line: what is signed. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** A key that notes are verified with. */
export type VerifierKey = {
  readonly name: string
  readonly keyId: string
  readonly algorithm: NoteAlgorithm
  readonly key: VerifyingKey
}

/** How notes are signed. Ed25519 over the note, by a log; over note and time, by a witness; ML-DSA-44 over tree head and time, by either. */
export type NoteAlgorithm = SignatureAlgorithm | 'ed25519-cosignature'

/** Signature types of signed-note and tlog-cosignature. */
const typeOf: Readonly<Record<NoteAlgorithm, number>> = {
  ed25519: 0x01,
  'ed25519-cosignature': 0x04,
  'ml-dsa-44': 0x06,
}

/** What kind of key signs so. */
export function keyAlgorithmOf(algorithm: NoteAlgorithm): SignatureAlgorithm {
  return algorithm === 'ed25519-cosignature' ? 'ed25519' : algorithm
}

/** @returns a sentence that says what is wrong when `bytes` are not exactly a signed note */
export function parseNote(bytes: Uint8Array): Note | string {
  if (bytes.length > noteBytesMax) return `a note of more than ${noteBytesMax} bytes`
  const all = fromUtf8(bytes)
  if (all === null) return 'the note is not UTF-8'
  // oxlint-disable-next-line no-control-regex -- signed-note forbids them by name
  if (/[\u0000-\u0009\u000b-\u001f]/.test(all)) return 'the note has control characters'
  const blank = all.lastIndexOf('\n\n')
  if (blank < 0 || !all.endsWith('\n')) return 'the note has no signatures'
  const lines = all.slice(blank + 2, -1).split('\n')
  if (lines.length > signaturesMax) return `the note has more than ${signaturesMax} signatures`
  const signatures: NoteSignature[] = []
  for (const line of lines) {
    const signature = parseSignature(line)
    if (signature === null) return 'the note has a line that is no signature'
    signatures.push(signature)
  }
  return { text: all.slice(0, blank + 1), signatures }
}

function parseSignature(line: string): NoteSignature | null {
  const [, name, encoded] = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? []
  const bytes = fromBase64(encoded ?? '')
  if (name === undefined || bytes === null || bytes.length <= keyIdBytes) return null
  return {
    name,
    keyId: toHex(bytes.subarray(0, keyIdBytes)),
    signature: bytes.subarray(keyIdBytes),
  }
}

/** A signature line, with its newline. */
export function signatureLine({ name, keyId, signature }: NoteSignature): string {
  const id = fromHex(keyId) ?? new Uint8Array(keyIdBytes)
  return `\u2014 ${name} ${toBase64(concatBytes(id, signature))}\n`
}

/** SHA-256(name ‖ 0x0A ‖ type ‖ public key), its first 4 bytes, as hex. */
export function noteKeyId(name: string, algorithm: NoteAlgorithm, raw: Uint8Array): string {
  const type = new Uint8Array([typeOf[algorithm]])
  return toHex(sha256(concatBytes(utf8(`${name}\n`), type, raw)).subarray(0, keyIdBytes))
}

/** The verifier key as text: `<name>+<key id>+base64(type ‖ public key)`. */
export function formatVerifierKey(name: string, algorithm: NoteAlgorithm, raw: Uint8Array): string {
  const material = concatBytes(new Uint8Array([typeOf[algorithm]]), raw)
  return `${name}+${noteKeyId(name, algorithm, raw)}+${toBase64(material)}`
}

/** @returns a sentence that says what is wrong when `text` is no verifier key of a type we know */
export function parseVerifierKey(text: string): VerifierKey | string {
  const [, name, keyId, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text) ?? []
  const material = fromBase64(encoded ?? '')
  if (name === undefined || keyId === undefined || material === null) {
    return 'not of the form <name>+<key id>+<base64>'
  }
  const algorithm = algorithmOf(material[0])
  if (algorithm === null) return `signature type ${material[0]} is not known`
  const raw = material.subarray(1)
  const kind = keyAlgorithmOf(algorithm)
  if (raw.length !== signatureAlgorithms[kind].publicBytes) {
    return `an ${algorithm} key does not have ${raw.length} bytes`
  }
  if (noteKeyId(name, algorithm, raw) !== keyId) return 'the key id is not that of the key'
  return { name, keyId, algorithm, key: importVerifyingKey(raw, kind) }
}

function algorithmOf(type: number | undefined): NoteAlgorithm | null {
  const all = ['ed25519', 'ed25519-cosignature', 'ml-dsa-44'] as const
  return all.find((algorithm) => typeOf[algorithm] === type) ?? null
}
