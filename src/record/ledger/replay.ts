import { aheadOf, recordsAheadMax } from './ahead.ts'
import { readFrame } from './frame.ts'
import { type Integrator, type LogStore } from './ports.ts'

/**
 * Gives the integrator what the log has beyond its durable position, as `recover` found it: the frames are good.
 * Resolves when all of it was given; the integrator is then at most `recordsAheadMax` records and
 * `bytesAheadMax` bytes behind.
 */
export async function replay(
  store: LogStore,
  integrator: Pick<Integrator, 'take' | 'position' | 'integrated'>,
  range: { readonly from: number; readonly to: number },
): Promise<void> {
  const ahead = aheadOf(integrator)
  for (const segment of await store.list()) {
    const bytes = await store.read(segment)
    let offset = 0
    for (;;) {
      const frame = readFrame(bytes, { segment, offset })
      if (frame === null || frame.first >= range.to) break
      offset += frame.bytes
      if (frame.first < range.from) continue
      const { first, count, place } = frame
      await ahead.room()
      await integrator.integrated(Math.max(range.from, first + count - recordsAheadMax))
      // A copy, since it is given away to another thread. Not slice(): of a Buffer that is a view, and the whole segment would go.
      const records = new Uint8Array(frame.records)
      const batch = { first, count, place, records, envelopes: null }
      ahead.giving(batch)
      integrator.take(batch)
    }
  }
}
