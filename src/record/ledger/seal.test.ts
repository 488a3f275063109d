import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concatBytes, toHex, u32, utf8 } from '../../base/bytes.ts'
import { hmac256, secretKey, sha256 } from '../../base/crypto.ts'
import { decodeEntry, entryBytes, leafHash, type EntryHead } from './entry.ts'
import { decodeParts, paddedLength } from './parts.ts'
import { openRecord, sealRecord, sealedBytesMax, type Part } from './seal.ts'
import { recordSecret } from './secret.ts'
import { growTree } from './tree.ts'

// Vectors that a second, plain implementation of LEDGER.md §3 has computed.
const fixed = (name: string): Uint8Array => sha256(utf8(name))
const handle = Uint8Array.fromHex('917a747e25be3ac7')
const conversationKey = secretKey(
  hmac256(secretKey(fixed('mk')), concatBytes(utf8('OL1 conv\0'), u32(7), handle)),
)

function reference(i: number): { entry: Uint8Array; body: Uint8Array; head: EntryHead } {
  const salt = fixed(`salt${i}`).subarray(0, 16)
  const head: EntryHead = { type: 1, bucket: 7, handle, seq: i, epoch: 1, salt }
  const parts = [
    { id: 0, data: JSON.stringify({ from: 'ann', n: i, t: 1e12 + i }) },
    { id: 1, data: `message number ${i}` },
  ]
  return sealed(head, parts)
}

function sealed(
  head: EntryHead,
  parts: readonly Part[],
): { entry: Uint8Array; body: Uint8Array; head: EntryHead } {
  const out = new Uint8Array(7 + sealedBytesMax(parts))
  const secret = recordSecret(conversationKey, head.seq, head.salt)
  const length = sealRecord(out, 7, { head, secret, parts })
  return {
    entry: out.slice(7, 7 + entryBytes),
    body: out.slice(7 + entryBytes, 7 + length),
    head,
  }
}

function open(entryOf: Uint8Array, body: Uint8Array, check: 'tag' | 'all' = 'all'): string {
  const entry = decodeEntry(entryOf)
  if (typeof entry === 'string') return entry
  const secret = recordSecret(conversationKey, entry.seq, entry.salt)
  const opened = openRecord({ entry, entryBytes: entryOf, body }, secret, { check })
  return opened.ok ? 'opened' : opened.reason
}

test('entry, body, leaf hash and root are those of the reference, byte for byte', () => {
  const first = reference(0)
  assert.equal(
    toHex(first.entry),
    '0101000100000007917a747e25be3ac7000000000000000100000058000000002bc990059473448e6ebd442aa16bfaa0' +
      'f6cefefb88e4b2230efa43256a82a97fc7ea1ca3eb1c71af48b4041cef61a2eae50eaa56d70027606085ef73f921560bb016ba967e5548091e117ba60d10a34a',
  )
  assert.equal(
    toHex(sha256(first.body)),
    'f6cefefb88e4b2230efa43256a82a97fc7ea1ca3eb1c71af48b4041cef61a2ea',
  )
  assert.equal(
    toHex(leafHash(first.entry)),
    'e71a2039a5c81cdb6e219894e98e42014ad587f45a9d5937310298b2be83cb6f',
  )
  const tree = growTree()
  for (let i = 0; i < 1000; i++) tree.append(leafHash(reference(i).entry))
  assert.equal(
    toHex(tree.root()),
    '6938ea53515aeece1f593e7ce1457aed081a24947bfed51539566c5f922d2887',
  )
})

