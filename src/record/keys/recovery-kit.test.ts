import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Secret } from '../../base/secret.ts'
import { keyIdOf } from './key-id.ts'
import { readRecoveryKit, recoveryKit } from './recovery-kit.ts'

const id = keyIdOf(new Uint8Array(8))

function readBack(text: string): Uint8Array | string {
  const key = readRecoveryKit(text)
  return typeof key === 'string' ? key : key.reveal()
}

test('a kit is read back as it was printed, and as people type it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
      const text = recoveryKit(id, new Secret(key)).reveal()
      assert.deepEqual(readBack(text), key)
      const [one, two] = text.split('\n').slice(-3)
      assert.deepEqual(readBack(`${one?.toLowerCase()}\r\n\n${two?.replaceAll('-', ' ')}`), key)
    }),
    { numRuns: 50 },
  )
})

test('each wrong letter, a missing line and lines in the wrong order are found', () => {
  const text = recoveryKit(id, new Secret(new Uint8Array(32).fill(9))).reveal()
  const lines = text.split('\n').slice(-3, -1)
  const code = lines.join('\n')
  for (let at = 0; at < code.length; at++) {
    if (!/[A-Z2-7]/.test(code[at] ?? '')) continue
    const wrong = code[at] === 'A' ? 'B' : 'A'
    assert.equal(typeof readBack(code.slice(0, at) + wrong + code.slice(at + 1)), 'string', code)
  }
  assert.equal(typeof readBack(lines.toReversed().join('\n')), 'string')
  assert.equal(typeof readBack(lines[0] ?? ''), 'string')
  assert.equal(typeof readBack(''), 'string')
})
