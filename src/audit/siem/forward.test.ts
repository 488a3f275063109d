import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeRecord } from '../../../test/fakes/record.ts'
import { fakeTime, type FakeTime } from '../../../test/fakes/timer.ts'
import { type Log, silentLog } from '../../base/log.ts'
import { conversationId } from '../../record/ids.ts'
import { serverRecord } from '../../record/server-record.ts'
import { type LogPosition } from '../../record/types.ts'
import { type SiemState } from '../ports.ts'
import { createTrail } from '../trail.ts'
import { createForwarder, type Forwarder } from './forward.ts'

const conversation = conversationId('5'.repeat(32))

type Scene = {
  readonly time: FakeTime
  readonly said: string[]
  readonly act: () => Promise<void>
  readonly open: () => Forwarder
  /** Null: the receiver takes them; else why not. */
  readonly answer: { why: string | null }
  readonly got: LogPosition[][]
  readonly state: SiemState
}

function setUp(): Scene {
  const time = fakeTime(10_000_000)
  const record = fakeRecord(() => time.now())
  const [said, got]: [string[], LogPosition[][]] = [[], []]
  const answer: Scene['answer'] = { why: null }
  let sent = -1
  const state: SiemState = {
    sent: async () => await Promise.resolve(sent),
    async note(position) {
      sent = position
      await Promise.resolve()
    },
  }
  const told = (event: string): void => void said.push(event)
  const log: Log = { ...silentLog, info: told, warn: told, error: told }
  return {
    time,
    said,
    answer,
    got,
    state,
    async act() {
      const what = { kind: 'backup', conversation, members: [], content: '{"v":1}' } as const
      await record.append(serverRecord(what))
    },
    open: () =>
      createForwarder({
        trail: createTrail(record),
        state,
        nameOf: (id) => id,
        lagMsMax: 900_000,
        clock: time,
        pause: async () => await Promise.resolve(),
        log,
        async send(events) {
          got.push(events.map(({ metadata }) => Number(metadata.uid)))
          return await Promise.resolve(answer.why)
        },
      }),
  }
}

test('acts are sent in order, and those that were sent are not sent again, also after a stop', async () => {
  const { act, open, got } = setUp()
  for (let i = 0; i < 3; i++) await act()
  await open().step()
  await act()
  await open().step()
  assert.deepEqual(got, [[0, 1, 2], [3]])
})

test('what nobody has taken is sent again, later each time', async () => {
  const { act, open, got, answer, said } = setUp()
  await act()
  answer.why = 'away'
  const forwarder = open()
  const waits = [await forwarder.step(), await forwarder.step(), await forwarder.step()]
  assert.deepEqual(waits, [2_000, 4_000, 8_000])
  answer.why = null
  await forwarder.step()
  assert.deepEqual(got, [[0], [0], [0], [0]])
  assert.deepEqual(new Set(said), new Set(['siem.not-sent']))
})

test('many are sent two hundred at a time, without waiting between', async () => {
  const { act, open, got } = setUp()
  for (let i = 0; i < 450; i++) await act()
  const forwarder = open()
  const waits = [await forwarder.step(), await forwarder.step(), await forwarder.step()]
  assert.deepEqual(waits, [0, 0, 1_000])
  assert.deepEqual(
    got.map(({ length }) => length),
    [200, 200, 50],
  )
})

test('a lag is told once, and again when it is over', async () => {
  const { act, open, answer, said, time } = setUp()
  await act()
  answer.why = 'away'
  const forwarder = open()
  await forwarder.step()
  time.pass(900_001)
  assert.equal(forwarder.lagMs, 900_001)
  await forwarder.step()
  await forwarder.step()
  answer.why = null
  await forwarder.step()
  await forwarder.step()
  assert.equal(forwarder.lagMs, 0)
  const told = said.filter((event) => event !== 'siem.not-sent')
  assert.deepEqual(told, ['siem.lagging', 'siem.caught-up'])
})

test('a state that knows of more than the log has goes on at its end', async () => {
  const { act, open, got, state } = setUp()
  await act()
  await state.note(99)
  const forwarder = open()
  await forwarder.step()
  await act()
  await forwarder.step()
  assert.deepEqual(got, [[1]])
})
