// The long run of test/sim/disposal.test.ts: 5,000 kills, from a fresh seed that is told.
import { test } from 'node:test'
import { killDisposals } from '../support/kill-disposals.ts'

const killsWanted = 5_000

test('5,000 kills over disposal, erasure and turns of the vault lose nothing that is held, and bring nothing back', async (t) => {
  const first = Date.now() % 1_000_000_000
  t.diagnostic(`seeds from ${first} on`)
  let kills = 0
  for (let seed = first; kills < killsWanted; seed++) kills += await killDisposals(seed)
  t.diagnostic(`${kills} kills`)
})
