// How fast an index is made anew from the record: opening, words and index. `node bench/search/rebuild.ts [records]`

import { systemTicks } from '../../src/base/clock.ts'
import { parseArgs } from 'node:util'
import { directRecord, somebody } from '../../test/support/sealed-batches.ts'
import { searchScene } from '../../test/support/search-scene.ts'
import { messageAt, people } from './generator.ts'
import { perMonth } from './partitions.ts'

const { positionals } = parseArgs({ allowPositionals: true })
const records = Number(positionals[0] ?? 50_000)
const batch = 500

const scene = await searchScene()
try {
  for (let at = 0; at < records; at += batch) {
    const made = Array.from({ length: batch }, (_, i) => {
      const { text } = messageAt(at + i, perMonth)
      const [from, to] = [somebody((at + i) % people), somebody((at + i * 7) % people)]
      const content = JSON.stringify({ type: 'chat', body: { '': text } })
      return { ...directRecord({ from, to, text }), content }
    })
    await scene.put(made)
  }
  const from = systemTicks.elapsed()
  const cpu = process.cpuUsage()
  const search = await scene.search()
  await search.reached(records)
  const ms = systemTicks.elapsed() - from
  const { user, system } = process.cpuUsage(cpu)
  await search.close()
  const rate = (took: number): number => Math.round((records * 1000) / took)
  process.stdout.write(
    `${records} records: ${rate(ms)}/s by the clock, ${rate((user + system) / 1000)}/s of processor time, on one thread\n`,
  )
} finally {
  scene.remove()
}
