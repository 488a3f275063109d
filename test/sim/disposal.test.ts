import assert from 'node:assert/strict'
import { test } from 'node:test'
import { killDisposals, nothingDone } from '../support/kill-disposals.ts'

const rounds = 6

test('whenever it is killed in a disposal, an erasure, a turn of the vault, a change of signing keys or a rebuild: nothing held is lost, and nothing destroyed comes back', async (t) => {
  const done = nothingDone()
  for (let seed = 0; seed < rounds; seed++) await killDisposals(seed, done)
  t.diagnostic(JSON.stringify(done))
  assert.ok(Object.values(done).every((count) => count > 0))
})
