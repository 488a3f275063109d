// The record is killed at each call that changes its log, in each way that a write can fail, and has to come back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Record } from '../../src/record/ports.ts'
import { type Appended } from '../../src/record/types.ts'
import { conversation, newRecord } from '../fakes/new-record.ts'
import { realRecord, recordHome, type RecordHome } from '../support/real-record.ts'
import { simDisk, type Fault, type SimDisk } from './disk.ts'

/** Small, so that the log goes through several segments. */
const segmentBytes = 4 * 1024
const rounds = 3
const perRound = 2

const ways: { readonly name: string; readonly keeps: Fault['keeps'] }[] = [
  { name: 'nothing of it is kept', keeps: 'none' },
  { name: 'all of it is kept', keeps: 'all' },
  { name: 'its first 1,000 bytes are kept', keeps: { first: 1_000 } },
  { name: 'its last 1,000 bytes are kept', keeps: { last: 1_000 } },
]

for (const { name, keeps } of ways) {
  test(`whichever write fails, and ${name}: what was acknowledged is there, and the record goes on`, async () => {
    for (let call = 0; ; call++) {
      const disk = simDisk(segmentBytes)
      const { acknowledged, home, isFaultMet } = await runUntilKilled(disk, { call, keeps })
      await checkRecovered(disk, home, acknowledged)
      if (!isFaultMet) return
    }
  })
}

test('a start that is killed while it cuts the torn tail is done again', async () => {
  for (let call = 0; call < 3; call++) {
    const disk = simDisk(segmentBytes)
    const torn: Fault = { call: 4, keeps: { last: 1_500 } }
    const { acknowledged, home } = await runUntilKilled(disk, torn)
    for (const keeps of ['none', { first: 100 }, 'all'] as const) {
      await realRecord(home, disk.open({ call, keeps })).then(
        async ({ record }) => await record.close().catch(String),
        String,
      )
    }
    await checkRecovered(disk, home, acknowledged)
  }
})

type Run = {
  readonly acknowledged: readonly Appended[]
  readonly home: RecordHome
  readonly isFaultMet: boolean
}

async function runUntilKilled(disk: SimDisk, fault: Fault): Promise<Run> {
  const home = await recordHome()
  const acknowledged: Appended[] = []
  const running = await realRecord(home, disk.open(fault), { checkpointEveryMs: 5 }).catch(String)
  if (typeof running === 'string') return { acknowledged, home, isFaultMet: true }
  const { record, fatal } = running
  for (let round = 0; round < rounds; round++) {
    const appended = await Promise.allSettled(appendRound(record))
    for (const one of appended) if (one.status === 'fulfilled') acknowledged.push(one.value)
  }
  disk.kill()
  return { acknowledged, home: await running.kill(), isFaultMet: fatal.length > 0 }
}

function appendRound(record: Record): Promise<Appended>[] {
  return Array.from(
    { length: perRound },
    async (_, i) => await record.append(newRecord({ conversation: conversation(i % 2) })),
  )
}

/** Starts once more and looks at everything. */
async function checkRecovered(
  disk: SimDisk,
  home: RecordHome,
  acknowledged: readonly Appended[],
): Promise<void> {
  const { record, fatal } = await realRecord(home, disk.open())
  const next = await record.append(newRecord())
  assert.ok(record.size > acknowledged.length)
  for (const { position, leafHash } of acknowledged) {
    assert.equal((await record.read(position)).leafHash, leafHash)
  }
  await checkNumbers(record)
  assert.equal(next.position, record.size - 1)
  await record.close()
  assert.deepEqual(fatal, [])
  home.remove()
}

/** Conversations and senders count without gaps, and each record names the one before it. */
async function checkNumbers(record: Record): Promise<void> {
  const newest = new Map<string, string>()
  const counts = new Map<string, number>()
  for (let position = 0; position < record.size; position++) {
    const { envelope, leafHash } = await record.read(position)
    const { conv, conv_seq, conv_prev, sender_seq } = envelope
    assert.equal(conv_seq, counts.get(conv) ?? 0)
    assert.equal(conv_prev, newest.get(conv) ?? null)
    assert.equal(sender_seq, position)
    counts.set(conv, conv_seq + 1)
    newest.set(conv, leafHash)
  }
}
