// A disposal in a process of its own is killed by the system, at any moment. What is left verifies, and the next start finishes it.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { after, before, test } from 'node:test'
import { isOver } from '../../src/record/disposal/runs.ts'
import { type PersonId } from '../../src/record/types.ts'
import { findingIn } from '../support/damage.ts'
import { recordFolder, type RecordFolder } from '../support/record-folder.ts'
import { hire, talk } from '../support/talk.ts'
import { keepOneMonth } from '../support/dispose.ts'

const script = join(import.meta.dirname, '../support/disposal-process.ts')
const november = Date.UTC(2026, 10, 21)
const december = Date.UTC(2026, 11, 21)
const january = Date.UTC(2027, 0, 20)
/** After the proposal is on record, in ms: a disposal takes some hundred. */
const delays = [0, 20, 60, 150, 400]

let original: RecordFolder
let people: readonly PersonId[] = []

before(async () => {
  original = recordFolder()
  const nobody = { persons: [], conversations: [], query: null, from: null, until: null }
  await original.session(november, async (storage) => {
    people = await hire(storage)
    const [one] = people
    assert.ok(one)
    await keepOneMonth(storage, people)
    await talk(storage.record, people, { count: 400 })
    const said = { by: one, name: 'a matter', reason: 'a claim' }
    await storage.management.holds.place({ ...said, scope: { ...nobody, persons: [one] } })
  })
  for (const month of [december, january])
    await original.session(month, async ({ record }) => {
      await talk(record, people, { count: 5, first: 500 })
    })
})

after(() => original[Symbol.dispose]())

/** @returns whether it was killed before its end */
async function disposeUntilKilled(folder: RecordFolder, delayMs: number): Promise<boolean> {
  const [one = '', two = ''] = people
  const env = {
    ONRECORD_DATA: folder.path('data'),
    ONRECORD_KEY_FILE: folder.path('keys/vault.key'),
    ONRECORD_DOMAIN: 'chat.example',
  }
  const child = spawn(process.execPath, [script, String(january), one, two], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  await once(child.stdout, 'data')
  await pause(delayMs)
  child.kill('SIGKILL')
  const [status, signal]: unknown[] = await exit
  assert.ok(signal === 'SIGKILL' || status === 0)
  return signal === 'SIGKILL'
}

test('killed at any moment, what is left verifies, and the next start carries it on to its certificate', async (t) => {
  let kills = 0
  for (const delayMs of delays) {
    using folder = original.copy()
    if (await disposeUntilKilled(folder, delayMs)) kills++
    assert.equal(await findingIn(folder), 'sound', `after ${delayMs} ms`)
    await folder.session(january, async ({ management: { disposals }, record }) => {
      disposals.resume()
      await disposals.idle()
      const [run] = disposals.list()
      const isBegun = run && [...run.buckets.values()].some(({ commit }) => commit !== null)
      assert.ok(!isBegun || isOver(run), `after ${delayMs} ms`)
      await talk(record, people, { count: 5, first: 900 })
    })
    assert.equal(await findingIn(folder), 'sound', `after ${delayMs} ms and a start`)
  }
  t.diagnostic(`${kills} kills`)
  assert.ok(kills > 2)
})
