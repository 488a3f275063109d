import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryConnections } from '../../test/fakes/audit-state.ts'
import { fakeTime, type FakeTime } from '../../test/fakes/timer.ts'
import { silentLog } from '../base/log.ts'
import { personId } from '../record/ids.ts'
import { type Connections, openConnections } from './connections.ts'
import { type ConnectionState } from './ports.ts'

const ann = personId('a'.repeat(32))
const place = { address: '192.0.2.7', agent: 'Gajim' }
const dayMs = 86_400_000

function setUp(changes: Partial<ConnectionState> = {}): {
  readonly time: FakeTime
  readonly connections: Connections
} {
  const time = fakeTime(100 * dayMs)
  const connections = openConnections({
    state: { ...memoryConnections(), ...changes },
    findHere: (address) => (address === 'ann@x' ? ann : null),
    keptMs: 30 * dayMs,
    clock: time,
    timer: time,
    log: silentLog,
  })
  return { time, connections }
}

const all = { person: undefined, before: null, limit: 100 }

test('sign-ins, refusals and ends of streams are found, newest first', async () => {
  const { connections, time } = setUp()
  connections.passed(ann, place, 'SCRAM-SHA-256')
  time.pass(1_000)
  connections.ended(ann, place)
  connections.refused({ tried: 'Ann@X', how: 'PLAIN', code: 'not-authorized' }, place)
  connections.refused({ tried: 'nobody@x', how: 'PLAIN', code: 'not-authorized' }, place)
  const found = await connections.find({ ...all, person: ann })
  assert.deepEqual(
    found.map(({ what, how, address }) => [what, how, address]),
    [
      ['refused', 'PLAIN: not-authorized', '192.0.2.7'],
      ['end', 'stream', '192.0.2.7'],
      ['sign-in', 'SCRAM-SHA-256', '192.0.2.7'],
    ],
  )
  const strangers = await connections.find({ ...all, person: null })
  assert.equal(strangers.length, 1)
  assert.doesNotMatch(JSON.stringify(strangers), /nobody/)
})

test('they go after their time, and are not shown from then on', async () => {
  const { connections, time } = setUp()
  connections.passed(ann, place, 'web')
  assert.equal((await connections.find(all)).length, 1)
  time.pass(31 * dayMs)
  assert.equal((await connections.find(all)).length, 0)
})

test('a program that asks often is there once an hour for each address', async () => {
  const { connections, time } = setUp()
  for (let i = 0; i < 3; i++) connections.usedToken(ann, 't1', place)
  connections.usedToken(ann, 't1', { ...place, address: '192.0.2.8' })
  assert.equal((await connections.find(all)).length, 2)
  time.pass(3_600_000)
  connections.usedToken(ann, 't1', place)
  assert.equal((await connections.find(all)).length, 3)
})

test('a flood is left out beyond what waits, and long names are cut', async () => {
  const { connections } = setUp()
  const long = { address: 'a'.repeat(9_000), agent: 'b'.repeat(9_000) }
  for (let i = 0; i < 10_050; i++) connections.passed(ann, long, 'web')
  const found = await connections.find({ ...all, limit: 20_000 })
  assert.equal(found.length, 10_000)
  assert.deepEqual([found[0]?.address.length, found[0]?.agent.length], [200, 200])
})

test('a disk that takes nothing breaks nothing, and what comes later is kept', async () => {
  const memory = memoryConnections()
  let isFull = true
  const { connections } = setUp({
    async add(rows) {
      if (isFull) throw new Error('the disk is full')
      await memory.add(rows)
    },
    find: async (query) => await memory.find(query),
  })
  connections.passed(ann, place, 'web')
  assert.deepEqual(await connections.find(all), [])
  isFull = false
  connections.passed(ann, place, 'web')
  assert.equal((await connections.find(all)).length, 1)
})
