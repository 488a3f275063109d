// COMPLIANCE.md §F8 over the real parts: a hold is placed at one of the calls by which a disposal changes something.
import assert from 'node:assert/strict'
import { RecordUnreadable } from '../../src/record/errors.ts'
import { conversation, newRecord, person } from '../fakes/new-record.ts'
import { disposeOfAll, lea, newDisk, nothing, start, type Running } from './disposal-scene.ts'
import { type Mortal } from './mortal.ts'

const november = Date.UTC(2026, 10, 21)
const march = Date.UTC(2027, 2, 5)

/** What became of the hold: it was in time, or too late; or the run was over before that call came. */
type HeldAt = 'in time' | 'too late' | 'over'

/**
 * Disposals, each with a hold that is placed at another call of it, until one is over before that call comes.
 *
 * @param every how many calls further the next hold is placed
 * @returns how often it was in time, and how often too late: both happen
 */
export async function holdAtAnyMoment(every: number): Promise<Record<HeldAt, number>> {
  const met = { 'in time': 0, 'too late': 0, over: 0 }
  for (let call = 0; met.over === 0; call += every) met[await holdAt(call)]++
  assert.ok(met['in time'] > 3 && met['too late'] > 3)
  return met
}

/**
 * A disposal of what two persons said, and a hold on one of them that is placed at a call of it.
 *
 * @throws {AssertionError} when the hold was in force before the commit and something of it went, or it was not told that it is too late
 */
async function holdAt(call: number): Promise<HeldAt> {
  const disk = await newDisk()
  const clock = { at: november }
  let isCounting = false
  let calls = 0
  const placing: ReturnType<Running['holds']['place']>[] = []
  const life: Mortal = {
    isDead: false,
    get calls() {
      return calls
    },
    death: new Promise(() => undefined),
    async act(work) {
      if (isCounting && calls++ === call)
        placing.push(
          running.holds.place({
            by: lea,
            name: 'a matter',
            reason: 'a claim',
            scope: { ...nothing, persons: [person(1)] },
          }),
        )
      return await work()
    },
  }
  const running = await start(disk, clock, { life })
  const positions: number[] = []
  for (const n of [1, 2, 1, 2]) positions.push((await running.record.append(says(n))).position)
  clock.at = march
  running.record.confirmClock()
  await running.keys.ensureBuckets(march)
  isCounting = true
  const id = await disposeOfAll(running)
  isCounting = false
  const [placed] = await Promise.all(placing)
  const held = positions.filter((_, i) => i % 2 === 0)
  const left: number[] = []
  for (const position of positions) if (await opens(running, position)) left.push(position)
  const commit = running.disposals.get(id)?.buckets.get(1)?.commit?.position ?? 0
  await running.stop()
  disk.home.remove()
  assert.deepEqual(running.fatal, [])
  if (placed === undefined) {
    assert.deepEqual(left, [])
    return 'over'
  }
  const isInTime = placed.hold.id < commit
  assert.deepEqual(left, isInTime ? held : [], `call ${call}`)
  assert.deepEqual(
    placed.tooLate.map(({ bucket }) => bucket),
    isInTime ? [] : [1],
    `call ${call}`,
  )
  return isInTime ? 'in time' : 'too late'
}

function says(n: number): ReturnType<typeof newRecord> {
  return newRecord({
    conversation: conversation(n),
    sender: person(n),
    views: [{ owner: person(n), peer: person(9), peerDevice: '', incoming: false }],
  })
}

async function opens({ record }: Running, position: number): Promise<boolean> {
  try {
    await record.read(position)
    return true
  } catch (error) {
    if (!(error instanceof RecordUnreadable)) throw error
    return false
  }
}
