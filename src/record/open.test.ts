import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test, type TestContext } from 'node:test'
import { recordConformance } from '../../test/conformance/record.ts'
import { conversation, newRecord, person } from '../../test/fakes/new-record.ts'
import { simDisk } from '../../test/sim/disk.ts'
import { readAll } from '../../test/support/read-all.ts'
import { realRecord, recordHome, type RecordHome } from '../../test/support/real-record.ts'
import { RecordRefused } from './errors.ts'
import { type Record } from './ports.ts'

const segmentBytes = 256 * 1024

recordConformance('real record', async () => {
  const home = await recordHome()
  const { record } = await realRecord(home, simDisk(segmentBytes).open())
  const done = async (): Promise<void> => {
    await record.close()
    home.remove()
  }
  return { record, done }
})

async function homeOf(t: TestContext): Promise<RecordHome> {
  const home = await recordHome()
  t.after(() => home.remove())
  return home
}

test('numbers go on after a clean stop: of conversations, of senders, in the bucket', async (t) => {
  const home = await homeOf(t)
  const disk = simDisk(segmentBytes)
  const first = await realRecord(home, disk.open())
  const before = await first.record.append(newRecord())
  await first.record.append(newRecord({ conversation: conversation(2) }))
  await first.record.close()

  const second = await realRecord(home, disk.open())
  const { position } = await second.record.append(newRecord())
  const { envelope } = await second.record.read(position)
  await second.record.close()

  assert.equal(position, 2)
  assert.equal(envelope.conv_seq, 1)
  assert.equal(envelope.conv_prev, before.leafHash)
  assert.equal(envelope.sender_seq, 2)
  assert.deepEqual([...first.fatal, ...second.fatal], [])
})

test('a clean stop marks the log as closed where it ends, and a start as open', async (t) => {
  const home = await homeOf(t)
  const disk = simDisk(segmentBytes)
  const first = await realRecord(home, disk.open())
  await first.record.append(newRecord())
  await first.record.close()
  const origin = await originOf(home)
  const closed = await home.register.read(origin)
  assert.equal(closed?.size, 1)
  assert.equal(closed?.closedAt?.segment, 1)

  const second = await realRecord(home, disk.open())
  await second.record.append(newRecord())
  assert.equal((await home.register.read(origin))?.closedAt, null)
  await second.record.close()
})

test('a stop right after the start is a clean one, and leaves mailbox.db as one file', async (t) => {
  const home = await homeOf(t)
  const disk = simDisk(segmentBytes)
  const first = await realRecord(home, disk.open())
  await first.record.append(newRecord())
  await first.record.close()
  const { record, fatal } = await realRecord(home, disk.open())
  await record.close()
  assert.deepEqual(fatal, [])
  assert.deepEqual(
    readdirSync(home.dir).filter((name) => name.startsWith('mailbox')),
    ['mailbox.db'],
  )
  assert.notEqual((await home.register.read(await originOf(home)))?.closedAt, null)
})

test('records that wait for the start keep their order', async (t) => {
  const home = await homeOf(t)
  const { record } = await realRecord(home, simDisk(segmentBytes).open())
  const contents = Array.from({ length: 50 }, (_, i) => `message ${i}`)
  const appended = await Promise.all(
    contents.map(
      async (content, i) =>
        await record.append(newRecord({ content, conversation: conversation(i % 7) })),
    ),
  )
  const opened = await readAll(
    record,
    appended.map(({ position }) => position),
  )
  assert.deepEqual(
    opened.map(({ content }) => content),
    contents,
  )
  await record.close()
})

test('while it closes, the record refuses and says so', async (t) => {
  const home = await homeOf(t)
  const { record } = await realRecord(home, simDisk(segmentBytes).open())
  const closing = record.close()
  await assert.rejects(record.append(newRecord()), RecordRefused)
  assert.equal(record.notWritable()?.reason, 'stopping')
  await closing
})

test('a full disk refuses records with a reason, and room lets them in again', async (t) => {
  const home = await homeOf(t)
  const disk = simDisk(16 * 1024)
  const ticks = { now: 0, elapsed: () => ticks.now }
  const { record } = await realRecord(home, disk.open(), { ticks })
  await record.append(newRecord())
  disk.isFull = true
  const wire = 'x'.repeat(3_000)
  const refused = await firstRefusal(async () => await record.append(newRecord({ wire })))
  assert.equal(refused.why.reason, 'space')
  const { size } = record
  disk.isFull = false
  ticks.now += 1_000
  record.notWritable()
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  assert.equal(record.notWritable(), null)
  assert.equal((await record.append(newRecord({ wire }))).position, size)
  await record.close()
})

