// The long run of test/sim/corridor.test.ts. ONRECORD_TEST_KILLS has it run in pieces, from a fresh seed that is told each time.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { env } from 'node:process'
import { test } from 'node:test'

const script = join(import.meta.dirname, '../support/corridor-process.ts')
const killsWanted = Number(env['ONRECORD_TEST_KILLS'] ?? 10_000)
/** What is dead stays in the memory of its process. */
const killsInProcess = 250

test('F1: 10,000 kills: what any device was shown and what was acknowledged is on record', (t) => {
  const first = Date.now() % 1_000_000_000
  t.diagnostic(`seeds from ${first} on`)
  for (let kills = 0; kills < killsWanted; kills += killsInProcess) {
    const args = [script, String(first + kills), String(Math.min(killsInProcess, killsWanted))]
    const run = spawnSync(process.execPath, args, { encoding: 'utf8' })
    assert.equal(run.status, 0, run.stderr)
    t.diagnostic(run.stdout)
  }
})
