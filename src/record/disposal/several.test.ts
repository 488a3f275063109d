// Several proposals and orders that are open at once, of the same buckets and records: each has its approvals, and they are carried out one by one.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { conversation, newRecord, person } from '../../../test/fakes/new-record.ts'
import {
  lea,
  lou,
  newDisk,
  nothing,
  rob,
  start,
  type Running,
} from '../../../test/support/disposal-scene.ts'
import { RecordUnreadable } from '../errors.ts'
import { type Run } from './runs.ts'

const november = Date.UTC(2026, 10, 21)
const march = Date.UTC(2027, 2, 5)

type Scene = Running & {
  /** What each of the persons 1 to 3 said in November, two things; then it is March. */
  readonly positions: readonly (readonly number[])[]
}

async function scene(t: TestContext): Promise<Scene> {
  const disk = await newDisk()
  const clock = { at: november }
  const running = await start(disk, clock)
  t.after(async () => {
    await running.stop()
    disk.home.remove()
  })
  const positions: number[][] = [[], [], []]
  for (const text of ['one', 'two'])
    for (const [n, its] of positions.entries()) {
      const sender = person(n + 1)
      const said = newRecord({
        conversation: conversation(n + 1),
        sender,
        messageId: `m ${n} ${text}`,
        content: JSON.stringify({ body: text }),
        views: [{ owner: sender, peer: person(9), peerDevice: '', incoming: false }],
      })
      its.push((await running.record.append(said)).position)
    }
  clock.at = march
  running.record.confirmClock()
  await running.keys.ensureBuckets(march)
  return { ...running, positions }
}

async function order({ disposals }: Scene, persons: readonly number[]): Promise<Run> {
  const scope = { ...nothing, persons: persons.map(person) }
  return await disposals.order({ by: lea, scope, why: `a decision on ${persons.join()}` })
}

async function approve({ disposals }: Scene, { id: run, digest }: Run, by = lou): Promise<void> {
  await disposals.approve({ by, run, approves: true, proposal: digest, reason: '' })
  await disposals.idle()
}

/** Of whom something can be read. */
async function left({ record, positions }: Scene): Promise<readonly number[]> {
  const persons: number[] = []
  for (const [n, [first = 0]] of positions.entries())
    try {
      await record.read(first)
      persons.push(n + 1)
    } catch (error) {
      if (!(error instanceof RecordUnreadable)) throw error
    }
  return persons
}

test('orders in one month are open at once, and each takes what it names when it is approved, in any order', async (t) => {
  const s = await scene(t)
  const [first, second] = [await order(s, [1]), await order(s, [2])]
  await approve(s, second)
  assert.deepEqual(await left(s), [1, 3])
  const third = await order(s, [3])
  await s.disposals.approve({ by: rob, run: third.id, approves: false, reason: 'no' })
  await approve(s, first)
  assert.deepEqual(await left(s), [3])
  const told = s.disposals.certificates(1).map(({ run, destroyed, survivors }) => {
    return { run, destroyed, survivors: survivors.count }
  })
  assert.deepEqual(told, [
    { run: second.id, destroyed: 2, survivors: 4 },
    { run: first.id, destroyed: 2, survivors: 2 },
  ])
  assert.equal(s.disposals.stateOfBucket(1), 'live')
})

test('two orders of the same records, and a disposal of all of it, are each certified', async (t) => {
  const s = await scene(t)
  const [first, second] = [await order(s, [1, 2]), await order(s, [2, 3])]
  const due = s.disposals.due().map(({ bucket }) => bucket.number)
  assert.equal(due[0], 1, 'a disposal is not in the way of an order, nor the other way round')
  const all = await s.disposals.propose({ by: lea, buckets: due })
  await approve(s, first)
  assert.deepEqual(await left(s), [3])
  await approve(s, all)
  assert.equal(s.disposals.stateOfBucket(1), 'destroyed')
  await approve(s, second)
  const destroyed = s.disposals.certificates(1).map((one) => [one.run, one.destroyed])
  assert.deepEqual(destroyed, [
    [first.id, 4],
    [all.id, 2],
    [second.id, 0],
  ])
  assert.equal(s.disposals.stateOfBucket(1), 'destroyed')
})

test('an order waits for one of the same bucket that is committed and not over', async (t) => {
  const s = await scene(t)
  const waits = await order(s, [2])
  const due = s.disposals.due().map(({ bucket }) => bucket.number)
  const stuck = await s.disposals.propose({ by: lea, buckets: due })
  // The vault lets nothing of it go.
  const duty = { keep: 'permanent', locked: true } as const
  await s.keys.ensureBuckets(march, [{ name: 'default', width: 'month', duty }])
  await approve(s, stuck)
  assert.notEqual(s.disposals.get(stuck.id)?.buckets.get(1)?.commit, null)
  await approve(s, waits)
  assert.equal(s.disposals.get(waits.id)?.buckets.get(1)?.intent, null)
  assert.equal(s.disposals.stateOfBucket(1), 'committed')
  assert.deepEqual(await left(s), [1, 2, 3])
})

test('there is an end of proposals that are not over', async (t) => {
  const s = await scene(t)
  const proposal = { kind: 'disposal.propose', by: null, buckets: [1], why: 'x', needs: 2 } as const
  await s.book.inTurn(async (turn) => {
    for (let n = 0; n < 200; n++) await turn.act(proposal)
  })
  await assert.rejects(order(s, [1]), { code: 'disposal.many' })
})
