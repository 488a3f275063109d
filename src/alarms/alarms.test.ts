import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { memoryAlarms } from '../../test/fakes/alarm-store.ts'
import { fakeRecord, type FakeRecord } from '../../test/fakes/record.ts'
import { type FakeTime, fakeTime } from '../../test/fakes/timer.ts'
import { OperatorError } from '../base/errors.ts'
import { silentLog } from '../base/log.ts'
import { type Alarms, openAlarms } from './alarms.ts'
import { createBell } from './bell.ts'
import { mailAlarms } from './mail.ts'
import { type Mailer } from './ports.ts'
import { alarmKinds, needNone } from './table.ts'

const by = { commandLine: true } as const
const minuteMs = 60_000

type Scene = {
  readonly alarms: Alarms
  readonly record: FakeRecord
  readonly time: FakeTime
  readonly news: string[]
  readonly reopen: () => Promise<Alarms>
}

async function setUp(): Promise<Scene> {
  const time = fakeTime()
  const record = fakeRecord(() => time.now())
  const store = memoryAlarms()
  const reopen = async (): Promise<Alarms> =>
    await openAlarms({ store, record, clock: time, log: silentLog, escalateMs: 30 * minuteMs })
  const alarms = await reopen()
  const news: string[] = []
  alarms.onNews((alarm, what) => news.push(`${alarm.event} ${what}`))
  return { alarms, record, time, news, reopen }
}

test('what is said again of one cause is one alarm, and another cause is another', async () => {
  const { alarms, news } = await setUp()
  alarms.hear('keys.holder-without-key', { kind: 'file', ref: 'a', why: 'x' })
  alarms.hear('keys.holder-without-key', { kind: 'file', ref: 'a', why: 'y' })
  alarms.hear('keys.holder-without-key', { kind: 'file', ref: 'b' })
  alarms.hear('server.started', {})
  assert.deepEqual(
    alarms
      .list()
      .map(({ cause, count }) => [cause['ref'], count])
      .toSorted(([a], [b]) => String(a).localeCompare(String(b))),
    [
      ['a', 2],
      ['b', 1],
    ],
  )
  assert.deepEqual(
    news,
    Array.from({ length: 2 }, () => 'keys.holder-without-key raised'),
  )
})

test('who looks, sees to it and closes it is on record, and a closed one that comes again is new', async () => {
  const { alarms, record, news } = await setUp()
  alarms.hear('capacity.disk', { left: 3 })
  const [alarm] = alarms.list()
  assert.ok(alarm)
  for (const state of ['seen', 'owned', 'closed'] as const)
    await alarms.change(alarm.id, { state, owner: null }, by)
  assert.deepEqual(
    record.entries.map(({ kind, content }) => [kind, JSON.parse(content).state]),
    [
      ['alarm.change', 'seen'],
      ['alarm.change', 'owned'],
      ['alarm.change', 'closed'],
    ],
  )
  assert.equal(alarms.get(alarm.id)?.state, 'closed')
  alarms.hear('capacity.disk', { left: 2 })
  assert.equal(alarms.get(alarm.id)?.state, 'new')
  assert.equal(news.filter((one) => one === 'capacity.disk raised').length, 2)
  await assert.rejects(
    alarms.change('none', { state: 'seen', owner: null }, by),
    (error) => error instanceof OperatorError && error.code === 'alarms.unknown',
  )
})

test('when the record takes nothing, an alarm stays as it is', async () => {
  const { alarms, record } = await setUp()
  alarms.hear('record.no-space', {})
  const [alarm] = alarms.list()
  record.refuse({ reason: 'space', text: 'There is no room.' })
  await assert.rejects(alarms.change(alarm?.id ?? '', { state: 'closed', owner: null }, by))
  assert.equal(alarms.list()[0]?.state, 'new')
})

test('a critical one that nobody looks at is told further up, once', async () => {
  const { alarms, time, news } = await setUp()
  alarms.hear('record.no-space', {})
  alarms.hear('search.failed', {})
  alarms.hear('scrub.finding', { where: 'tile' })
  const seen = alarms.list().find(({ event }) => event === 'scrub.finding')
  await alarms.change(seen?.id ?? '', { state: 'seen', owner: null }, by)
  time.pass(30 * minuteMs - 1)
  alarms.sweep()
  assert.ok(!news.some((one) => one.endsWith('escalated')))
  time.pass(1)
  alarms.sweep()
  alarms.sweep()
  assert.deepEqual(
    news.filter((one) => one.endsWith('escalated')),
    ['record.no-space escalated'],
  )
})

test('the next start has them as they were', async () => {
  const { alarms, time, reopen } = await setUp()
  alarms.hear('search.failed', {})
  time.pass(10_000)
  alarms.hear('search.failed', {})
  assert.deepEqual((await reopen()).list(), alarms.list())
})

