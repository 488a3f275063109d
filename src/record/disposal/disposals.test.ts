import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { conversation, newRecord, person } from '../../../test/fakes/new-record.ts'
import {
  disposeOfAll,
  lea,
  lou,
  newDisk,
  nothing,
  rob,
  start,
  type Disk,
  type Running,
} from '../../../test/support/disposal-scene.ts'
import { sha256 } from '../../base/crypto.ts'
import { toHex, utf8 } from '../../base/bytes.ts'
import { RecordUnreadable } from '../errors.ts'
import { type PersonId } from '../types.ts'
import { runRegister, type Run } from './runs.ts'

const november = Date.UTC(2026, 10, 21)
const march = Date.UTC(2027, 2, 5)
const said = { name: 'Müller v. Acme', reason: 'claim of 3 May' }

type Scene = Running & {
  readonly disk: Disk
  readonly clock: { at: number }
  /** Persons 1 to 3 say so many things in November, each in his own conversation; then it is March. @returns positions, by person */
  readonly positions: readonly (readonly number[])[]
}

async function scene(t: TestContext, each = 4): Promise<Scene> {
  const disk = await newDisk()
  const clock = { at: november }
  const running = await start(disk, clock)
  t.after(async () => {
    await running.stop()
    disk.home.remove()
  })
  const positions: number[][] = [[], [], []]
  for (let i = 0; i < each; i++)
    for (const [n, its] of positions.entries()) {
      const { position } = await running.record.append(messageOf(n + 1, `november ${i}`))
      its.push(position)
    }
  clock.at = march
  running.record.confirmClock()
  await running.keys.ensureBuckets(march)
  return { ...running, disk, clock, positions }
}

function messageOf(n: number, text: string): ReturnType<typeof newRecord> {
  return newRecord({
    conversation: conversation(n),
    sender: person(n),
    messageId: `m ${n} ${text}`,
    content: JSON.stringify({ body: text }),
    views: [{ owner: person(n), peer: person(9), peerDevice: '', incoming: false }],
  })
}

async function readable({ record }: Running, positions: readonly number[]): Promise<number> {
  let count = 0
  for (const position of positions) {
    try {
      await record.read(position)
      count++
    } catch (error) {
      if (!(error instanceof RecordUnreadable)) throw error
    }
  }
  return count
}

async function approve({ disposals }: Running, { id: run, digest: proposal }: Run): Promise<Run> {
  return await disposals.approve({ by: lou, run, approves: true, proposal, reason: '' })
}

test('what is due is proposed, approved by a second person, and gone with its bodies and rows', async (t) => {
  const s = await scene(t)
  const buckets = s.disposals.due().map(({ bucket }) => bucket.number)
  assert.equal(buckets[0], 1)
  const open = await s.keys.bucketAt('default', s.clock.at)
  const early = { by: lea, buckets: [open.number] }
  await assert.rejects(s.disposals.propose(early), { code: 'disposal.not-due' })
  const run = await s.disposals.propose({ by: lea, buckets })
  assert.deepEqual(s.disposals.due(), [])
  const mine = { by: lea, run: run.id, approves: true, proposal: run.digest, reason: '' }
  await assert.rejects(s.disposals.approve(mine), { code: 'disposal.second-person' })
  await s.disposals.idle()
  assert.equal(await readable(s, s.positions.flat()), 12, 'nothing goes before it is approved')
  await s.disposals.approve({ ...mine, by: lou })
  await s.disposals.idle()

  assert.equal(s.disposals.stateOfBucket(1), 'destroyed')
  assert.equal(await readable(s, s.positions.flat()), 0)
  assert.equal(existsSync(join(s.disk.home.dir, 'bodies/1')), false)
  const owner = person(1)
  assert.deepEqual(s.record.mailbox.rows({ owner, limit: 9, newestFirst: false }), [])
  const [certificate] = s.disposals.certificates(1)
  assert.equal(certificate?.destroyed, 12)
  assert.equal(certificate?.leaves.count, 12)
  assert.equal(certificate?.survivors.count, 0)
  assert.equal(certificate?.holders[0]?.state, 'destroyed')
  assert.equal(await s.keys.stateOf(1), 'destroyed')
  const [, empty = 0] = buckets
  assert.equal(await s.keys.stateOf(empty), 'destroyed', 'one without records, too')
})

test('the log has no body any more when it is certified, and the record goes on', async (t) => {
  const s = await scene(t)
  const bodies = readFileSync(join(s.disk.home.dir, 'bodies/1'))
  const piece = bodies.subarray(120, 160)
  const inLog = (): boolean => [...s.disk.wal.segments.values()].some((one) => one.includes(piece))
  assert.equal(inLog(), true)
  await disposeOfAll(s)
  assert.equal(inLog(), false)
  const { position } = await s.record.append(messageOf(1, 'march'))
  const { envelope } = await s.record.read(position)
  assert.equal(envelope.conv_seq, 4, 'numbers go on')
  assert.equal(envelope.sender_seq, 4)
})

