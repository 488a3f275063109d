// The long run of test/sim/corridor.test.ts. ONRECORD_TEST_KILLS has it run in pieces, from a fresh seed that is told each time.
import { env } from 'node:process'
import { test } from 'node:test'
import { nothingMet } from '../support/corridor-world.ts'
import { killCorridor } from '../support/kill-corridor.ts'

const killsWanted = Number(env['ONRECORD_TEST_KILLS'] ?? 10_000)
const killsInEach = 25

test('F1: 10,000 kills: what any device was shown and what was acknowledged is on record', async (t) => {
  const first = Date.now() % 1_000_000_000
  t.diagnostic(`seeds from ${first} on`)
  const met = nothingMet()
  for (let seed = first; met.kills < killsWanted; seed++) await killCorridor(seed, killsInEach, met)
  t.diagnostic(JSON.stringify(met))
})
