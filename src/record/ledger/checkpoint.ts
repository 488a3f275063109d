// Signed tree heads. https://c2sp.org/tlog-checkpoint, https://c2sp.org/tlog-cosignature, LEDGER.md §3.4
// For verification too: no node: modules here.

import { concatBytes, fromBase64, toBase64, u64, utf8 } from '../../base/bytes.ts'
import {
  exportVerifyingKey,
  signatureAlgorithms,
  signMessage,
  verifyingKeyOf,
  verifyMessage,
  type SigningKey,
} from '../../base/crypto.ts'
import {
  keyAlgorithmOf,
  noteKeyId,
  parseNote,
  signatureLine,
  type Note,
  type NoteAlgorithm,
  type NoteSignature,
  type VerifierKey,
} from './note.ts'
import { hashBytes } from './tree.ts'

/** What a checkpoint says of a log. */
export type Checkpoint = {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
}

/** The log's keys. It signs with both: ML-DSA-44 for what quantum computers may do, Ed25519 for public witnesses. */
export type LogSigningKeys = { readonly ed25519: SigningKey; readonly mlDsa44: SigningKey }

/** A checkpoint with its signatures as a C2SP note, and the Ed25519 signature (64 bytes) by itself. */
export type SignedCheckpoint = { readonly note: string; readonly ed25519: Uint8Array }

const timestampBytes = 8