test('what is held survives where it lay, and goes in the next run after its release', async (t) => {
  const s = await scene(t)
  const scope = { ...nothing, persons: [person(2)] }
  const { hold } = await s.holds.place({ ...said, by: lea, scope })
  const [preview] = await s.disposals.preview([1])
  assert.equal(preview?.destroyed, 8)
  assert.deepEqual([...(preview?.kept.byHold ?? [])], [[hold.id, 4]])
  const before = readFileSync(join(s.disk.home.dir, 'bodies/1'))
  await disposeOfAll(s)

  assert.deepEqual(
    [await readable(s, s.positions[1] ?? []), await readable(s, s.positions.flat())],
    [4, 4],
  )
  assert.equal(s.disposals.stateOfBucket(1), 'live')
  const after = readFileSync(join(s.disk.home.dir, 'bodies/1'))
  assert.equal(after.length, before.length)
  const held = new Set(s.positions[1])
  const zeros = after.filter((byte) => byte === 0).length
  assert.ok(zeros > before.length / 2 && held.size === 4)
  assert.deepEqual(s.disposals.due(), [], 'all that is left is held')

  await s.holds.release({ by: lea, hold: hold.id, reason: 'settled' })
  await disposeOfAll(s)
  assert.equal(await readable(s, s.positions.flat()), 0)
  assert.equal(s.disposals.stateOfBucket(1), 'destroyed')
  assert.equal(s.disposals.certificates(1).length, 2)
})

test('a hold that is placed between intent and commit wins; one after the commit is told that it is too late', async (t) => {
  const s = await scene(t)
  const signed = s.record.shedding.signed.bind(s.record.shedding)
  const holding: { id: number | null } = { id: null }
  s.record.shedding.signed = async (size) => {
    await signed(size)
    if (holding.id !== null) return
    holding.id = -1
    const scope = { ...nothing, persons: [person(3)] }
    const placed = await s.holds.place({ ...said, by: lea, scope })
    assert.deepEqual(placed.tooLate, [])
    holding.id = placed.hold.id
  }
  await disposeOfAll(s)
  assert.equal(await readable(s, s.positions[2] ?? []), 4)
  assert.equal(await readable(s, s.positions.flat()), 4)
  const late = await s.holds.place({
    ...said,
    by: lea,
    scope: { ...nothing, conversations: [conversation(1)] },
  })
  const [certificate] = s.disposals.certificates(1)
  assert.deepEqual(late.tooLate, [
    { bucket: 1, run: certificate?.run, certificate: certificate?.position },
  ])
})

test('one refusal ends a run, and its buckets are due as before', async (t) => {
  const s = await scene(t)
  const run = await s.disposals.propose({ by: lea, buckets: [1] })
  await s.disposals.approve({ by: lou, run: run.id, approves: false, reason: 'not yet' })
  await s.disposals.idle()
  await assert.rejects(approve(s, run), { code: 'disposal.over' })
  assert.equal(await readable(s, s.positions.flat()), 12)
  assert.equal(s.disposals.due().length, 2)
})

test('an order erases what it names, also of this month, and nothing else', async (t) => {
  const s = await scene(t)
  const now = await s.record.append(messageOf(2, 'a secret of march'))
  const other = await s.record.append(messageOf(2, 'march'))
  const scope = { ...nothing, query: 'a secret' }
  const order = { by: lea, why: 'LG Hamburg, 324 O 17/27', scope }
  const none = { ...order, scope: { ...nothing, query: 'nowhere' } }
  await assert.rejects(s.disposals.order(none), { code: 'erasure.none' })
  const run = await s.disposals.order(order)
  assert.deepEqual(run.positions, [now.position])
  await s.disposals.idle()
  assert.equal(await readable(s, [now.position]), 1)
  await approve(s, run)
  await s.disposals.idle()
  assert.equal(await readable(s, [now.position]), 0)
  assert.equal(await readable(s, [...s.positions.flat(), other.position]), 13)
  const next = await s.record.append(messageOf(2, 'march, too'))
  assert.equal((await s.record.read(next.position)).envelope.conv_seq, 6)
})

