// How long the hourly list of heads takes, and how long it keeps the main thread from its work. node bench/heads.ts [conversations]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { type RecordRows } from '../src/record/mailbox/ports.ts'
import { threadedHeads } from '../src/storage/embedded/heads-thread.ts'
import { sqliteMailboxStore } from '../src/storage/sqlite/mailbox-store.ts'

const conversations = Number(process.argv[2] ?? 100_000)
const dir = mkdtempSync(join(tmpdir(), 'onrecord-heads-'))
const perBatch = 1_000

function rowsAt(position: number): RecordRows {
  const name = position.toString(16).padStart(32, '0')
  const handle = Buffer.alloc(8)
  handle.writeUInt32BE((position * 2_654_435_761) >>> 0, 0)
  handle.writeUInt32BE(position, 4)
  return {
    position,
    at: 1_790_000_000_000 + position,
    kind: 'message',
    place: { bucket: 1 + (position % 2), offset: position * 500, length: 500 },
    conversation: { name, head: { nextConvSeq: 1, prev: 'ab'.repeat(32), handle, nextSeq: 1 } },
    sender: null,
    nextSenderSeq: 0,
    views: [],
    messageIds: [],
    retracts: null,
  }
}

async function measure(what: string, run: () => Promise<unknown>): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const from = performance.now()
  await run()
  const ms = performance.now() - from
  delay.disable()
  const longest = delay.max / 1e6
  process.stdout.write(
    `${what}: ${ms.toFixed(0)} ms; main thread held up for ${longest.toFixed(1)} ms at most\n`,
  )
}

const store = sqliteMailboxStore(join(dir, 'mailbox.db'))
for (let first = 0; first < conversations; first += perBatch)
  await store.apply(Array.from({ length: perBatch }, (_, i) => rowsAt(first + i)))
const heads = threadedHeads(dir)
const ask = { wanted: [], from: null, closedBelow: 2 }
let frontier = (await heads.list(ask)).frontier
process.stdout.write(`${conversations} conversations in two buckets\n`)
await measure('the whole list', async () => {
  ;({ frontier } = await heads.list(ask))
})
await measure('from where it was', async () => await heads.list({ ...ask, from: frontier }))
await measure('counts of buckets', async () => await heads.counts())
await store.close()
rmSync(dir, { recursive: true })
