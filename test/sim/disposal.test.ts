import { test } from 'node:test'
import { killDisposals } from '../support/kill-disposals.ts'

const rounds = 12

test('whenever it is killed in a disposal, an erasure or a turn of the vault: nothing held is lost, and nothing destroyed comes back', async (t) => {
  let kills = 0
  for (let seed = 0; seed < rounds; seed++) kills += await killDisposals(seed)
  t.diagnostic(`${kills} kills`)
})
