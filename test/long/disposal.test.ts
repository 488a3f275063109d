// The long run of test/sim/disposal.test.ts: 5,000 kills, from a fresh seed that is told. ONRECORD_TEST_KILLS has it run in pieces.
import { env } from 'node:process'
import { test } from 'node:test'
import { killDisposals, nothingDone } from '../support/kill-disposals.ts'

const killsWanted = Number(env['ONRECORD_TEST_KILLS'] ?? 5_000)

test('5,000 kills over disposal, erasure, turns of the vault, new signing keys and rebuilding lose nothing that is held, and bring nothing back', async (t) => {
  const first = Date.now() % 1_000_000_000
  t.diagnostic(`seeds from ${first} on`)
  const met = nothingDone()
  for (let seed = first; met.kills + met.rebuildKills < killsWanted; seed++)
    await killDisposals(seed, met)
  t.diagnostic(JSON.stringify(met))
})
