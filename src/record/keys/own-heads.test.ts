import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryKeys } from '../../../test/fakes/vault.ts'
import { utf8 } from '../../base/bytes.ts'
import { ownSignerOf, signingPairs, verifyOwnHead } from './own-heads.ts'
import { type LogIdentity } from './ports.ts'

const head = { size: 3, root: new Uint8Array(32).fill(7) }
const [before, now, stranger] = [
  await memoryKeys('before', 'chat.example'),
  await memoryKeys('now', 'chat.example'),
  await memoryKeys('stranger', 'chat.example'),
]
/** One that signed with other keys once. */
const log: LogIdentity = {
  ...now.log,
  origin: before.log.origin,
  past: [{ verifierKeys: before.log.verifierKeys, at: 9, until: null }],
}

test('a head that was signed before the keys were changed is one of ours, and a stranger’s is not', async () => {
  const verified = async (keys: typeof now): Promise<boolean> =>
    verifyOwnHead(utf8((await keys.sign(head, 0)).note), keys.log.origin, signingPairs(log)).ok
  assert.deepEqual(
    [await verified(before), await verified(now), await verified(stranger)],
    [true, true, false],
  )
})

test('who signed a head of the history is found among the keys of then and now', async () => {
  const checkpoint = { ...head, origin: before.log.origin }
  const { ed25519 } = await before.sign(head, 0)
  assert.equal(ownSignerOf(checkpoint, ed25519, log), before.log.verifierKeys[0])
  assert.equal(ownSignerOf(checkpoint, ed25519, stranger.log), null)
})
