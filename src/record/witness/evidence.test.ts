import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memorySizedStore } from '../../../test/fakes/sized-store.ts'
import { fakeTime } from '../../../test/fakes/timer.ts'
import { testLog } from '../../../test/support/test-log.ts'
import {
  askedWitness,
  askOf,
  growingLog,
  policyOf,
  seenLog,
} from '../../../test/support/witnessed.ts'
import { utf8 } from '../../base/bytes.ts'
import { evidenceOf } from './evidence.ts'
import { openWitnessing } from './witnessing.ts'

const source = testLog()
const start = 1_795_000_000_000
const signed = (): null => null

/** Heads of 10, 20 and 30 records, a minute apart; of the second only one witness of the two that it takes has seen anything. */
async function scene() {
  const time = fakeTime(start)
  const [a, b] = ['a.example', 'b.example'].map((name) =>
    askedWitness(name, source, () => time.now()),
  )
  assert.ok(a && b)
  const own = growingLog(source, 10)
  const store = memorySizedStore()
  const policy = policyOf([a, b], 2)
  const settings = { everyMs: 1, lagMsMax: 1_000, clock: time, timer: fakeTime(), log: seenLog() }
  const ask = askOf([a, b])
  const witnessing = openWitnessing({ ...settings, own, store, policy, signed, ask })
  await witnessing.round()
  const answer = b.answer
  b.answer = async () => await Promise.resolve('away')
  time.pass(60_000)
  own.size = 20
  await witnessing.round()
  b.answer = answer
  time.pass(60_000)
  own.size = 30
  await witnessing.round()
  own.size = 35
  return { own, store, policy }
}

test('a record is witnessed between two heads that enough witnesses have cosigned', async () => {
  const parts = await scene()
  assert.deepEqual([...parts.store.kept.keys()], [10, 20, 30])
  assert.deepEqual(await evidenceOf(15, parts), {
    level: 'W',
    signed: 35,
    witnessed: { size: 30, after: start, before: start + 120_000 },
  })
  const first = await evidenceOf(9, parts)
  assert.deepEqual(first.witnessed, { size: 10, after: null, before: start })
  assert.equal((await evidenceOf(10, parts)).witnessed?.size, 30)
})

test('what is only signed, only recorded, or has no witnesses, is called that', async () => {
  const parts = await scene()
  const levels = [29, 30, 34, 35].map(async (at) => (await evidenceOf(at, parts)).level)
  assert.deepEqual(await Promise.all(levels), ['W', 'S', 'S', 'R'])
  assert.equal((await evidenceOf(5, { ...parts, policy: null })).level, 'S')
})

test('a head that was changed is no evidence', async () => {
  const parts = await scene()
  const note = new TextDecoder().decode(parts.store.kept.get(30))
  parts.store.kept.set(30, utf8(note.replace('\n30\n', '\n31\n')))
  await assert.rejects(evidenceOf(15, parts), /cosigned head of 30/)
})
