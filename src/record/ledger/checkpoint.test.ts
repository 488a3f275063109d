import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concatBytes, sameBytes, utf8 } from '../../base/bytes.ts'
import { exportVerifyingKey, newSigningKey, sha256, verifyingKeyOf } from '../../base/crypto.ts'
import {
  signCheckpoint,
  verifyCheckpoint,
  verifyPlainSignature,
  type Checkpoint,
} from './checkpoint.ts'
import { formatVerifierKey, parseVerifierKey, type VerifierKey } from './note.ts'

const origin = 'example.com/log/00c0ffee'
const keys = { ed25519: newSigningKey('ed25519'), mlDsa44: newSigningKey('ml-dsa-44') }
const seconds = 1_790_000_000
const checkpoint: Checkpoint = { origin, size: 20_852_163, root: sha256(utf8('root')) }
const signed = signCheckpoint(checkpoint, keys, seconds)

function verifier(algorithm: 'ed25519' | 'ml-dsa-44', signing = keys): VerifierKey {
  const key = algorithm === 'ed25519' ? signing.ed25519 : signing.mlDsa44
  const raw = exportVerifyingKey(verifyingKeyOf(key), algorithm)
  const parsed = parseVerifierKey(formatVerifierKey(origin, algorithm, raw))
  assert.ok(typeof parsed !== 'string')
  return parsed
}

const both = [verifier('ed25519'), verifier('ml-dsa-44')]

/** Verifies, and gives `ok` or the reason. */
function outcome(note: string | Uint8Array, by = both, of = origin): string {
  const verified = verifyCheckpoint(typeof note === 'string' ? utf8(note) : note, of, by)
  return verified.ok ? 'ok' : verified.reason
}

test('a signed checkpoint verifies under both keys and says what was signed', () => {
  const verified = verifyCheckpoint(utf8(signed.note), origin, both)
  assert.ok(verified.ok)
  assert.equal(verified.checkpoint.size, checkpoint.size)
  assert.deepEqual(new Uint8Array(verified.checkpoint.root), new Uint8Array(checkpoint.root))
})

test('the Ed25519 signature alone verifies the same head, and no other', () => {
  const [key] = both
  assert.ok(key)
  assert.ok(verifyPlainSignature(checkpoint, key, signed.ed25519))
  assert.ok(!verifyPlainSignature({ ...checkpoint, size: 1 }, key, signed.ed25519))
})

test('each changed byte of a checkpoint is found', () => {
  const note = utf8(signed.note)
  // ML-DSA verification takes 0.1 ms, so the bytes of that signature are sampled.
  for (let at = 0; at < note.length; at += at < 400 ? 1 : 37) {
    for (const flip of [0x01, 0x20, 0x80]) {
      const changed = note.with(at, (note[at] ?? 0) ^ flip)
      assert.notEqual(outcome(changed), 'ok', `byte ${at}`)
    }
  }
})

test('each cut of a checkpoint is found', () => {
  const note = utf8(signed.note)
  for (let end = 0; end < note.length; end += 13) {
    assert.notEqual(outcome(note.subarray(0, end)), 'ok', `${end} bytes`)
  }
})

test('signatures of others are ignored, and do not stand in for ours', () => {
  const stranger = { ed25519: newSigningKey('ed25519'), mlDsa44: newSigningKey('ml-dsa-44') }
  const theirs = signCheckpoint(checkpoint, stranger, seconds).note
  const lines = theirs.slice(theirs.indexOf('\n\n') + 2)
  assert.equal(outcome(signed.note + lines), 'ok')
  assert.match(outcome(theirs), /^there is no ed25519 signature/)
  assert.match(outcome(signed.note, [verifier('ed25519', stranger)]), /^there is no/)
  assert.equal(outcome(signed.note, []), 'there is no key to verify it with')
})

test('a second, bad line of a known key spoils the note', () => {
  const other = signCheckpoint({ ...checkpoint, size: 5 }, keys, seconds).note
  const line = other.slice(other.indexOf('\n\n') + 2).split('\n')[0]
  assert.match(outcome(`${signed.note}${line}\n`), /ed25519 signature .* is not valid/)
})

test('another origin, extension lines and loose numbers are refused', () => {
  assert.match(outcome(signed.note, both, 'example.com/log/1'), /^the checkpoint is one of/)
  const [, size] = signed.note.split('\n')
  for (const text of [`0${size}`, `${size}.0`, `+${size}`, '99999999999999999999', '']) {
    assert.notEqual(outcome(signed.note.replace(`\n${size}\n`, `\n${text}\n`)), 'ok', text)
  }
  assert.equal(
    outcome(signed.note.replace('\n\n', '\nextension\n\n')),
    'the checkpoint has extension lines',
  )
})

test('whatever the bytes are, the answer is a reason and never an exception', () => {
  const note = utf8(signed.note)
  const mutated = fc
    .tuple(fc.nat(note.length), fc.nat(40), fc.uint8Array({ maxLength: 40 }))
    .map(([at, cut, put]) => concatBytes(note.subarray(0, at), put, note.subarray(at + cut)))
    .filter((bytes) => !sameBytes(bytes, note))
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated), (bytes) => {
      assert.notEqual(outcome(bytes), 'ok')
    }),
    { numRuns: 300 },
  )
})
