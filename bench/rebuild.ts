// How fast mailbox.db and log/tile are made again. `node bench/rebuild.ts [records]`, of 100 bytes of text among 1,000 people. CPU is that of all threads, a record.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../src/base/log.ts'
import { systemRandom } from '../src/base/random.ts'
import { readConfig } from '../src/server/config.ts'
import { rebuildRecord } from '../src/server/rebuild-record.ts'
import { openStorage } from '../src/server/storage.ts'
import { directRecord, somebody } from '../test/support/sealed-batches.ts'

const people = 1_000
const atOnce = 200
const records = Number(process.argv[2] ?? 100_000)

const dir = mkdtempSync(join(tmpdir(), 'onrecord-rebuild-'))
try {
  const config = readConfig({
    env: {
      ONRECORD_DATA: join(dir, 'data'),
      ONRECORD_KEY_FILE: join(dir, 'keys/vault.key'),
      ONRECORD_DOMAIN: 'chat.example',
    },
  })
  await fill(config)
  rmSync(join(config.data, 'mailbox.db'))
  const began = performance.now()
  const before = process.cpuUsage()
  const { records: made } = await rebuildRecord(config)
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(before)
  const cpuMicroseconds = Math.round((user + system) / made)
  const perSecond = Math.round(made / seconds)
  process.stdout.write(
    `${JSON.stringify({ records: made, seconds, perSecond, cpuMicroseconds })}\n`,
  )
} finally {
  rmSync(dir, { recursive: true })
}

async function fill(config: ReturnType<typeof readConfig>): Promise<void> {
  await using opened = new AsyncDisposableStack()
  const { record } = await openStorage(
    config,
    {
      clock: { now: () => Date.now() },
      random: systemRandom(),
      log: silentLog,
      fatal: thrown,
      onFlush() {},
      onNewKey() {},
    },
    opened,
  )
  for (let done = 0; done < records; done += atOnce)
    await Promise.all(
      Array.from({ length: atOnce }, async (_, i) => await record.append(said(done + i))),
    )
}

function thrown(error: unknown): never {
  throw error
}

function said(n: number): ReturnType<typeof directRecord> {
  return directRecord({
    from: somebody(n % people),
    to: somebody((n * 7 + 1) % people),
    text: 'word '.repeat(20),
    fromDevice: 'phone',
    id: `m${n}`,
    originId: `m${n}`,
  })
}
