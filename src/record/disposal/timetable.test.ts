import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLog } from '../../base/log.ts'
import { type Due } from './due.ts'
import { type Run } from './runs.ts'
import { lookOnce, type Timetable, type TimetableParts } from './timetable.ts'

const march = Date.UTC(2027, 2, 5, 12)
const dayMs = 86_400_000

type Told = { readonly proposed: (readonly number[])[]; readonly errors: string[] }

function due(number: number): Due {
  return {
    bucket: { number, class: 'default', from: 0, to: 1, state: 'whole' },
    scheduled: { dueAt: 2, authority: '', hasActs: false, isDue: null },
  }
}

/** Two buckets that are due, and what came of looking at them at these times. */
async function looked(timetable: Timetable, times: readonly number[]): Promise<Told> {
  const told: Told = { proposed: [], errors: [] }
  const runs: Run[] = []
  const clock = { at: 0, now: () => clock.at }
  const disposals: TimetableParts['disposals'] = {
    due: () => [due(1), due(2)],
    overdue: () => (clock.at > march ? [1] : []),
    list: () => runs,
    resume() {},
    async propose({ by, buckets }) {
      told.proposed.push(buckets)
      const nobody = {
        approvals: [],
        refused: null,
        positions: null,
        scope: null,
        covers: null,
        digest: '',
        buckets: new Map(),
      }
      const run: Run = { id: 1, kind: 'disposal', by, at: clock.at, why: '', needs: 2, ...nobody }
      runs.push(run)
      return run
    },
  }
  const log = { ...silentLog, error: (event: string) => void told.errors.push(event) }
  for (const at of times) {
    clock.at = at
    await lookOnce({ disposals, timetable, clock, log, failed: assert.fail })
  }
  return told
}

test('by hand nothing is proposed by itself', async () => {
  assert.deepEqual((await looked('by hand', [march])).proposed, [])
})

test('daily and monthly, what is due is proposed once in that time', async () => {
  const times = [march, march + 3_600_000, march + dayMs, march + 27 * dayMs]
  assert.equal((await looked('daily', times)).proposed.length, 3)
  assert.deepEqual((await looked('monthly', times)).proposed, [
    [1, 2],
    [1, 2],
  ])
})

test('what is overdue is told each time', async () => {
  assert.deepEqual((await looked('by hand', [march, march + 1])).errors, ['disposal.overdue'])
})
