// How fast an index is made anew from the record, by the threads that a server has for it: `node bench/search/rebuild.ts [records]`

import { rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { systemTicks } from '../../src/base/clock.ts'
import { recordFolder } from '../../test/support/record-folder.ts'
import { directRecord, somebody } from '../../test/support/sealed-batches.ts'
import { messageAt, people } from './generator.ts'
import { perMonth } from './partitions.ts'

const { positionals } = parseArgs({ allowPositionals: true })
const records = Number(positionals[0] ?? 100_000)
const batch = 500
const at = Date.UTC(2026, 5, 15)

using folder = recordFolder()
await folder.session(at, async ({ record }) => {
  for (let first = 0; first < records; first += batch) {
    const made = Array.from({ length: batch }, (_, i) => {
      const { text } = messageAt(first + i, perMonth)
      const [from, to] = [somebody((first + i) % people), somebody((first + i * 7) % people)]
      return {
        ...directRecord({ from, to, text: '' }),
        content: JSON.stringify({ type: 'chat', body: { '': text } }),
      }
    })
    await Promise.all(made.map(async (one) => await record.append(one)))
  }
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
    process.stdout.write(
      `round ${round}: ${records} records, ${Math.round((records * 1000) / ms)}/s on ${processors.toFixed(1)} processors\n`,
    )
  })
}
