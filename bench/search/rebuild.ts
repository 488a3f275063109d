// How fast an index is made anew from the record, by the threads that a server has for it: `node bench/search/rebuild.ts [records]`

import { rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { systemTicks } from '../../src/base/clock.ts'
import { recordFolder } from '../../test/support/record-folder.ts'
import { fill } from './fill.ts'

const { positionals } = parseArgs({ allowPositionals: true })
const records = Number(positionals[0] ?? 100_000)
const at = Date.UTC(2026, 5, 15)

using folder = recordFolder()
await folder.session(at, async ({ record }) => {
  await fill(record, records)
})
for (const round of [1, 2]) {
  rmSync(folder.path('data/search'), { recursive: true, force: true })
  await folder.session(at, async ({ search, record }) => {
    const from = systemTicks.elapsed()
    const cpu = process.cpuUsage()
    search.start()
    await search.reached(record.size)
    const ms = systemTicks.elapsed() - from
    const { user, system } = process.cpuUsage(cpu)
    const processors = (user + system) / 1000 / ms
    await search.seal()
    const sealedMs = systemTicks.elapsed() - from
    const rate = (its: number): number => Math.round((records * 1000) / its)
    process.stdout.write(
      `round ${round}: ${records} records, ${rate(ms)}/s on ${processors.toFixed(1)} processors; ${rate(sealedMs)}/s until they are sealed\n`,
    )
  })
}
