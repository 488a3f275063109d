import { join } from 'node:path'
import { type Clock } from '../base/clock.ts'
import { type Log } from '../base/log.ts'
import { systemTimer } from '../base/timer.ts'
import { isOver } from '../record/disposal/runs.ts'
import { type ScrubKept } from '../record/scrub/ports.ts'
import { openScrubbing } from '../record/scrub/scrubbing.ts'
import { threadedScrubber } from '../storage/embedded/scrub-thread.ts'
import { fileScrubState } from '../storage/files/scrub-state.ts'
import { type Config } from './config.ts'
import { measureScrub } from './measures.ts'
import { type Metrics } from './metrics.ts'
import { type Storage } from './storage.ts'

/** In the data folder: how far it is. */
const scrubFile = 'scrub'
/** With more records on their way than that it waits. */
const lagRecordsMax = 2_000

/** How far it is, as it was last written down: a minute ago, or at the stop. */
export async function scrubKept({ data }: Pick<Config, 'data'>): Promise<ScrubKept> {
  return await fileScrubState(join(data, scrubFile)).read()
}

type Outside = {
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly fatal: (error: unknown) => void
}

/** Reads everything again beside the traffic, until what it returns is called. */
export async function openScrub(
  { data, headRegister, scrub }: Config,
  { record, keys, keyed, management }: Storage,
  { clock, log, metrics, fatal }: Outside,
): Promise<() => Promise<void>> {
  const isBusy = (): boolean => {
    const { waiting, integrated } = record.standing()
    if (waiting > 0 || record.size - integrated > lagRecordsMax) return true
    // From the commit to the certificate what is read may be gone the next moment.
    const runs = management.disposals.list().filter((run) => !isOver(run))
    return runs.some(({ buckets }) => [...buckets.values()].some(({ commit }) => commit !== null))
  }
  const scrubbing = await openScrubbing({
    scrubber: threadedScrubber({ ...keyed, headRegister }, keys),
    state: fileScrubState(join(data, scrubFile)),
    record,
    isBusy,
    clock,
    timer: systemTimer,
    log,
    failed: fatal,
    ...scrub,
  })
  measureScrub(metrics, () => scrubbing.standing(), clock)
  return async () => await scrubbing.close()
}
