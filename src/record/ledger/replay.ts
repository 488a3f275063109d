import { recordsAheadMax } from './sequencer.ts'
import { readFrame } from './frame.ts'
import { type Integrator, type LogStore } from './ports.ts'

/**
 * Gives the integrator what the log has beyond its durable position, as `recover` found it: the frames are good.
 * Resolves when all of it was given; the integrator is then at most `recordsAheadMax` records behind.
 */
export async function replay(
  store: LogStore,
  integrator: Integrator,
  range: { readonly from: number; readonly to: number },
): Promise<void> {
  for (const segment of await store.list()) {
    const bytes = await store.read(segment)
    let offset = 0
    for (;;) {
      const frame = readFrame(bytes, { segment, offset })
      if (frame === null || frame.first >= range.to) break
      offset += frame.bytes
      if (frame.first < range.from) continue
      const { first, count, place } = frame
      await integrator.integrated(Math.max(range.from, first + count - recordsAheadMax))
      // A copy, since it is given away to another thread. Not slice(): of a Buffer that is a view, and the whole segment would go.
      const records = new Uint8Array(frame.records)
      integrator.take({ first, count, place, records, envelopes: null })
    }
  }
}