test('what was sealed opens to the same parts, whatever they are', () => {
  const data = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 400 }),
    fc.uint8Array({ maxLength: 3000 }),
  )
  const parts = fc
    .uniqueArray(
      fc.record({ id: fc.integer({ min: 0, max: 255 }), data }, { noNullPrototype: true }),
      {
        selector: (part) => part.id,
        minLength: 1,
        maxLength: 16,
      },
    )
    .map((list) => list.toSorted((a, b) => a.id - b.id))
  const head = fc.record(
    {
      type: fc.constantFrom(1 as const, 2 as const),
      bucket: fc.nat(0xffff_ffff),
      handle: fc.uint8Array({ minLength: 8, maxLength: 8 }),
      seq: fc.nat(0xffff_ffff),
      epoch: fc.nat(0xffff_ffff),
      salt: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    },
    { noNullPrototype: true },
  )
  fc.assert(
    fc.property(head, parts, (at, list) => {
      const { entry: bytes, body } = sealed(at, list)
      const entry = decodeEntry(bytes)
      assert.ok(typeof entry !== 'string')
      const { type, bucket, seq, epoch } = entry
      assert.deepEqual({ type, bucket, seq, epoch, handle: entry.handle, salt: entry.salt }, at)
      const secret = recordSecret(conversationKey, at.seq, at.salt)
      const opened = openRecord({ entry, entryBytes: bytes, body }, secret, { check: 'all' })
      assert.ok(opened.ok)
      assert.deepEqual(
        opened.parts.map((part) => ({ id: part.id, data: toHex(part.bytes) })),
        list.map((part) => ({
          id: part.id,
          data: toHex(typeof part.data === 'string' ? utf8(part.data) : part.data),
        })),
      )
    }),
    { numRuns: 60 },
  )
})

test('each flipped bit of entry or body is found when all is checked', () => {
  const { entry, body } = reference(3)
  assert.equal(open(entry, body), 'opened')
  for (let bit = 0; bit < (entry.length + body.length) * 8; bit++) {
    const flipped = concatBytes(entry, body)
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    const reason = open(flipped.subarray(0, entryBytes), flipped.subarray(entryBytes))
    assert.notEqual(reason, 'opened', `bit ${bit}`)
  }
})

test('the tag alone binds the body to its place: another record of the conversation does not open it', () => {
  const [one, other] = [reference(4), reference(5)]
  assert.equal(open(one.entry, one.body, 'tag'), 'opened')
  const swapped = new Uint8Array(one.body.length)
  swapped.set(other.body.subarray(0, one.body.length))
  assert.equal(open(one.entry, swapped, 'tag'), 'the body does not open under the key of its place')
})

test('parts out of order, or too big for a record, are refused', () => {
  const { head } = reference(0)
  const twice = [
    { id: 1, data: 'a' },
    { id: 1, data: 'b' },
  ]
  assert.throws(() => sealed(head, twice), RangeError)
  assert.throws(() => sealed(head, [{ id: 1, data: 'a'.repeat(2_000_000) }]), RangeError)
})

test('a large record that grows the scratch is sealed as well as a small one after it', () => {
  const { head } = reference(0)
  const text = 'ä'.repeat(300_000)
  const large = sealed(head, [{ id: 1, data: text }])
  assert.ok(large.body.length > 600_000)
  assert.equal(open(large.entry, large.body), 'opened')
  assert.equal(open(reference(1).entry, reference(1).body), 'opened')
})

test('padding adds at most 12 %, never less than nothing, and is stable under itself', () => {
  fc.assert(
    fc.property(fc.integer({ min: 32, max: 4 * 1024 * 1024 }), (length) => {
      const padded = paddedLength(length)
      assert.ok(padded >= length && padded <= length * 1.12)
      assert.equal(paddedLength(padded), padded)
    }),
  )
})

test('a plaintext that is not well formed is refused with a reason, never with an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const parts = decodeParts(bytes)
      if (typeof parts !== 'string') assert.ok(parts.length > 0)
    }),
  )
  const padded = new Uint8Array(32)
  padded.set([1, 0, 0, 0, 0, 2, 65, 66])
  assert.equal(typeof decodeParts(padded), 'object')
  const longer = new Uint8Array([...padded, 0])
  assert.equal(decodeParts(longer), '8 bytes padded to 33')
  assert.equal(decodeParts(padded.with(20, 1)), 'padding that is not zero')
  assert.equal(decodeParts(padded.with(5, 200)), 'part 0 ends past the end')
})

test('an entry of another version, type, suite, length or with flags is refused with a reason', () => {
  const { entry } = reference(0)
  assert.equal(typeof decodeEntry(entry), 'object')
  assert.equal(decodeEntry(entry.with(0, 2)), 'entry version 2 is not known')
  assert.equal(decodeEntry(entry.with(1, 4)), 'entry type 4 is not known')
  assert.equal(decodeEntry(entry.with(1, 3)), 'an open statement has a place, a salt or parts')
  assert.equal(decodeEntry(entry.with(3, 2)), 'suite 2 is not known')
  assert.equal(decodeEntry(entry.with(31, 1)), 'entry flags 1 are not known')
  assert.equal(decodeEntry(entry.subarray(1)), 'an entry has 112 bytes, not 111')
})
