// Messages of the generator, on a real record.

import { type Record } from '../../src/record/ports.ts'
import { directRecord, somebody } from '../../test/support/sealed-batches.ts'
import { messageAt, people } from './generator.ts'
import { perMonth } from './partitions.ts'

const batch = 500

/** Durable when it resolves. */
export async function fill(record: Pick<Record, 'append'>, records: number): Promise<void> {
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
}