test('of too many, closed ones make room, and there are never more than a thousand', async () => {
  const { alarms, time } = await setUp()
  for (let n = 0; n < 1_000; n++) alarms.hear('disposal.not-carried-out', { run: n })
  const [, second] = alarms.list()
  await alarms.change(second?.id ?? '', { state: 'closed', owner: null }, by)
  time.pass(1)
  alarms.hear('disposal.not-carried-out', { run: 1_000 })
  assert.equal(alarms.list().length, 1_000)
  assert.equal(alarms.get(second?.id ?? ''), null)
})

test('the bell rings for what was said before anybody could hear', async () => {
  const { alarms } = await setUp()
  const bell = createBell()
  const log = bell.ringing(silentLog)
  log.info('scrub.finding', { where: 'never' })
  log.error('scrub.finding', { where: 'tile' })
  bell.attach(alarms)
  log.warn('search.failed')
  assert.deepEqual(
    alarms
      .list()
      .map(({ event }) => event)
      .toSorted(),
    ['scrub.finding', 'search.failed'],
  )
})

test('who runs the server is mailed, others when nobody looks, and nobody is flooded', async () => {
  const { alarms, time } = await setUp()
  const sent: Parameters<Mailer['send']>[0][] = []
  const mailer: Mailer = { send: async (mail) => void (await Promise.resolve(sent.push(mail))) }
  const to = { to: ['it@x'], escalateTo: ['boss@x'], domain: 'x', clock: time, log: silentLog }
  mailAlarms({ alarms, mailer, ...to })
  alarms.hear('record.no-space', { why: 'full' })
  time.pass(30 * minuteMs)
  alarms.sweep()
  assert.deepEqual(
    sent.map((mail) => mail.to),
    [['it@x'], ['it@x', 'boss@x']],
  )
  assert.match(sent[0]?.text ?? '', /^The disk is full/)
  for (let run = 0; run < 50; run++) alarms.hear('disposal.not-carried-out', { run })
  assert.equal(sent.length, 20)
  time.pass(60 * minuteMs)
  alarms.hear('search.failed', {})
  assert.match(sent[20]?.text ?? '', /^32 more alarms were not mailed/m)
})

test('each event that is warned of or failed is an alarm, or is said to need none', () => {
  const said = globSync('src/**/*.ts', { exclude: ['**/*.test.ts'] }).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\blog\.(?:warn|error)\(\s*'([\w.-]+)'/g)].map(
      ([, event]) => event ?? '',
    ),
  )
  const known = [...Object.keys(alarmKinds), ...needNone]
  assert.ok(said.length > 50)
  assert.deepEqual(
    [...new Set(said)].filter((event) => !known.includes(event)),
    [],
  )
  assert.deepEqual(
    known.filter((event) => !said.includes(event)),
    [],
  )
})

test('an alarm that somebody may want to hush up is closed by nobody for a week, and mailed in any flood', async () => {
  const time = fakeTime()
  const alarms = await openAlarms({
    store: memoryAlarms(),
    record: fakeRecord(() => time.now()),
    clock: time,
    log: silentLog,
    escalateMs: 1_000,
  })
  const sent: string[] = []
  const send = async ({ subject }: { readonly subject: string }): Promise<void> =>
    void (await Promise.resolve(sent.push(subject)))
  const whom = { to: ['a@x'], escalateTo: [], domain: 'x' }
  mailAlarms({ ...whom, alarms, mailer: { send }, clock: time, log: silentLog })
  for (let n = 0; n < 30; n++) alarms.hear('record.closed-unsigned', {})
  for (let n = 0; n < 30; n++) alarms.hear('disposal.not-carried-out', { run: n })
  alarms.hear('break-glass.opened', { envelope: 'e' })
  assert.match(sent.at(-1) ?? '', /break-glass\.opened/)
  const id = alarms.list().find(({ event }) => event === 'break-glass.opened')?.id ?? ''
  const closed = { state: 'closed', owner: null } as const
  await assert.rejects(alarms.change(id, closed, by), { code: 'alarms.stays' })
  await alarms.change(id, { state: 'seen', owner: null }, by)
  time.pass(7 * 86_400_000)
  await alarms.change(id, closed, by)
})

test('alarms that nobody may close yet make no room for others, however many come', async () => {
  const { alarms, time } = await setUp()
  alarms.hear('break-glass.opened', { envelope: 'e' })
  time.pass(1_000)
  for (let n = 0; n < 1_001; n++) alarms.hear('disposal.not-carried-out', { run: n })
  assert.equal(alarms.list().length, 1_000)
  assert.ok(alarms.list().some(({ event }) => event === 'break-glass.opened'))
})