test('an order says what it was asked for and what that came to, and an approval is of exactly that', async (t) => {
  const s = await scene(t)
  const ofTwo = { ...nothing, persons: [person(1), person(3)], query: 'november' }
  const order = { by: lea, why: 'LG Hamburg, 324 O 17/27' }
  const run = await s.disposals.order({ ...order, scope: ofTwo })
  assert.deepEqual(run.scope, ofTwo)
  const listed = run.covers?.conversations.map(({ id, records }) => [id, records])
  assert.deepEqual(listed, [
    [conversation(1), 4],
    [conversation(3), 4],
  ])
  assert.deepEqual(run.covers?.conversations[0]?.persons, [person(1), person(9)])
  assert.deepEqual([run.covers?.first, run.covers?.last], [november, november])
  const { content, wire } = await s.record.read(run.id)
  assert.deepEqual([JSON.parse(content).scope, wire], [ofTwo, ''], 'sealed, in the act')
  assert.equal(run.digest, toHex(sha256(utf8(content))), 'anybody who has the act can tell it')

  const other = { ...run, digest: toHex(sha256(utf8(content.replace('"query":"november"', '')))) }
  await assert.rejects(approve(s, other), { code: 'disposal.proposal' })
  const unseen = { by: lou, run: run.id, approves: true, reason: '' }
  await assert.rejects(s.disposals.approve(unseen), { code: 'disposal.proposal' })
  await s.disposals.idle()
  assert.equal(await readable(s, s.positions.flat()), 12)
  const approved = await approve(s, run)
  const act = await s.record.read(approved.approvals[1]?.position ?? 0)
  assert.equal(JSON.parse(act.content).proposal, run.digest)
  await s.disposals.idle()
  assert.equal(await readable(s, s.positions.flat()), 4)
})

test('an approval of another proposal on record does not count, and one of before does', () => {
  const runs = runRegister()
  const order = { kind: 'erasure.order', by: lea, positions: [3], buckets: [1], why: 'x', needs: 3 }
  runs.apply({ ...order, kind: 'erasure.order' }, { position: 5, at: 1 })
  const yes = { kind: 'disposal.approve', run: 5, approves: true, reason: '' } as const
  const is = (more: object, by: PersonId): boolean =>
    runs.apply({ ...yes, ...more, by }, { position: 6, at: 2 })
  assert.equal(is({ proposal: '0'.repeat(64) }, lou), false)
  assert.equal(is({ proposal: runs.get(5)?.digest }, lou), true)
  assert.equal(is({}, rob), true)
})

test('what an erasure has left of a bucket is due when its time is over', async (t) => {
  const s = await scene(t)
  const before = s.disposals.due().map(({ bucket }) => bucket.number)
  const scope = { ...nothing, persons: [person(1)] }
  await approve(s, await s.disposals.order({ by: lea, why: 'a decision', scope }))
  await s.disposals.idle()
  assert.equal(await readable(s, s.positions.flat()), 8)
  assert.deepEqual(
    s.disposals.due().map(({ bucket }) => bucket.number),
    before,
  )
  await disposeOfAll(s)
  assert.equal(await readable(s, s.positions.flat()), 0)
})

test('an order does not take what is held, nor an act', async (t) => {
  const s = await scene(t)
  const scope = { ...nothing, persons: [person(1)] }
  await s.holds.place({ ...said, by: lea, scope })
  const run = await s.disposals.order({ by: lea, why: 'a decision', scope })
  await approve(s, run)
  await s.disposals.idle()
  assert.equal(await readable(s, s.positions.flat()), 12)
  assert.equal(s.disposals.certificates(1)[0]?.destroyed, 0)
})

test('after a stop everything is as it was, and nothing that is gone is asked for', async (t) => {
  const disk = await newDisk()
  t.after(() => disk.home.remove())
  const clock = { at: november }
  const first = await start(disk, clock)
  const { position } = await first.record.append(messageOf(1, 'november'))
  clock.at = march
  first.record.confirmClock()
  await first.keys.ensureBuckets(march)
  await disposeOfAll(first)
  await first.stop()
  const second = await start(disk, clock)
  assert.equal(second.disposals.stateOfBucket(1), 'destroyed')
  assert.equal(await readable(second, [position]), 0)
  await second.record.append(messageOf(1, 'march'))
  await second.stop()
  assert.deepEqual([...first.fatal, ...second.fatal], [])
  assert.ok(readdirSync(join(disk.home.dir, 'bodies')).every((name) => name !== '1'))
  assert.ok(statSync(join(disk.home.dir, 'mailbox.db')).size > 0)
})

test('a schedule that lies is refused by the vault, and what was committed is there still', async (t) => {
  const s = await scene(t)
  const duty = { keep: 'permanent', locked: true } as const
  await s.keys.ensureBuckets(march, [{ name: 'default', width: 'month', duty }])
  const id = await disposeOfAll(s)
  assert.notEqual(s.disposals.get(id)?.buckets.get(1)?.commit, null)
  assert.equal(s.disposals.stateOfBucket(1), 'committed')
  assert.equal(await readable(s, s.positions.flat()), 12)
  assert.deepEqual(s.disposals.certificates(1), [])
})

test('nobody orders that something of a locked class goes before its time', async (t) => {
  const s = await scene(t)
  const duty = { keep: { count: 9, unit: 'years' }, locked: true } as const
  await s.keys.ensureBuckets(march, [{ name: 'default', width: 'month', duty }])
  const order = { by: lea, scope: { ...nothing, persons: [person(1)] }, why: 'a decision' }
  await assert.rejects(s.disposals.order(order), { code: 'erasure.locked' })
  assert.equal(s.disposals.list().length, 0)
})
