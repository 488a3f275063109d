// One export after the other is made. Nothing is said to be there before it is.

import { FatalError, OperatorError } from '../../base/errors.ts'
import { Secret } from '../../base/secret.ts'
import { type ExportJobsParts } from './jobs.ts'
import { type ExportEnd, type ExportJob, type ExportProgress } from './ports.ts'
import { type ExportRegister } from './register.ts'

/** It is begun so often at most: a server that is stopped by it is not stopped for ever. */
const begunMax = 2
const keyBytes = 32

/** The key goes last: as long as it is there, a start knows that there is something to take away. */
export async function forget(
  { state, shelf }: Pick<ExportJobsParts, 'state' | 'shelf'>,
  id: string,
): Promise<void> {
  await shelf.remove(id)
  await state.dropKey(id)
}

/** Puts on record what became of it, once. */
export type End = (id: string, how: Partial<ExportEnd> & Pick<ExportEnd, 'state'>) => Promise<void>

export type Making = {
  start(): void
  wake(): void
  progressOf(id: string): ExportProgress | null
  drop(id: string): Promise<void>
  idle(): Promise<void>
  close(): Promise<void>
}

/** One after the other. */
export function createMaking(
  parts: ExportJobsParts & { readonly register: ExportRegister; readonly end: End },
): Making {
  const { register, shelf, log, fatal, end } = parts
  let state: 'asleep' | 'up' | 'closed' = 'asleep'
  let now: { readonly id: string; progress: ExportProgress } | null = null
  let running: Promise<void> | null = null

  const next = (): ExportJob | null => (state === 'up' ? (register.waiting()[0] ?? null) : null)

  async function run(): Promise<void> {
    for (let job = next(); job !== null; job = next()) {
      const progress: ExportProgress = { of: null, records: 0, bytes: 0 }
      const its = { id: job.id, progress }
      now = its
      try {
        await make(job, parts, (told) => {
          its.progress = told
        })
      } catch (error) {
        if (error instanceof FatalError) throw error
        // A stop, or somebody who called it off.
        if (state !== 'up' || register.get(job.id)?.end !== null) continue
        const isTold = error instanceof OperatorError
        if (!isTold) log.error('export.failed', { export: job.id, error: String(error) })
        await end(job.id, {
          state: 'failed',
          why: isTold ? error.message : 'The server failed at this: see its log.',
        })
      } finally {
        now = null
      }
    }
  }

  function wake(): void {
    if (state !== 'up' || running !== null) return
    running = untilDone()
  }

  async function untilDone(): Promise<void> {
    try {
      await run()
    } catch (error) {
      if (error instanceof FatalError) fatal(error)
      // Nothing can be put on record: it goes on when somebody asks for another, or at the next start.
      log.error('export.stopped', { error: String(error) })
      running = null
      return
    }
    running = null
    // What was asked for in the last moment.
    if (next() !== null) wake()
  }

  return {
    start() {
      state = 'up'
      wake()
    },
    wake,
    progressOf: (id) => (now?.id === id ? now.progress : null),
    async drop(id) {
      if (now?.id === id) await shelf.cancel()
    },
    async idle() {
      await running
    },
    async close() {
      state = 'closed'
      await shelf.cancel()
      await running
    },
  }
}

async function make(
  job: ExportJob,
  {
    state,
    shelf,
    random,
    register,
    end,
    ...parts
  }: ExportJobsParts & { readonly register: ExportRegister; readonly end: End },
  onProgress: (progress: ExportProgress) => void,
): Promise<void> {
  const { id, act } = job
  if (register.begun(id) >= begunMax)
    throw new OperatorError(
      'export.given-up',
      `The server stopped ${begunMax} times while it made this: ask for less at a time.`,
    )
  await state.noteBegun(id)
  register.noteBegun(id)
  const key = new Secret(random.bytes(keyBytes))
  const made = await shelf.make({ id, act, key }, onProgress)
  // If we stop from here on, the key or the bundle is alone, and it is made again.
  await state.putKey(id, key)
  await end(id, { state: 'done', ...made })
  // Somebody may have called it off in the last moment.
  if (register.get(id)?.end?.state !== 'done') await forget({ state, shelf }, id)
  await sweep({ ...parts, shelf, state, random }, { register, end })
}

/** What was kept for long enough goes, and then the oldest, until the others have room. */
export async function sweep(
  {
    clock,
    keepMs,
    keepBytesMax,
  }: Pick<ExportJobsParts, 'clock' | 'keepMs' | 'keepBytesMax'> & Partial<ExportJobsParts>,
  { register, end }: { readonly register: ExportRegister; readonly end: End },
): Promise<void> {
  const kept = register.list().filter((job) => job.end?.state === 'done')
  let bytes = kept.reduce((sum, { end: its }) => sum + (its?.bytes ?? 0), 0)
  for (const { id, end: its } of kept) {
    const isOld = its !== null && its.at + keepMs <= clock.now()
    if (!isOld && bytes <= keepBytesMax) continue
    bytes -= its?.bytes ?? 0
    await end(id, {
      state: 'removed',
      why: isOld ? 'Its time was over.' : 'Others needed its room.',
    })
  }
}
