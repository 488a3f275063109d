import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeRecord, type FakeRecord } from '../../test/fakes/record.ts'
import { fakeTime, type FakeTime } from '../../test/fakes/timer.ts'
import { silentLog } from '../base/log.ts'
import { auditArchive, personId } from '../record/ids.ts'
import { createAttempts, type OpenAttempts } from './attempts.ts'
import { type Attempt } from './ports.ts'

const ann = personId('a'.repeat(32))

type Scene = {
  readonly record: FakeRecord
  readonly time: FakeTime
  readonly attempts: OpenAttempts
  readonly said: () => readonly { readonly [name: string]: unknown }[]
}

function setUp(): Scene {
  const time = fakeTime(86_400_000)
  const record = fakeRecord(() => time.now())
  const attempts = createAttempts({
    record,
    findHere: (address) => (address === 'ann@x' ? ann : null),
    pseudonym: (_label, name) => Buffer.from(`stands for ${name.length} letters`),
    clock: time,
    timer: time,
    log: silentLog,
  })
  return {
    record,
    time,
    attempts,
    said: () => record.entries.map(({ content }) => JSON.parse(content)),
  }
}

const guess = (tried: string | null): Attempt => ({
  what: 'sign-in',
  person: null,
  tried,
  route: 'xmpp',
  code: 'not-authorized',
})

test('what was refused is an entry of the trail', () => {
  const { attempts, record, said } = setUp()
  attempts.note({ what: 'api', person: ann, tried: null, route: 'GET /v1/x', code: 'c' })
  const [entry] = record.entries
  assert.deepEqual([entry?.kind, entry?.sender], ['attempt', ann])
  assert.deepEqual(entry?.views, [
    { owner: auditArchive, peer: ann, peerDevice: '', incoming: false },
  ])
  assert.deepEqual(said(), [
    { v: 1, what: 'api', person: ann, route: 'GET /v1/x', code: 'c', tried: null },
  ])
})

test('a name is on record where it is an address here, and else what stands for it', () => {
  const { attempts, record, said } = setUp()
  attempts.note(guess('Ann@X'))
  attempts.note(guess('hunter2'))
  assert.deepEqual(
    said().map(({ person, tried }) => [person, tried]),
    [
      [ann, { address: 'ann@x' }],
      [null, { pseudonym: Buffer.from('stands for 7 letters').toString('hex') }],
    ],
  )
  // He who guesses is not she whose name he tries.
  assert.deepEqual(
    record.entries.map(({ sender }) => sender),
    [null, null],
  )
  assert.doesNotMatch(JSON.stringify(record.entries), /hunter2/)
})

test('beyond ten a minute of one at one place, they are counted in one entry', async () => {
  const { attempts, time, said } = setUp()
  for (let i = 0; i < 25; i++) attempts.note(guess('ann@x'))
  assert.equal(said().length, 10)
  time.pass(60_000)
  await Promise.resolve()
  const [counted, ...more] = said().slice(10)
  assert.deepEqual(more, [])
  assert.deepEqual(
    [counted?.['what'], counted?.['lines'], counted?.['more']],
    [
      'counted',
      [
        {
          what: 'sign-in',
          person: ann,
          route: 'xmpp',
          code: 'not-authorized',
          tried: { address: 'ann@x' },
          counted: 15,
        },
      ],
      0,
    ],
  )
  attempts.note(guess('ann@x'))
  assert.equal(said().length, 12)
})

test('who tries ever new names gets a hundred entries a minute and one, and ten thousand a day', async () => {
  const { attempts, time, said } = setUp()
  const alone = (): number => said().filter(({ what }) => what === 'sign-in').length
  for (let i = 0; i < 5_000; i++) attempts.note(guess('n'.repeat(1 + (i % 199))))
  assert.equal(alone(), 100)
  time.pass(60_000)
  const counted = said().at(-1)
  const lines = counted?.['lines']
  assert.ok(Array.isArray(lines) && lines.length === 100)
  const all: readonly unknown[] = [...lines, { counted: counted?.['more'] }]
  const sum = all.reduce<number>((total, line) => total + countedIn(line), 0)
  assert.equal(sum, 4_900)
  for (let minute = 0; minute < 200; minute++) {
    for (let i = 0; i < 120; i++) attempts.note(guess('n'.repeat(1 + i)))
    time.pass(60_000)
  }
  assert.equal(alone(), 10_000)
  await attempts.close()
})

function countedIn(line: unknown): number {
  return typeof line === 'object' && line !== null && 'counted' in line ? Number(line.counted) : 0
}

test('a visitor who has not signed in is counted, and has no entry of his own', async () => {
  const { attempts, said } = setUp()
  attempts.note({ what: 'api', person: null, tried: null, route: 'GET /v1/x', code: 'c' })
  assert.deepEqual(said(), [])
  await attempts.close()
  assert.deepEqual(
    said().map(({ what }) => what),
    ['counted'],
  )
})

test('what was counted is written at a stop, and a record that takes nothing breaks nothing', async () => {
  const { attempts, record, said } = setUp()
  for (let i = 0; i < 11; i++) attempts.note(guess('ann@x'))
  await attempts.close()
  assert.equal(said().at(-1)?.['what'], 'counted')
  record.refuse({ reason: 'space', text: 'The disk is full.' })
  attempts.note(guess('ann@x'))
  await attempts.close()
  assert.equal(said().length, 11)
})
