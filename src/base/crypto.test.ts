import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { toHex, utf8 } from './bytes.ts'
import {
  aeadOpen,
  aeadSeal,
  blockCipher,
  exportSigningKey,
  exportVerifyingKey,
  hmac1,
  hmac256,
  hmac512,
  importSigningKey,
  importVerifyingKey,
  newSigningKey,
  sameSecret,
  secretKey,
  sha1,
  sha256,
  signMessage,
  verifyingKeyOf,
  verifyMessage,
} from './crypto.ts'

const hex = (text: string): Uint8Array => Uint8Array.fromHex(text)

test('SHA-1, SHA-256 and HMAC are those of FIPS 180-4, RFC 2202 and RFC 4231', () => {
  assert.equal(toHex(sha1(utf8('abc'))), 'a9993e364706816aba3e25717850c26c9cd0d89d')
  assert.equal(
    toHex(sha256(utf8('abc'))),
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  )
  const key = secretKey(utf8('Jefe'))
  const message = utf8('what do ya want for nothing?')
  assert.equal(
    toHex(hmac256(key, message)),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
  assert.equal(toHex(hmac1(key, message)), 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79')
  assert.match(toHex(hmac512(key, message)), /^164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd6/)
})

test('HMAC is that of OpenSSL for keys and messages of any length', () => {
  for (const [name, hmac] of [
    ['sha1', hmac1],
    ['sha256', hmac256],
    ['sha512', hmac512],
  ] as const) {
    for (const keyBytes of [0, 1, 32, 64, 65, 128, 129]) {
      for (const messageBytes of [0, 1, 31, 512, 513]) {
        const [key, message] = [
          new Uint8Array(keyBytes).fill(7),
          new Uint8Array(messageBytes).fill(9),
        ]
        const expected = createHmac(name, key).update(message).digest('hex')
        assert.equal(toHex(hmac(secretKey(key), message)), expected, `${name} ${keyBytes}`)
      }
    }
  }
})

test('AES-256-GCM is that of the GCM specification, test case 14', () => {
  const key = secretKey(new Uint8Array(32))
  const context = { nonce: new Uint8Array(12), clear: new Uint8Array() }
  const sealed = aeadSeal(key, new Uint8Array(16), context)
  assert.equal(toHex(sealed), 'cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919')
  assert.deepEqual(new Uint8Array(aeadOpen(key, sealed, context) ?? []), new Uint8Array(16))
})

test('what does not carry its tag is not opened', () => {
  const key = secretKey(new Uint8Array(32))
  const context = { nonce: new Uint8Array(12), clear: utf8('clear') }
  const sealed = aeadSeal(key, utf8('text'), context)
  for (const [bytes, other] of [
    [sealed.with(0, (sealed[0] ?? 0) ^ 1), context],
    [sealed.subarray(1), context],
    [sealed.subarray(0, 15), context],
    [new Uint8Array(), context],
    [sealed, { ...context, clear: utf8('other') }],
    [sealed, { ...context, nonce: new Uint8Array(12).fill(1) }],
  ] as const) {
    assert.equal(aeadOpen(key, bytes, other), null)
  }
})

test('the block cipher is AES-128 of FIPS 197, one block as often as one likes', () => {
  const cipher = blockCipher(hex('000102030405060708090a0b0c0d0e0f'))
  const plain = hex('00112233445566778899aabbccddeeff')
  for (let i = 0; i < 3; i++) {
    const enciphered = cipher.encipher(plain)
    assert.equal(toHex(enciphered), '69c4e0d86a7b0430d8cdb78070b4c55a')
    assert.equal(toHex(cipher.decipher(enciphered)), toHex(plain))
  }
})

test('an Ed25519 key from its bytes signs as RFC 8032 section 7.1 says', () => {
  const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
  const key = importSigningKey(hex(`302e020100300506032b657004220420${seed}`))
  assert.equal(
    toHex(exportVerifyingKey(verifyingKeyOf(key), 'ed25519')),
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  )
  assert.match(toHex(signMessage(key, new Uint8Array())), /^e5564300c360ac729086e2cc806e828a/)
})

test('keys of both algorithms go out and in again, and verify what they signed', () => {
  for (const algorithm of ['ed25519', 'ml-dsa-44'] as const) {
    const signing = importSigningKey(exportSigningKey(newSigningKey(algorithm)))
    const raw = exportVerifyingKey(verifyingKeyOf(signing), algorithm)
    const verifying = importVerifyingKey(raw, algorithm)
    const signature = signMessage(signing, utf8('message'))
    assert.ok(verifyMessage(verifying, utf8('message'), signature))
    assert.ok(!verifyMessage(verifying, utf8('massage'), signature))
    assert.ok(!verifyMessage(verifying, utf8('message'), signature.subarray(1)))
    assert.throws(() => importVerifyingKey(raw.subarray(1), algorithm), RangeError)
  }
})

test('secrets of different lengths are different, without an exception', () => {
  assert.ok(sameSecret(new Uint8Array([1]), new Uint8Array([1])))
  assert.ok(!sameSecret(new Uint8Array([1]), new Uint8Array([2])))
  assert.ok(!sameSecret(new Uint8Array([1]), new Uint8Array()))
})
