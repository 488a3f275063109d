import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { test } from 'node:test'
import { secretKey } from '../base/crypto.ts'
import { createDecoys, scramKeys, scramSaltBytes } from './scram.ts'

/** The examples of RFC 5802 §5 and RFC 7677 §3: user `user`, password `pencil`. */
const vectors = [
  {
    with: 'sha-1',
    digest: 'sha1',
    salt: 'QSXCR+Q6sek8bf92',
    message:
      'n=user,r=fyko+d2lbbFgONRv9qkxdawL,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096,c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j',
    proof: 'v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    signature: 'rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  },
  {
    with: 'sha-256',
    digest: 'sha256',
    salt: 'W22ZaJ0SNY7soEsUEjb6gQ==',
    message:
      'n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
    proof: 'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    signature: '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  },
] as const

for (const { with: hash, digest, salt, message, proof, signature } of vectors) {
  test(`scramKeys() gives the keys of the RFC's example for ${hash}`, async () => {
    const keys = await scramKeys('pencil', {
      salt: Buffer.from(salt, 'base64'),
      iterations: 4096,
      with: hash,
    })
    const clientSignature = createHmac(digest, keys.storedKey).update(message).digest()
    const clientKey = Buffer.from(proof, 'base64').map(
      (byte, i) => byte ^ (clientSignature[i] ?? 0),
    )
    assert.deepEqual(createHash(digest).update(clientKey).digest(), keys.storedKey)
    const serverSignature = createHmac(digest, keys.serverKey).update(message).digest('base64')
    assert.equal(serverSignature, signature)
  })
}

test('decoys are the same each time, with another salt for another name, hash or installation', () => {
  const [one, two] = [secretKey(Buffer.alloc(32, 1)), secretKey(Buffer.alloc(32, 2))]
  const [here, there] = [createDecoys(one, 10_000), createDecoys(two, 10_000)]
  const decoy = here('ann@x', 'sha-256')
  assert.equal(decoy.salt.length, scramSaltBytes)
  for (const { storedKey, serverKey } of decoy.keys)
    assert.deepEqual([storedKey.length, serverKey.length], [32, 32])
  assert.equal(new Set(decoy.keys.map(({ storedKey }) => storedKey.toString('hex'))).size, 11)
  assert.deepEqual(createDecoys(one, 10_000)('ann@x', 'sha-256'), decoy)
  const others = [there('ann@x', 'sha-256'), here('bo@x', 'sha-256'), here('ann@x', 'sha-1')]
  for (const { salt } of others) assert.notDeepEqual(salt, decoy.salt)
})

test('the keys of a decoy are secrets of the installation', () => {
  const [here, there] = [1, 2].map((byte) =>
    createDecoys(secretKey(Buffer.alloc(32, byte)), 10_000)('ann@x', 'sha-1').keys.at(-1),
  )
  assert.ok(here && there)
  assert.deepEqual([here.storedKey.length, here.serverKey.length], [20, 20])
  assert.notDeepEqual(here.storedKey, here.serverKey)
  assert.notDeepEqual(here.storedKey, there.storedKey)
  assert.notDeepEqual(here.serverKey, there.serverKey)
})

test('counts of decoys are as frequent as those of people, and the same each time for a name', () => {
  const secret = secretKey(Buffer.alloc(32, 1))
  const counts = [
    ...Array.from({ length: 30 }, () => 5_000),
    ...Array.from({ length: 10 }, () => 10_000),
  ]
  const decoys = createDecoys(secret, 20_000, counts)
  const names = Array.from({ length: 400 }, (_, i) => `name-${i}@x`)
  const of = names.map((name) => decoys(name, 'sha-1').iterations)
  assert.deepEqual(
    [...new Set(of)].toSorted((a, b) => a - b),
    [5_000, 10_000],
  )
  const older = of.filter((count) => count === 5_000).length
  assert.ok(older > 250 && older < 350, `${older}`)
  assert.deepEqual(
    names.map((name) => decoys(name, 'sha-256').iterations),
    of,
  )
  assert.equal(createDecoys(secret, 20_000)('name-1@x', 'sha-1').iterations, 20_000)
})