/** What Ed25519 signs, and the note's text. No extension lines: ML-DSA-44 would not cover them. */
function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`
}

/** @param seconds since 1970: the ML-DSA-44 signature says that this was the largest tree then */
export function signCheckpoint(
  checkpoint: Checkpoint,
  keys: LogSigningKeys,
  seconds: number,
): SignedCheckpoint {
  const { origin } = checkpoint
  const text = checkpointText(checkpoint)
  const ed25519 = signMessage(keys.ed25519, utf8(text))
  const message = cosignedMessage(origin, seconds, checkpoint)
  const mlDsa44 = concatBytes(u64(seconds), signMessage(keys.mlDsa44, message))
  const lines = [
    { name: origin, keyId: keyIdOf(origin, 'ed25519', keys.ed25519), signature: ed25519 },
    { name: origin, keyId: keyIdOf(origin, 'ml-dsa-44', keys.mlDsa44), signature: mlDsa44 },
  ]
  return { note: `${text}\n${lines.map(signatureLine).join('')}`, ed25519 }
}

/** A head of the history as a note: the one signature that a history keeps. @param verifierKey of the Ed25519 key */
export function plainNote(
  checkpoint: Checkpoint,
  verifierKey: string,
  signature: Uint8Array,
): string {
  const [name = '', keyId = ''] = verifierKey.split('+')
  return `${checkpointText(checkpoint)}\n${signatureLine({ name, keyId, signature })}`
}

function keyIdOf(name: string, algorithm: NoteAlgorithm, key: SigningKey): string {
  const raw = exportVerifyingKey(verifyingKeyOf(key), keyAlgorithmOf(algorithm))
  return noteKeyId(name, algorithm, raw)
}

/** Who says that he has seen a head, consistent with all that he has seen of that log. */
export type Cosigner = {
  readonly name: string
  readonly algorithm: 'ed25519-cosignature' | 'ml-dsa-44'
  readonly key: SigningKey
}

/**
 * The cosigner's line for a checkpoint. https://c2sp.org/tlog-cosignature
 *
 * @param text the checkpoint's, extension lines and all
 * @param seconds since 1970
 */
export function cosign(
  { text, head }: { readonly text: string; readonly head: Checkpoint },
  { name, algorithm, key }: Cosigner,
  seconds: number,
): string {
  const message =
    algorithm === 'ml-dsa-44' ? cosignedMessage(name, seconds, head) : cosignedText(seconds, text)
  const signature = concatBytes(u64(seconds), signMessage(key, message))
  return signatureLine({ name, keyId: keyIdOf(name, algorithm, key), signature })
}

/** What a cosigner's lines are verified with. */
export function verifierOf({ name, algorithm, key }: Cosigner): VerifierKey {
  return { name, algorithm, keyId: keyIdOf(name, algorithm, key), key: verifyingKeyOf(key) }
}

/** What a witness signs with Ed25519. */
function cosignedText(seconds: number, text: string): Uint8Array {
  return utf8(`cosignature/v1\ntime ${seconds}\n${text}`)
}

/** `cosigned_message` of tlog-cosignature, for a whole tree. */
function cosignedMessage(
  cosigner: string,
  seconds: number,
  { origin, size, root }: Checkpoint,
): Uint8Array {
  const label = utf8('subtree/v1\n\0')
  return concatBytes(label, vector(cosigner), u64(seconds), vector(origin), u64(0), u64(size), root)
}

/** `opaque <1..2^8-1>` of RFC 8446 section 3.4. */
function vector(text: string): Uint8Array {
  const bytes = utf8(text)
  if (bytes.length === 0 || bytes.length > 255)
    throw new RangeError(`a name of ${bytes.length} bytes`)
  return concatBytes(new Uint8Array([bytes.length]), bytes)
}

/** A checkpoint that was verified, or a sentence that says what is wrong with it. */
export type VerifiedCheckpoint =
  | { readonly ok: true; readonly checkpoint: Checkpoint }
  | { readonly ok: false; readonly reason: string }

/**
 * Takes a checkpoint note apart, strictly, and verifies it. Signatures of other keys are ignored, as signed-note asks.
 *
 * @param keys each of these must have signed; there must be one at least
 */
export function verifyCheckpoint(
  bytes: Uint8Array,
  origin: string,
  keys: readonly VerifierKey[],
): VerifiedCheckpoint {
  const note = parseNote(bytes)
  if (typeof note === 'string') return { ok: false, reason: note }
  const parsed = parseCheckpoint(note.text)
  if (typeof parsed === 'string') return { ok: false, reason: parsed }
  const { extensions, ...checkpoint } = parsed
  if (extensions.length > 0) return { ok: false, reason: 'the checkpoint has extension lines' }
  if (checkpoint.origin !== origin) {
    return { ok: false, reason: `the checkpoint is one of ${checkpoint.origin}, not of ${origin}` }
  }
  if (keys.length === 0) return { ok: false, reason: 'there is no key to verify it with' }
  for (const key of keys) {
    const reason = verifyWith(key, note, checkpoint)
    if (reason !== null) return { ok: false, reason }
  }
  return { ok: true, checkpoint }
}

/** Whether `signature` is this key's Ed25519 signature of the checkpoint: for histories that keep no more of it. */
export function verifyPlainSignature(
  checkpoint: Checkpoint,
  key: VerifierKey,
  signature: Uint8Array,
): boolean {
  if (key.algorithm !== 'ed25519') throw new RangeError(`${key.algorithm} signs other bytes`)
  return verifyMessage(key.key, utf8(checkpointText(checkpoint)), signature)
}

/** @returns a sentence that says what is wrong when a note's text is no checkpoint */
export function parseCheckpoint(
  text: string,
): (Checkpoint & { readonly extensions: readonly string[] }) | string {
  const [origin, decimal, encoded, ...rest] = text.split('\n')
  if (origin === undefined || origin === '') return 'the checkpoint has no origin'
  if (decimal === undefined || !/^(?:0|[1-9][0-9]{0,15})$/.test(decimal)) {
    return 'the tree size is not a decimal number'
  }
  const size = Number(decimal)
  if (!Number.isSafeInteger(size)) return `a tree of ${decimal} leaves is too large`
  const root = fromBase64(encoded ?? '')
  if (root === null || root.length !== hashBytes) return 'the root hash is not 32 bytes of base64'
  const extensions = rest.slice(0, -1)
  if (rest.at(-1) !== '' || extensions.includes('')) return 'the checkpoint has an empty line'
  return { origin, size, root, extensions }
}

/**
 * When the key's owner saw this head, in seconds since 1970; null when he did not sign it, or with a plain signature, which tells no time.
 *
 * @returns a sentence when a line of this key is not valid: then the note is not to be believed
 */
export function cosignedAt(note: Note, head: Checkpoint, key: VerifierKey): number | null | string {
  const lines = note.signatures.filter((line) => isLineOf(key, line))
  if (lines.length === 0 || key.algorithm === 'ed25519') return null
  const reason = verifyWith(key, note, head)
  if (reason !== null) return reason
  return Math.min(...lines.map(({ signature }) => secondsOf(signature) ?? 0))
}

function verifyWith(key: VerifierKey, note: Note, checkpoint: Checkpoint): string | null {
  const found = signatureBy(key, note, checkpoint)
  if (found === 'good') return null
  if (found === 'none') return `there is no ${key.algorithm} signature of ${key.name}`
  return `the ${key.algorithm} signature of ${key.name} is not valid`
}

/** What a note has of a key. @param checkpoint what the note's text says */
export function signatureBy(
  key: VerifierKey,
  note: Note,
  checkpoint: Checkpoint,
): 'good' | 'none' | 'bad' {
  const lines = note.signatures.filter((line) => isLineOf(key, line))
  if (lines.length === 0) return 'none'
  // A known key that signed badly is worse than none: all of its lines have to be good.
  return lines.every((line) => isSignature(key, line, { note, checkpoint })) ? 'good' : 'bad'
}

/** Whether a line says that it is of this key. */
export function isLineOf(key: VerifierKey, { name, keyId }: NoteSignature): boolean {
  return name === key.name && keyId === key.keyId
}

function isSignature(
  { name, algorithm, key }: VerifierKey,
  { signature }: NoteSignature,
  { note, checkpoint }: { readonly note: Note; readonly checkpoint: Checkpoint },
): boolean {
  if (algorithm === 'ed25519') return verifyMessage(key, utf8(note.text), signature)
  const { signatureBytes } = signatureAlgorithms[keyAlgorithmOf(algorithm)]
  const seconds = secondsOf(signature)
  if (signature.length !== timestampBytes + signatureBytes || seconds === null) return false
  const message =
    algorithm === 'ml-dsa-44'
      ? cosignedMessage(name, seconds, checkpoint)
      : cosignedText(seconds, note.text)
  return verifyMessage(key, message, signature.subarray(timestampBytes))
}

/** The time in a cosignature; null where there can be none. */
function secondsOf(signature: Uint8Array): number | null {
  if (signature.length < timestampBytes) return null
  const view = new DataView(signature.buffer, signature.byteOffset, timestampBytes)
  const seconds = view.getBigUint64(0)
  return seconds > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(seconds)
}
