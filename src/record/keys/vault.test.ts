import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BadBytes } from '../../base/byte-reader.ts'
import { toHex } from '../../base/bytes.ts'
import { newSigningKey, secretKey } from '../../base/crypto.ts'
import { Secret } from '../../base/secret.ts'
import {
  conversationItemBytes,
  decodeVault,
  encodeVault,
  findSurvivor,
  noNotes,
  packSurvivors,
  recordItemBytes,
  type BucketNode,
  type Vault,
} from './vault.ts'

const signing = { ed25519: newSigningKey('ed25519'), mlDsa44: newSigningKey('ml-dsa-44') }

const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length })
const key = bytes(32).map((raw) => secretKey(raw))
const survivors = (length: number): fc.Arbitrary<Secret<Uint8Array>> =>
  fc
    .uniqueArray(bytes(length), { selector: (item) => toHex(item.subarray(0, 8)), maxLength: 6 })
    .map((items) => packSurvivors(items))
const node: fc.Arbitrary<BucketNode> = fc.oneof(
  fc.constant({ kind: 'destroyed' as const }),
  key.map((master) => ({ kind: 'whole' as const, master })),
  fc
    .tuple(fc.option(key), survivors(conversationItemBytes), survivors(recordItemBytes))
    .map(([index, conversations, records]) => ({
      kind: 'survivors' as const,
      index,
      conversations,
      records,
    })),
)
const vaults: fc.Arbitrary<Vault> = fc
  .tuple(key, fc.array(node, { maxLength: 5 }))
  .map(([install, nodes]) => ({
    notes: {
      classes: { default: { keep: 'permanent' as const, locked: nodes.length > 2 } },
      holds: nodes.map((_, i) => i),
      turn: { oldEpoch: nodes.length, newEpoch: nodes.length + 1, holders: [], outstanding: [] },
      papers: [],
      pastSigners: [],
    },
    origin: 'example.com/log/00c0ffee',
    install,
    signing,
    buckets: nodes.map((each, i) => ({
      number: i * 3 + 1,
      class: 'default',
      from: i,
      to: i + 1,
      node: each,
    })),
  }))

function encoded(vault: Vault): Uint8Array {
  return encodeVault(vault).reveal()
}

test('what was encoded is decoded to the same', () => {
  fc.assert(
    fc.property(vaults, (vault) => {
      const again = decodeVault(new Secret(encoded(vault)))
      assert.equal(toHex(encoded(again)), toHex(encoded(vault)))
      assert.deepEqual(
        again.buckets.map((b) => [b.number, b.class, b.from, b.to, b.node.kind]),
        vault.buckets.map((b) => [b.number, b.class, b.from, b.to, b.node.kind]),
      )
    }),
    { numRuns: 40 },
  )
})

test('a survivor is found by its key among any others, and nothing is found for another key', () => {
  fc.assert(
    fc.property(survivors(conversationItemBytes), bytes(8), (packed, stranger) => {
      const all = packed.reveal()
      for (let at = 0; at < all.length; at += conversationItemBytes) {
        const found = findSurvivor(packed, all.subarray(at, at + 8), conversationItemBytes)
        assert.deepEqual(found, all.subarray(at + 8, at + conversationItemBytes))
      }
      if (!toHex(all).includes(toHex(stranger))) {
        assert.equal(findSurvivor(packed, stranger, conversationItemBytes), null)
      }
    }),
    { numRuns: 60 },
  )
})

test('a cut vault, one with more behind it, and one of another format are refused', () => {
  const whole = encoded({
    origin: 'example.com/log/00c0ffee',
    install: secretKey(new Uint8Array(32)),
    signing,
    notes: noNotes,
    buckets: [{ number: 1, class: 'default', from: 0, to: 9, node: { kind: 'destroyed' } }],
  })
  for (const broken of [
    whole.subarray(0, -1),
    new Uint8Array([...whole, 0]),
    whole.with(1, 3),
    new Uint8Array(),
  ]) {
    assert.throws(() => decodeVault(new Secret(broken)), BadBytes)
  }
})

test('two survivors in one place are refused', () => {
  const item = new Uint8Array(conversationItemBytes)
  assert.throws(() => packSurvivors([item, item]), RangeError)
})
