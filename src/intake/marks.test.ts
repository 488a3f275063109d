import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conversation, person } from '../../test/fakes/new-record.ts'
import { fakeRecord } from '../../test/fakes/record.ts'
import { fakeTime } from '../../test/fakes/timer.ts'
import { FatalError } from '../base/errors.ts'
import { silentLog } from '../base/log.ts'
import { createMarks } from './marks.ts'
import { type Mark } from './ports.ts'

const bo = person(2)

test('marks of a conversation become one entry a second, with the newest positions', async () => {
  const { marks, record, time } = setUp()
  marks.mark(markOf({ position: 3 }))
  marks.mark(markOf({ position: 5 }))
  marks.mark(markOf({ position: 4 }))
  marks.mark(markOf({ device: 'desk', position: 4 }))
  marks.mark(markOf({ kind: 'displayed', position: 3 }))
  time.pass(999)
  assert.equal(record.size, 0)
  time.pass(1)
  marks.mark(markOf({ position: 6 }))
  time.pass(999)
  assert.equal(record.size, 1)
  time.pass(1)
  assert.deepEqual(
    record.entries.map(({ content }) => JSON.parse(content)),
    [
      { delivered: { [`${bo}/phone`]: 5, [`${bo}/desk`]: 4 }, displayed: { [bo]: 3 } },
      { delivered: { [`${bo}/phone`]: 6 }, displayed: {} },
    ],
  )
})

test('an entry of marks is in no archive and has no sender', () => {
  const { marks, record, time } = setUp()
  marks.mark(markOf({}))
  time.pass(1_000)
  assert.deepEqual(record.entries[0]?.views, [])
  assert.equal(record.entries[0]?.sender, null)
  assert.equal(record.entries[0]?.kind, 'marks')
})

test('the members of a conversation are asked for once, however many of its messages are marked', () => {
  const { marks, record, time } = setUp()
  let asked = 0
  const about = {
    conversation: conversation(1),
    get members() {
      asked += 1
      return [person(1), bo]
    },
  }
  for (let position = 0; position < 50; position += 1) marks.mark(markOf({ about, position }))
  time.pass(1_000)
  assert.equal(asked, 1)
  assert.deepEqual(record.entries[0]?.members, [person(1), bo])
})

test('flushMarks() writes what waits and resolves when it is on record', async () => {
  const { marks, record } = setUp()
  for (let n = 0; n < 200; n += 1) marks.mark(markOf({ about: talk(n) }))
  await marks.flushMarks()
  assert.equal(record.size, 200)
  await marks.flushMarks()
  assert.equal(record.size, 200)
})

test('one conversation’s marks are bounded: too many are written early', () => {
  const { marks, record } = setUp()
  for (let n = 0; n < 1_000; n += 1) marks.mark(markOf({ device: `d${n}` }))
  assert.equal(record.size, 1)
})

test('conversations that wait are bounded: the oldest are written early', () => {
  const { marks, record } = setUp()
  for (let n = 0; n < 10_001; n += 1) marks.mark(markOf({ about: talk(n) }))
  assert.equal(record.size, 1)
  assert.equal(record.entries[0]?.conversation, conversation(0))
})

test('while the record is slow, marks beyond the bound are lost and nothing grows', async () => {
  const { marks, record } = setUp()
  record.hold()
  for (let n = 0; n < 11_000; n += 1) marks.mark(markOf({ about: talk(n) }))
  record.release()
  await marks.flushMarks()
  assert.equal(record.size, 10_064)
})

test('marks that the record refuses are dropped, and later ones are written', async () => {
  const { marks, record } = setUp()
  record.refuse({ reason: 'space', text: 'The disk is full.' })
  marks.mark(markOf({ position: 1 }))
  await marks.flushMarks()
  record.refuse(null)
  marks.mark(markOf({ position: 2 }))
  await marks.flushMarks()
  assert.equal(record.size, 1)
})

test('a fatal failure is reported', async () => {
  const { marks, record, failures, time } = setUp()
  record.breakWith(new FatalError('the flush failed'))
  marks.mark(markOf({}))
  time.pass(1_000)
  await assert.rejects(marks.flushMarks(), FatalError)
  assert.equal(failures.length, 1)
})

function setUp(): {
  readonly marks: ReturnType<typeof createMarks>
  readonly record: ReturnType<typeof fakeRecord>
  readonly time: ReturnType<typeof fakeTime>
  readonly failures: unknown[]
} {
  const [record, time, failures] = [fakeRecord(), fakeTime(), Array.of<unknown>()]
  const failed = (error: unknown): void => {
    failures.push(error)
  }
  const marks = createMarks({ record, ticks: time, timer: time, log: silentLog, failed })
  return { marks, record, time, failures }
}

function markOf(changes: Partial<Mark>): Mark {
  return {
    kind: 'delivered',
    about: talk(1),
    person: bo,
    device: 'phone',
    position: 1,
    ...changes,
  }
}

function talk(n: number): Mark['about'] {
  return { conversation: conversation(n), members: [person(1), bo] }
}
