import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memorySizedStore } from '../../../test/fakes/sized-store.ts'
import { testLog } from '../../../test/support/test-log.ts'
import {
  askedWitness,
  askOf,
  growingLog,
  policyOf,
  seenLog,
} from '../../../test/support/witnessed.ts'
import { utf8 } from '../../base/bytes.ts'
import { OperatorError } from '../../base/errors.ts'
import { checkWitnessed } from './start-check.ts'

const source = testLog()
const now = (): number => 1_795_000_000_000

function scene(size: number) {
  const [a, b] = [askedWitness('a.example', source, now), askedWitness('b.example', source, now)]
  const log = seenLog()
  const store = memorySizedStore()
  const own = growingLog(source, size)
  const check = async (): Promise<void> =>
    await checkWitnessed({ own, policy: policyOf([a, b], 1), store, ask: askOf([a, b]), log })
  return { a, b, log, store, own, check }
}

const refused = (error: unknown): boolean =>
  error instanceof OperatorError && error.code === 'record.behind-witness'

test('a log that grew out of what witnesses have seen starts', async () => {
  const { a, b, check, log } = scene(20)
  await check()
  await a.answer('/add-checkpoint', await source.request(0, 20))
  await b.answer('/add-checkpoint', await source.request(0, 13))
  await check()
  assert.deepEqual(log.events, [])
})

test('a log that was rolled back behind a head that a witness has cosigned does not start', async () => {
  const { a, check, own, log } = scene(20)
  await a.answer('/add-checkpoint', await source.request(0, 20))
  own.size = 19
  await assert.rejects(check(), refused)
  assert.deepEqual(log.events, ['error witness.split-view'])
  own.size = 0
  await assert.rejects(check(), refused)
})

test('nor one with another history below that head', async () => {
  const { a, check, own } = scene(20)
  await a.answer('/add-checkpoint', await source.request(0, 20))
  own.source = source.fork(12)
  own.size = 40
  await assert.rejects(check(), refused)
  own.source = source.fork(20)
  await check()
})

test('nor one that is behind what is kept here, though no witness answers', async () => {
  const { a, b, check, own, store } = scene(20)
  const answer = await a.answer('/add-checkpoint', await source.request(0, 20))
  assert.ok(typeof answer !== 'string')
  store.kept.set(20, utf8((await source.head(20)) + new TextDecoder().decode(answer.body)))
  for (const one of [a, b]) one.answer = async () => await Promise.resolve('away')
  await check()
  own.size = 11
  await assert.rejects(check(), refused)
  store.kept.set(21, utf8('damaged'))
  await assert.rejects(check(), /damaged/)
})

test('a head that we have signed is proof whoever shows it', async () => {
  const { a, check } = scene(20)
  const body = utf8(await source.fork(4).head(9))
  a.answer = async () => await Promise.resolve({ status: 200, body })
  await assert.rejects(check(), refused)
})

test('a witness that is away, or shows what proves nothing, is warned of and does not hold up the start', async () => {
  const { a, b, check, log } = scene(20)
  a.answer = async () => await Promise.resolve('away')
  const stranger = await testLog(source.origin).head(99)
  b.answer = async () => await Promise.resolve({ status: 200, body: utf8(stranger) })
  await check()
  assert.deepEqual(log.events, ['warn witness.not-asked', 'warn witness.not-asked'])
})
