import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newSigningKey } from '../../base/crypto.ts'
import { type LogSigningKeys } from '../ledger/checkpoint.ts'
import {
  changeSigners,
  headsOf,
  signaturesWrong,
  verifierPair,
  type SignerChange,
} from '../keys/signers.ts'
import { type LogIdentity } from '../keys/ports.ts'
import { Broken } from './ports.ts'
import { checkSigners } from './signers.ts'

const origin = 'example.com/log/00c0ffee'
const history = new Uint8Array(256).fill(5)
const pairs = [0, 1, 2].map((): LogSigningKeys => ({
  ed25519: newSigningKey('ed25519'),
  mlDsa44: newSigningKey('ml-dsa-44'),
}))
const [first, second, third] = pairs
assert.ok(first && second && third)
const change = changeSigners(origin, { from: first, to: second }, headsOf(history))

function verify(
  identity: Partial<LogIdentity>,
  acts: readonly (readonly [number, string, object])[],
): void {
  const whole = {
    origin,
    verifierKeys: verifierPair(origin, second ?? assert.fail()),
    past: [{ verifierKeys: change.old, at: 4, until: null }],
    ...identity,
  }
  const check = checkSigners(whole, (count) =>
    count > 2 ? null : headsOf(history.subarray(0, count * 128)).sha256,
  )
  for (const [position, kind, content] of acts) {
    const envelope = {
      kind: kind === 'key.signing' ? ('key.signing' as const) : ('message' as const),
    }
    check.next({ position, envelope, content: JSON.stringify(content) })
  }
}

test('a change is signed by both pairs, and each word of it is covered', () => {
  assert.equal(signaturesWrong(change), null)
  const wrong: readonly Partial<SignerChange>[] = [
    { origin: 'example.com/log/00000000' },
    { old: verifierPair(origin, third) },
    { new: verifierPair(origin, third) },
    { heads: { ...change.heads, count: 1 } },
    { heads: { ...change.heads, sha256: '00' } },
    { signatures: { ...change.signatures, old: change.signatures.new } },
    { signatures: { ...change.signatures, new: [change.signatures.new[0], ''] } },
  ]
  for (const one of wrong)
    assert.notEqual(signaturesWrong({ ...change, ...one }), null, JSON.stringify(one))
})

test('the act that the vault names is found, and so is one that a stop kept from taking effect', () => {
  verify({}, [[4, 'key.signing', change]])
  const unheard = changeSigners(origin, { from: first, to: third }, headsOf(history))
  verify({}, [
    [2, 'key.signing', unheard],
    [3, 'message', {}],
    [4, 'key.signing', change],
  ])
})

test('another act, another kind of record, other keys and other heads are found to be wrong', () => {
  const other = changeSigners(origin, { from: first, to: third }, headsOf(history))
  const elsewhere = changeSigners(
    'example.com/log/11111111',
    { from: first, to: second },
    headsOf(history),
  )
  const heads = changeSigners(
    origin,
    { from: first, to: second },
    headsOf(history.slice(0, 128).fill(6)),
  )
  const more = changeSigners(origin, { from: first, to: second }, headsOf(new Uint8Array(384)))
  const wrong: readonly (readonly [number, string, object])[] = [
    [4, 'message', {}],
    [4, 'key.signing', {}],
    [4, 'key.signing', other],
    [4, 'key.signing', elsewhere],
    [4, 'key.signing', heads],
    [9, 'key.signing', more],
    [9, 'key.signing', { ...change, signatures: other.signatures }],
  ]
  for (const act of wrong) assert.throws(() => verify({}, [act]), Broken, JSON.stringify(act))
})
