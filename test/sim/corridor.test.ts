import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nothingMet } from '../support/corridor-world.ts'
import { killCorridor } from '../support/kill-corridor.ts'

const worlds = 3
const killsInEach = 10

test('F1: whenever it is killed, whatever the disk and the network do: what any device was shown and what was acknowledged is on record', async (t) => {
  const met = nothingMet()
  for (let seed = 0; seed < worlds; seed++) await killCorridor(seed, killsInEach, met)
  t.diagnostic(JSON.stringify(met))
  assert.ok(Object.values(met).every((count) => count > 0))
})
