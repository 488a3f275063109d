// Puts the record together: the log, the sequencer, the integrator and the reads. DESIGN.md §3 and §5.

import { type Clock, type Ticks } from '../base/clock.ts'
import { FatalError } from '../base/errors.ts'
import { type Log } from '../base/log.ts'
import { type Random } from '../base/random.ts'
import { type BodyReader } from './bodies/reader.ts'
import { NoSpace } from './errors.ts'
import { type Keys } from './keys/ports.ts'
import { aheadOf } from './ledger/ahead.ts'
import { type Flush, openWriter, recordBytesMax, type Writer } from './ledger/log.ts'
import {
  type HeadRegister,
  type Heads,
  type Integrated,
  type Integrator,
  type LogStore,
} from './ledger/ports.ts'
import { recover, type Recovered } from './ledger/recover.ts'
import { replay } from './ledger/replay.ts'
import { openSegments, type Segments } from './ledger/segments.ts'
import { openSequencer, type Sequencer } from './ledger/sequencer.ts'
import { openShedding, type OpenShedding } from './shedding.ts'
import { type Mailbox, type NotWritable, type Record, type RecordStanding } from './ports.ts'
import { builtinSchedule } from './retention/builtin.ts'
import { type Schedule } from './retention/ports.ts'
import { type LogPosition } from './types.ts'

const bucketsEveryMs = 60_000

/** What the record stands on. The integrator is started, and has been given nothing. */
export type RecordParts = {
  readonly store: LogStore
  readonly register: HeadRegister
  readonly keys: Keys
  readonly integrator: Integrator
  readonly integrated: Integrated
  readonly heads: Heads
  readonly mailbox: Mailbox
  readonly bodies: BodyReader
  readonly clock: Clock
  readonly ticks: Ticks
  readonly random: Random
  readonly log: Log
  /** The retention rules as they are at the call; those that are built in unless others are given. */
  readonly schedule?: () => Schedule
  /** What else keeps the record from taking anything; nothing where it is left out. */
  readonly refusal?: () => NotWritable | null
  /** Told of each batch that was flushed, to be counted. */
  readonly onFlush?: (flush: Flush) => void
  /** Called once: the process has to stop. The next start recovers, or refuses to start. */
  readonly onFatal: (error: FatalError) => void
  /** Closes what holds keys or files of records that were destroyed, in threads that read; what is read next opens it again. */
  readonly forget: () => Promise<void>
  /** Closes what reads what is derived: before the integrator, which as the last one leaves mailbox.db as one file. */
  readonly release: () => Promise<void>
}

/**
 * Recovers the log and opens the record. When it resolves reads work; records wait until the integrator has all that was recovered.
 *
 * @throws {LogDamaged} when the log contradicts itself, the tree or the signed head
 * @throws {NoSpace} when a new log has no room for its first segment
 */
export async function openRecord(parts: RecordParts): Promise<Record> {
  const { store, register, keys, integrated, log } = parts
  await ensureBuckets(parts, parts.clock.now())
  const head = await register.read(keys.log.origin)
  const recovered = await recover(store, { integrated, head }, log)
  const { size, epoch } = recovered
  log.info('record.recovered', { size, epoch, replayed: size - integrated.durable })
  const running = await run(parts, recovered)
  const buckets = ensureBucketsOften(parts)
  const shedding = openShedding({ ...parts, ...running })
  return recordOver(parts, { ...running, shedding, beforeClose: () => clearInterval(buckets) })
}

type Running = {
  readonly writer: Writer
  readonly segments: Segments
  readonly sequencer: Sequencer
  /** Settles when records can get numbers, or never will. */
  readonly started: Promise<void>
  /** The newest head that was signed. */
  readonly signed: () => RecordStanding['signed']
}

async function run(parts: RecordParts, recovered: Recovered): Promise<Running> {
  const { store, integrator, ticks, onFlush = () => {} } = parts
  // The first segments may be made, or not, before there is a sequencer.
  let sequencer: Sequencer | null = null
  let fatal: FatalError | null = null
  const onFatal = (error: FatalError): void => {
    if (fatal !== null) return
    fatal = error
    sequencer?.stop(error)
    parts.onFatal(error)
  }
  const onChange = (): void => sequencer?.changed()
  const segments = await openSegments(recovered.segments, recovered.place, {
    ...parts,
    onChange,
    onFatal,
  })
  const ahead = aheadOf(integrator)
  const writer = openWriter(recovered, {
    store,
    segments,
    ticks,
    onFlush,
    onDurable(batch) {
      ahead.giving(batch)
      integrator.take(batch)
    },
    onRoom: onChange,
    onFatal,
  })
  const started = startIntegrating(parts, recovered.size)
  sequencer = openSequencer({
    ...parts,
    schedule: scheduleOf(parts),
    writer,
    segments,
    ahead,
    recordBytesMax: recordBytesMax(store),
    ready: async () => await started,
    ensureBuckets: async (atMs) => await ensureBuckets(parts, atMs),
    onFatal,
  })
  integrator.onProgress(onChange)
  integrator.onDurable((durable) => segments.drop(durable))
  return { writer, segments, sequencer, started, signed: signedOf(parts) }
}

