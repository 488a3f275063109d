import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toBase32 } from './base32.ts'
import { recoveryCode, recoveryHash, withoutUsed } from './recovery.ts'
import { totpCode, totpStep, totpUri } from './totp.ts'

const key = Buffer.from('12345678901234567890')

test('codes are those of RFC 6238, appendix B', () => {
  const vectors: readonly (readonly [number, string])[] = [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ]
  for (const [seconds, code] of vectors)
    assert.equal(totpCode(key, Math.floor(seconds / 30)), code, `${seconds}`)
})

test('a code is good half a minute before and after its time, and no longer', () => {
  const at = 2_000_000_000_000
  const [step, code] = [Math.floor(at / 30_000), totpCode(key, Math.floor(at / 30_000))]
  for (const [late, found] of [
    [-60_000, null],
    [-30_000, step],
    [0, step],
    [30_000, step],
    [60_000, null],
  ] as const)
    assert.equal(totpStep(key, code, { now: at + late, after: -1 }), found, `${late} ms`)
})

test('a code that was taken is good no more, nor is one before it', () => {
  const now = 2_000_000_000_000
  const step = Math.floor(now / 30_000)
  const taken = totpStep(key, totpCode(key, step), { now, after: step })
  assert.equal(taken, null)
  assert.equal(totpStep(key, totpCode(key, step - 1), { now, after: step }), null)
  assert.equal(totpStep(key, totpCode(key, step + 1), { now, after: step }), step + 1)
})

test('what is no code of six digits fits nothing', () => {
  for (const code of ['', '0', '1234567', 'ééé', '\0'.repeat(6)])
    assert.equal(totpStep(key, code, { now: 59_000, after: -1 }), null)
})

test('base32 is that of RFC 4648, section 10', () => {
  const vectors = { '': '', f: 'my', fo: 'mzxq', foo: 'mzxw6', foob: 'mzxw6yq', fooba: 'mzxw6ytb' }
  for (const [text, coded] of Object.entries(vectors))
    assert.equal(toBase32(Buffer.from(text)), coded)
})

test('an app is told who we are and whose it is', () => {
  const uri = new URL(totpUri(key, { issuer: 'example.org', address: 'ann@example.org' }))
  assert.equal(decodeURIComponent(uri.pathname), '/example.org:ann@example.org')
  assert.deepEqual(Object.fromEntries(uri.searchParams), {
    secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    issuer: 'example.org',
  })
})

test('a recovery code is good once, however it is typed', () => {
  const codes = [1, 2, 3].map((n) => recoveryCode(Buffer.alloc(10, n)))
  assert.match(codes[0] ?? '', /^[a-z2-7]{4}(?:-[a-z2-7]{4}){3}$/)
  const hashes = codes.map(recoveryHash)
  const left = withoutUsed(hashes, (codes[1] ?? '').toUpperCase().replaceAll('-', ' '))
  assert.deepEqual(left, [hashes[0], hashes[2]])
  assert.equal(withoutUsed(left ?? [], codes[1] ?? ''), null)
  assert.equal(withoutUsed(hashes, ''), null)
})
