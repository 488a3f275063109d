// Who looked at how much: the digest of a month, made once, and what people see of it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeAudit } from '../../test/fakes/audit.ts'
import { fakeRecord, type FakeRecord } from '../../test/fakes/record.ts'
import { fakeTime, type FakeTime } from '../../test/fakes/timer.ts'
import { silentLog } from '../base/log.ts'
import { conversationId, personId } from '../record/ids.ts'
import { serverRecord } from '../record/server-record.ts'
import { type PersonId, type RecordKind } from '../record/types.ts'
import { type Digest, digestOf, shortened } from './digest.ts'
import { createMonthly, type Monthly } from './monthly.ts'
import { type Audit } from './open.ts'

const [ann, ben, olga] = ['a', 'b', 'c'].map((digit) => personId(digit.repeat(32)))
const may = Date.UTC(2026, 4, 3)
const conversation = conversationId('5'.repeat(32))

type Scene = {
  readonly time: FakeTime
  readonly record: FakeRecord
  readonly audit: Audit
  readonly looked: (kind: RecordKind, what: object) => Promise<void>
  /** @returns its position */
  readonly say: (from: PersonId, to: PersonId) => Promise<number>
}

function setUp(): Scene {
  const time = fakeTime(may)
  const record = fakeRecord(() => time.now())
  const audit = fakeAudit({ record, directory: { find: () => null }, clock: time, timer: time })
  return {
    time,
    record,
    audit,
    async looked(kind, what) {
      const said = { v: 1, by: olga, purpose: 'a complaint', matter: 'M 1', ...what }
      const content = JSON.stringify(said)
      await record.append(
        serverRecord({ kind, conversation, members: [], content, sender: olga ?? null }),
      )
    },
    async say(from, to) {
      const message = serverRecord({ kind: 'message', conversation, members: [], content: 'hello' })
      const views = [from, to].map((owner) => ({
        owner,
        peer: null,
        peerDevice: '',
        incoming: false,
      }))
      return (await record.append({ ...message, sender: from, views })).position
    },
  }
}

test('a digest counts by person, purpose and matter', async () => {
  const { audit, looked } = setUp()
  await looked('search', { query: 'x', category: 'legal' })
  await looked('read', { positions: [1, 2, 3], category: 'legal' })
  await looked('read', { positions: [4], purpose: 'another', matter: null })
  assert.deepEqual(await digestOf('2026-05', audit.trail), {
    month: '2026-05',
    lines: [
      {
        person: olga,
        category: 'legal',
        purpose: 'a complaint',
        matter: 'M 1',
        searches: 1,
        opened: 3,
        exports: 0,
        connections: 0,
      },
      {
        person: olga,
        category: 'other',
        purpose: 'another',
        matter: null,
        searches: 0,
        opened: 1,
        exports: 0,
        connections: 0,
      },
    ],
    more: 0,
    totals: { searches: 1, opened: 4, exports: 0, connections: 0 },
  })
  assert.deepEqual((await digestOf('2026-04', audit.trail))?.lines, [])
  assert.equal(await digestOf('May', audit.trail), null)
})

test('a digest counts looks at content, and each bundle that was fetched, and no other act', async () => {
  const { audit, looked } = setUp()
  await looked('search.save', { name: 'mine' })
  await looked('search.drop', {})
  await looked('export', { purpose: 'a dispute' })
  await looked('export.end', { act: 1, state: 'done' })
  await looked('export.fetch', { act: 1, purpose: 'to court' })
  await looked('connections.read', { person: ann, purpose: 'a lost phone' })
  const digest = await digestOf('2026-05', audit.trail)
  assert.deepEqual(digest?.totals, { searches: 0, opened: 0, exports: 2, connections: 1 })
  assert.deepEqual(digest.lines.map(({ purpose }) => purpose).toSorted(), [
    'a dispute',
    'a lost phone',
    'to court',
  ])
})

type MonthlyScene = Scene & { readonly told: string[]; readonly open: () => Monthly }

function monthlyScene(tell?: () => Promise<void>): MonthlyScene {
  const scene = setUp()
  const told: string[] = []
  const open = (): Monthly =>
    createMonthly({
      trail: scene.audit.trail,
      record: scene.record,
      clock: scene.time,
      timer: scene.time,
      log: silentLog,
      async tell({ month }: Digest) {
        await tell?.()
        told.push(month)
      },
    })
  return { ...scene, told, open }
}

function digests({ record }: Scene): number {
  return record.entries.filter(({ kind }) => kind === 'audit.digest').length
}

test('when a month is over its digest is put on record once, and told', async () => {
  const scene = monthlyScene()
  await scene.looked('search', { query: 'x' })
  const monthly = scene.open()
  await monthly.check()
  assert.equal(digests(scene), 0)
  scene.time.pass(30 * 86_400_000)
  await monthly.check()
  await monthly.check()
  assert.deepEqual([digests(scene), scene.told], [1, ['2026-05']])
  // Another start finds it on record, and tells whoever was not told.
  await scene.open().check()
  assert.deepEqual([digests(scene), scene.told], [1, ['2026-05', '2026-05']])
})

test('a stop between the entry and the message leaves the message to the next look', async () => {
  let fails = true
  const scene = monthlyScene(async () => {
    if (fails) throw new Error('stopped')
    await Promise.resolve()
  })
  await scene.looked('search', { query: 'x' })
  scene.time.pass(30 * 86_400_000)
  const monthly = scene.open()
  await monthly.check()
  assert.deepEqual([digests(scene), scene.told], [1, []])
  fails = false
  await monthly.check()
  assert.deepEqual([digests(scene), scene.told], [1, ['2026-05']])
})

test('a digest of very many purposes fits into a record, and says how much is not in it', () => {
  const line = {
    person: '',
    category: 'other',
    matter: null,
    searches: 2,
    opened: 7,
    exports: 0,
    connections: 0,
  }
  const lines = Array.from({ length: 300 }, (_, i) => ({ ...line, purpose: `${i} `.repeat(300) }))
  const totals = { searches: 600, opened: 2_100, exports: 0, connections: 0 }
  const short = shortened({ month: '2026-05', lines, more: 5, totals })
  assert.deepEqual([short.lines.length, short.more, short.totals], [200, 305, totals])
  assert.ok(JSON.stringify(short).length < 100_000)
})

test('a log that has just begun has no month behind it', async () => {
  const scene = monthlyScene()
  await scene.open().check()
  assert.deepEqual([scene.record.size, scene.told], [0, []])
})

test('people see how often they were looked at, by month and kind of purpose, and not by whom', async () => {
  const { audit, looked, say, time } = setUp()
  assert.ok(ann && ben)
  const [one, two] = [await say(ann, ben), await say(ben, ann)]
  const [other] = [await say(ben, ben)]
  await looked('read', { positions: [one, two], category: 'legal' })
  await looked('read', { positions: [one, other] })
  await audit.looks.catchUp()
  assert.deepEqual(await audit.looks.of(ann, 1), [], 'the month that runs is not shown')
  time.pass(30 * 86_400_000)
  await audit.looks.catchUp()
  const seen = [
    { month: '2026-05', category: 'legal', records: 2 },
    { month: '2026-05', category: 'other', records: 1 },
  ]
  assert.deepEqual(await audit.looks.of(ann, 1), seen)
  assert.deepEqual(await audit.looks.of(ann, 2), [])
  assert.deepEqual(await audit.looks.of(ann, 0), seen)
})
