import { type FatalError } from '../../src/base/errors.ts'
import { type Ticks } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { toHex } from '../../src/base/bytes.ts'
import { entryBytes, leafHash } from '../../src/record/ledger/entry.ts'
import { recordsOf } from '../../src/record/ledger/frame.ts'
import { type Flush, openWriter, type Writer } from '../../src/record/ledger/log.ts'
import {
  type DurableBatch,
  type Head,
  type Integrated,
  type LogStore,
} from '../../src/record/ledger/ports.ts'
import { recover, segmentsOf, type Recovered } from '../../src/record/ledger/recover.ts'
import { openSegments, type Segments } from '../../src/record/ledger/segments.ts'
import { emptyRoot, growTree } from '../../src/record/ledger/tree.ts'
import { walkFrames } from '../../src/record/ledger/walk.ts'

/** A log before any head of it was signed. */
export const unsigned: Head = { size: 0, root: emptyRoot(), closedAt: null }
const nothing: Integrated = { durable: 0, frontier: growTree().save() }

/** A log that runs on a store, without sequencer and integrator. */
export type RunningLog = {
  readonly recovered: Recovered
  readonly writer: Writer
  readonly segments: Segments
  readonly batches: DurableBatch[]
  readonly flushes: Flush[]
  /** What stopped it. */
  readonly fatal: FatalError[]
  readonly ticks: { now: number } & Ticks
}

/** Recovers and goes on. */
export async function startLog(
  store: LogStore,
  known: { head?: Head; integrated?: Integrated } = {},
): Promise<RunningLog> {
  const { head = unsigned, integrated = nothing } = known
  const recovered = await recover(store, { integrated, head }, silentLog)
  const fatal: FatalError[] = []
  const batches: DurableBatch[] = []
  const flushes: Flush[] = []
  const ticks = { now: 0, elapsed: () => ticks.now }
  const onFatal = (error: FatalError): number => fatal.push(error)
  const segments = await openSegments(recovered.segments, recovered.place, {
    store,
    ticks,
    log: silentLog,
    onChange() {},
    onFatal,
  })
  const writer = openWriter(recovered, {
    ticks,
    onFlush: (flush) => flushes.push(flush),
    store,
    segments,
    onDurable: (batch) => batches.push(batch),
    onRoom() {},
    onFatal,
  })
  return { recovered, writer, segments, batches, flushes, fatal, ticks }
}

/**
 * Adds a record that no key opens. Its bytes are made of `seed`.
 * @returns the leaf hash (hex) once it is durable; null when the log stopped
 */
export async function addRecord(
  writer: Writer,
  seed: number,
  bodyLength: number,
): Promise<string | null> {
  return await new Promise((resolve) => {
    const leaf = writer.add(
      {
        bytesMax: entryBytes + bodyLength,
        envelope: `{"seed":${seed}}`,
        seal(out, offset) {
          out.fill(1 + (seed % 250), offset, offset + entryBytes + bodyLength)
          new DataView(out.buffer, out.byteOffset).setUint32(offset + 24, bodyLength)
          new DataView(out.buffer, out.byteOffset).setUint32(offset + 32, seed)
          return entryBytes + bodyLength
        },
      },
      (error) => resolve(error ? null : toHex(leaf)),
    )
  })
}

/** The leaf hashes (hex) of all records that the log has, in order. */
export async function leavesOf(store: LogStore): Promise<readonly string[]> {
  const leaves: string[] = []
  await walkFrames(segmentsOf(store), (frame) => {
    for (const { entry } of recordsOf(frame.records)) leaves.push(toHex(leafHash(entry)))
  })
  return leaves
}
