import { FatalError, OperatorError } from '../../base/errors.ts'
import { NoSpace } from '../errors.ts'
import { type Integrated, type Integrator } from '../ledger/ports.ts'
import { growTree } from '../ledger/tree.ts'
import { applyBatch } from './apply.ts'
import { forgetGone } from './forget.ts'
import { batchQueue } from './batch-queue.ts'
import { patience } from './patience.ts'
import { progressFrom } from './progress.ts'
import { publisher, type Publisher, type Publishing } from './publish.ts'
import { openTreeTiles } from './tree-tiles.ts'

/** What the integrator stands on. */
export type IntegratorParts = Omit<Publishing, 'tiles' | 'bodyEnds'>

export type IntegratorOptions = {
  /** How often a head is signed while the tree grows. */
  readonly checkpointEveryMs: number
  /** The longest time between two tries while there is no space. */
  readonly retryMsMax: number
  /** Called once. The process has to stop. */
  readonly onFatal: (error: FatalError) => void
}

/** Tiles and bundles that may wait for a checkpoint: 32,768 records' worth, 4.6 MiB. Then batches wait for the disk. */
const waitingTilesMax = 256

/**
 * Starts the integrator where the last one had made everything durable: what it had derived from the log beyond that
 * is cut off or written over when it comes again with the log.
 *
 * @throws {FatalError} when what is said to be durable is not there
 */
export async function startIntegrator(
  parts: IntegratorParts,
  options: IntegratorOptions,
): Promise<{ readonly integrator: Integrator; readonly integrated: Integrated }> {
  const { mailbox, bodies, tileStore, checkpoints } = parts
  // Else every body would be taken for one that nothing durable needs.
  if (mailbox.durable === null && (await checkpoints.read()) !== null) throw rowsLost()
  const { position, frontier, bodyEnds } = mailbox.durable ?? {
    position: 0,
    frontier: growTree().save(),
    bodyEnds: new Map<number, number>(),
  }
  await bodies.reset(bodyEnds)
  const tiles = await openTreeTiles(frontier, tileStore)
  if (tiles.size !== position) {
    throw new FatalError(`mailbox.db is durable to ${position}, but its tree has ${tiles.size}`)
  }
  const all: Publishing = { ...parts, tiles, bodyEnds: new Map(bodyEnds) }
  const integrated = { durable: position, frontier }
  return { integrator: integratorOver(all, publisher(all, position), options), integrated }
}

function rowsLost(): OperatorError {
  return new OperatorError(
    'mailbox.lost',
    'mailbox.db is missing, and the record was signed before: make it again with onrecord record rebuild, or restore a backup',
  )
}

function integratorOver(
  parts: Publishing,
  publishing: Publisher,
  options: IntegratorOptions,
): Integrator {
  const { tiles } = parts
  const progress = progressFrom(tiles.size)
  const moved = (): void => progress.move(tiles.size, patient.blocked)
  const patient = patience({ retryMsMax: options.retryMsMax, onChange: moved })
  const fail = failer(progress, options.onFatal)
  const heads = headTimer({ publishing, everyMs: options.checkpointEveryMs, fail, run: publish })

  async function publish(): Promise<void> {
    await patient.run(async () => await publishing.publish())
    progress.durable(publishing.durable)
  }
  const queue = batchQueue({
    onFailed: fail,
    async take(batch) {
      if (tiles.waiting > waitingTilesMax) await heads.now()
      await patient.run(async () => await applyBatch(batch, parts))
      moved()
    },
  })
  return {
    take: (batch) => queue.add(batch),
    get position() {
      return progress.position
    },
    integrated: async (position) => await progress.until(position),
    blocked: () => progress.blocked,
    signNow: () => void heads.now(),
    onDurable: (listener) => progress.onDurable(listener),
    onProgress: (listener) => progress.onMoved(listener),
    async begin() {
      await queue.settled()
      await patient.run(async () => await begin(publishing, parts))
      // What is signed already is told, too: whoever waits for it would else wait until something is said.
      if (!publishing.isBehind) progress.durable(publishing.durable)
      heads.start()
    },
    async forget(gone) {
      await forgetGone(gone, parts)
    },
    async close(end) {
      patient.giveUp()
      await queue.settled()
      await heads.stop()
      if (progress.failure !== null) throw progress.failure
      await publishing.publish(end)
      await parts.mailbox.close()
      await parts.bodies.close()
    },
  }
}

/** The log may not end before what was once taken from it: it was rolled back then. */
async function begin(publishing: Publisher, { mailbox, tiles }: Publishing): Promise<void> {
  if (mailbox.applied > tiles.size) {
    throw new FatalError(
      `mailbox.db has rows of ${mailbox.applied} records, but the log ends with ${tiles.size}`,
    )
  }
  await publishing.open()
}

/** Makes the first failure known. No space is no failure: it is thrown only at the end, and the log has everything. */
function failer(
  progress: ReturnType<typeof progressFrom>,
  onFatal: (error: FatalError) => void,
): (error: unknown) => void {
  return (error) => {
    if (error instanceof NoSpace || progress.failure !== null) return
    const fatal =
      error instanceof FatalError
        ? error
        : new FatalError('the integrator failed', { cause: error })
    progress.fail(fatal)
    onFatal(fatal)
  }
}

type HeadTimer = {
  start(): void
  /** Signs the tree as it is, after the head that is being signed. */
  now(): Promise<void>
  stop(): Promise<void>
}

/** Signs a head now and then, one at a time, if the tree grew. */
function headTimer(options: {
  readonly publishing: Publisher
  readonly everyMs: number
  readonly fail: (error: unknown) => void
  readonly run: () => Promise<void>
}): HeadTimer {
  const { publishing, everyMs, fail, run } = options
  let timer: NodeJS.Timeout | null = null
  let running: Promise<void> | null = null
  const once = async (): Promise<void> => {
    try {
      await run()
    } catch (error) {
      fail(error)
    } finally {
      running = null
    }
  }
  return {
    start() {
      timer = setInterval(() => {
        if (running === null && publishing.isBehind) running = once()
      }, everyMs)
      // It is no reason to go on living when nothing else is.
      timer.unref()
    },
    async now() {
      // Who waited beside may have begun with another one. From the look that finds none to the next beginning nobody else has a turn.
      for (let one = running; one !== null; one = running) await one
      // What was wanted may be signed, and it may be closed.
      if (timer === null || !publishing.isBehind) return
      running = once()
      await running
    },
    async stop() {
      if (timer !== null) clearInterval(timer)
      timer = null
      for (let one = running; one !== null; one = running) await one
    },
  }
}
