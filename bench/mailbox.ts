// How fast batches become bodies, rows and tiles, and how fast pages are found and opened. `node bench/mailbox.ts [records]`

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordOpener } from '../src/record/bodies/opener.ts'
import { bodyReader } from '../src/record/bodies/reader.ts'
import { FatalError } from '../src/base/errors.ts'
import { applyBatch } from '../src/record/integrate/apply.ts'
import { openTreeTiles } from '../src/record/integrate/tree-tiles.ts'
import { growTree } from '../src/record/ledger/tree.ts'
import { mailboxOver } from '../src/record/mailbox/mailbox.ts'
import { type MailboxQuery } from '../src/record/ports.ts'
import { fileBodyFiles } from '../src/storage/files/body-store.ts'
import { sqliteMailboxIndex } from '../src/storage/sqlite/mailbox-index.ts'
import { memoryHeadRegister } from '../test/fakes/head-register.ts'
import { memoryKeys } from '../test/fakes/vault.ts'
import { derivedStores } from '../test/support/derived-stores.ts'
import { directRecord, recovered, sealing, somebody } from '../test/support/sealed-batches.ts'

const people = 1_000
const batchRecords = 200
const pageRecords = 50
const records = Number(process.argv[2] ?? 40_000)

const dir = mkdtempSync(join(tmpdir(), 'onrecord-bench-'))
try {
  await measure()
} finally {
  rmSync(dir, { recursive: true })
}

async function measure(): Promise<void> {
  const keys = await memoryKeys('bench')
  const register = memoryHeadRegister()
  const stores = await derivedStores(dir, { keys, register })
  const tiles = await openTreeTiles(growTree().save(), stores.tileStore)
  const derived = { ...stores, tiles, bodyEnds: new Map<number, number>() }
  const seals = sealing(keys)
  let [takenMs, openedMs] = [0, 0]
  for (let done = 0; done < records; done += batchRecords) {
    const batch = await seals.batch(Array.from({ length: batchRecords }, (_, i) => some(done + i)))
    // Every tenth batch as a start after a crash has it.
    const isRecovered = (done / batchRecords) % 10 === 9
    const from = cpuMs()
    await applyBatch(isRecovered ? recovered(batch) : batch, derived)
    if (isRecovered) openedMs += cpuMs() - from
    else takenMs += cpuMs() - from
  }
  rate('records taken', records * 0.9, takenMs)
  rate('records taken after a crash', records * 0.1, openedMs)
  const flushFrom = cpuMs()
  await stores.bodies.flush()
  const { frontier, full, partial } = tiles.snapshot()
  await stores.tileStore.write([...full, ...partial])
  await stores.mailbox.setDurable({ position: records, frontier, bodyEnds: derived.bodyEnds })
  say(`made durable, ${full.length} tiles: ${(cpuMs() - flushFrom).toFixed(0)} ms`)

  const index = sqliteMailboxIndex(join(dir, 'mailbox.db'))
  const files = fileBodyFiles(join(dir, 'bodies'))
  const mailbox = mailboxOver(index, stores.names)
  timed('page of 50 rows', 2_000, (n) => mailbox.rows(page(n)))
  timed('page of 50 rows with one peer', 2_000, (n) =>
    mailbox.rows({ ...page(n), peer: somebody((n * 7) % people) }),
  )
  timed('count', 2_000, (n) => mailbox.count(page(n)))
  for (const [name, cacheBytes] of [
    ['not kept', 0],
    ['kept', 1 << 28],
  ] as const) {
    const reader = bodyReader({
      opener: recordOpener({ index, files, keys, use: 'history' }),
      keys,
      cacheBytes,
    })
    const rows = mailbox.rows(page(3)).map(({ position }) => position)
    await reader.readSome(rows)
    const from = cpuMs()
    for (let i = 0; i < 400; i++) await reader.readSome(rows)
    rate(`records opened, ${name}`, 400 * rows.length, cpuMs() - from)
  }
  index.close()
  files.close()
}

/** Processor time of all threads of this process: what other programs do does not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function some(n: number): ReturnType<typeof directRecord> {
  const from = somebody((n * 31) % people)
  const to = somebody((n * 31 + 1 + (n % 20)) % people)
  const text = `Could you have a look at number ${n} before noon? It is rather urgent, I am told.`
  return directRecord({ from, to, text, id: `id-${n}-of-client`, originId: `id-${n}-of-client` })
}

function page(n: number): MailboxQuery {
  return { owner: somebody(n % people), limit: pageRecords, newestFirst: true }
}

function timed(name: string, times: number, run: (n: number) => unknown): void {
  for (let n = 0; n < times / 4; n++) run(n)
  const from = cpuMs()
  for (let n = 0; n < times; n++) run(n)
  say(`${name}: ${(((cpuMs() - from) * 1000) / times).toFixed(1)} µs`)
}

function rate(name: string, count: number, ms: number): void {
  if (ms <= 0) throw new FatalError(`${name} took no time`)
  say(
    `${name}: ${Math.round((count * 1000) / ms)} a second, ${((ms * 1000) / count).toFixed(1)} µs each`,
  )
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