test('a clock that jumps is on record before anything else is', async (t) => {
  const home = await homeOf(t)
  const clock = { at: 1_790_000_000_000, now: () => clock.at }
  const ticks = { now: 0, elapsed: () => ticks.now }
  const { record } = await realRecord(home, simDisk(segmentBytes).open(), { clock, ticks })
  await record.append(newRecord())
  clock.at += 3_600_000
  const { position, at } = await record.append(newRecord())
  assert.equal(position, 2)
  assert.equal(at, clock.at)
  const jump = await record.read(1)
  assert.equal(jump.envelope.kind, 'clock')
  assert.deepEqual(JSON.parse(jump.content), { from: 1_790_000_000_000, to: clock.at })
  await record.close()
})

test('a clock that jumps over a whole month waits until somebody confirms it', async (t) => {
  const home = await homeOf(t)
  const clock = { at: 1_790_000_000_000, now: () => clock.at }
  const ticks = { now: 0, elapsed: () => ticks.now }
  const { record } = await realRecord(home, simDisk(segmentBytes).open(), { clock, ticks })
  await record.append(newRecord())
  clock.at += 70 * 86_400_000
  assert.equal(record.notWritable()?.reason, 'clock')
  await assert.rejects(record.append(newRecord()), RecordRefused)
  record.confirmClock()
  assert.equal(record.notWritable(), null)
  assert.equal((await record.append(newRecord())).at, clock.at)
  assert.equal((await record.read(1)).envelope.kind, 'clock')
  await record.close()
})

test('a month later, records go into another bucket, and a conversation goes on', async (t) => {
  const home = await homeOf(t)
  const clock = { at: 1_790_000_000_000, now: () => clock.at }
  const ticks = { now: 0, elapsed: () => ticks.now }
  const { record } = await realRecord(home, simDisk(segmentBytes).open(), { clock, ticks })
  const before = await record.append(newRecord())
  clock.at += 31 * 86_400_000
  ticks.now += 31 * 86_400_000
  const { position } = await record.append(newRecord())
  const { envelope } = await record.read(position)
  assert.equal(envelope.conv_seq, 1)
  assert.equal(envelope.conv_prev, before.leafHash)
  await record.close()
})

test('a member list hashes the same in any order', async (t) => {
  const home = await homeOf(t)
  const { record } = await realRecord(home, simDisk(segmentBytes).open())
  const lists = [
    [person(1), person(2)],
    [person(2), person(1)],
    [person(1), person(3)],
  ]
  const hashes: string[] = []
  for (const members of lists) {
    const { position } = await record.append(newRecord({ members }))
    hashes.push((await record.read(position)).envelope.members.hash)
  }
  assert.equal(hashes[0], hashes[1])
  assert.notEqual(hashes[0], hashes[2])
  await record.close()
})

async function originOf({ vault }: RecordHome): Promise<string> {
  const { openKeys } = await import('./keys/open-keys.ts')
  return (await openKeys(vault)).log.origin
}

async function firstRefusal(append: () => Promise<unknown>): Promise<RecordRefused> {
  for (;;) {
    try {
      await append()
    } catch (error) {
      assert.ok(error instanceof RecordRefused)
      return error
    }
  }
}

test('its standing tells what waits, what is integrated and what is signed', async (t) => {
  const home = await homeOf(t)
  const { record } = await realRecord(home, simDisk(segmentBytes).open(), { checkpointEveryMs: 5 })
  assert.partialDeepStrictEqual(record.standing(), { waiting: 0, integrated: 0 })
  const appended = record.append(newRecord())
  assert.equal(record.standing().waiting, 1)
  await appended
  await record.integrated(1)
  assert.partialDeepStrictEqual(record.standing(), { waiting: 0, integrated: 1 })
  // A head of nothing may have been signed before.
  while (record.standing().signed?.size !== 1) await new Promise((again) => setImmediate(again))
  assert.deepEqual(record.standing().signed, { size: 1, at: 1_790_000_000_000 })
  await record.close()
})

test('after its bucket is closed a conversation goes on in the successor, and the closed one can be destroyed', async (t) => {
  const home = await homeOf(t)
  const disk = simDisk(segmentBytes)
  const first = await realRecord(home, disk.open())
  await first.record.append(newRecord())
  const { number } = await first.keys.closeBucket(1)
  const { position } = await first.record.append(newRecord())
  await first.record.integrated(position + 1)
  const turned = await first.keys.turn([{ bucket: 1, survivors: null, index: false }])
  assert.ok(number > 1)
  assert.equal(turned.newEpoch, 2)
  const check = async (record: Record): Promise<void> => {
    await assert.rejects(record.read(0), /its key is destroyed/)
    const { envelope } = await record.read(position)
    assert.deepEqual([envelope.conv_seq, envelope.sender_seq], [1, 1])
  }
  await check(first.record)
  await first.record.close()

  const second = await realRecord(home, disk.open())
  await check(second.record)
  const { position: third } = await second.record.append(newRecord())
  assert.equal((await second.record.read(third)).envelope.conv_seq, 2)
  await second.record.close()
  assert.deepEqual([...first.fatal, ...second.fatal], [])
})