function recordOver(
  { keys, mailbox, heads, bodies, integrator, log, store, clock, release }: RecordParts,
  {
    writer,
    segments,
    sequencer,
    started,
    signed,
    beforeClose,
    shedding,
  }: Running & { readonly beforeClose: () => void; readonly shedding: OpenShedding },
): Record {
  return {
    append: async (record) => await sequencer.append(record),
    state: async (statement) => await sequencer.append(statement),
    notWritable: () => sequencer.notWritable(),
    standing: () => ({
      waiting: sequencer.waiting,
      integrated: integrator.position,
      signed: signed(),
    }),
    get size() {
      return writer.size
    },
    integrated: async (position) => await integrator.integrated(position),
    async read(position) {
      await integrator.integrated(position + 1)
      return await bodies.read(position)
    },
    async readSome(positions, act) {
      if (positions.length === 0) return []
      await integrator.integrated(Math.max(...positions) + 1)
      return await bodies.readSome(positions, act)
    },
    each: (range) => bodies.each(range),
    stanzaId: (position) => keys.stanzaId(position),
    positionOf: (stanzaId) => keys.positionOf(stanzaId),
    mailbox,
    async makeBuckets(classes) {
      await keys.ensureBuckets(clock.now(), classes)
    },
    buckets: () => keys.knownBuckets(),
    bucketOf(position) {
      const bucket = heads.bucketOf(position)
      return keys.knownBuckets().findLast(({ number }) => number === bucket) ?? null
    },
    counts: {
      conversation: (id) => heads.conversation(id)?.nextConvSeq ?? 0,
      sender: (id) => heads.nextSenderSeq(id),
    },
    shedding,
    confirmClock: () => sequencer.confirmClock(),
    async close() {
      beforeClose()
      shedding.close()
      await sequencer.close()
      await release()
      await closeIntegrator(integrator, { segments, started, log })
      await segments.close()
      await store.close()
    },
  }
}

/** The integrator moves its durable position when it has signed. */
function signedOf({ integrator, clock }: RecordParts): () => RecordStanding['signed'] {
  let signed: RecordStanding['signed'] = null
  integrator.onDurable((size) => {
    signed = { size, at: clock.now() }
  })
  return () => signed
}

async function startIntegrating(parts: RecordParts, size: LogPosition): Promise<void> {
  const { store, integrator, integrated } = parts
  await replay(store, integrator, { from: integrated.durable, to: size })
  await integrator.begin()
  await integrator.integrated(size)
}

type Closing = Pick<Running, 'segments' | 'started'> & { readonly log: Log }

/** Without room nothing is signed at the end. The log has everything, and the next start goes on as after a crash. */
async function closeIntegrator(integrator: Integrator, closing: Closing): Promise<void> {
  const { segments, started, log } = closing
  try {
    await Promise.race([started, untilBlocked(integrator)])
    await integrator.close(await segments.end())
  } catch (error) {
    if (!(error instanceof NoSpace)) throw error
    log.warn('record.closed-unsigned', { why: error.message })
  }
}

/** @throws {NoSpace} as soon as the integrator waits for room */
async function untilBlocked(integrator: Integrator): Promise<never> {
  return await new Promise((_, reject) => {
    const look = (): void => {
      const why = integrator.blocked()
      if (why !== null) reject(new NoSpace(why))
    }
    integrator.onProgress(look)
    look()
  })
}

function scheduleOf({ schedule = () => builtinSchedule }: RecordParts): () => Schedule {
  return schedule
}

function ensureBucketsOften(parts: RecordParts): NodeJS.Timeout {
  return setInterval(() => {
    ensureBuckets(parts, parts.clock.now()).catch(parts.onFatal)
  }, bucketsEveryMs).unref()
}

/** The next period's keys, long before it begins. Without room it is tried again, and the period that runs goes on. */
async function ensureBuckets(parts: RecordParts, atMs: number): Promise<void> {
  const { keys, log } = parts
  try {
    await keys.ensureBuckets(atMs, scheduleOf(parts)().classes)
  } catch (error) {
    if (error instanceof FatalError) throw error
    log.error('record.buckets-not-made', { why: String(error) })
  }
}
