import { type Log } from '../base/log.ts'
import { type ExportJobs, openExportJobs } from '../discovery/exports/jobs.ts'
import { type Keys } from '../record/keys/ports.ts'
import { type Statements } from '../record/heads/statements.ts'
import { type Record } from '../record/ports.ts'
import { type KeyedPlace } from '../storage/embedded/key-line.ts'
import { relationalExports } from '../storage/relational/exports.ts'
import { type State } from '../storage/relational/open-state.ts'
import { type Config } from './config.ts'
import { exportShelf } from './export-shelf.ts'
import { type Outside } from './storage.ts'

/** Whether there are bundles whose time is over. */
const sweepMs = 600_000

/** @param opened at the end of it no bundle is made any more */
export async function openExports(
  config: Pick<Config, 'data' | 'proofs' | 'exports'>,
  {
    db,
    keys,
    reading,
    statements,
    ...parts
  }: Pick<Outside, 'clock' | 'random' | 'log' | 'fatal'> & {
    readonly db: State['db']
    readonly keys: Keys
    readonly record: Record
    readonly reading: KeyedPlace
    readonly statements: Statements
  },
  opened: AsyncDisposableStack,
): Promise<ExportJobs> {
  const { keepMs, bytesMax: keepBytesMax } = config.exports
  const shelf = await exportShelf(config, { place: reading, statements })
  const state = relationalExports(db, keys)
  const jobs = await openExportJobs({ ...parts, state, shelf, keepMs, keepBytesMax })
  opened.defer(async () => await jobs.close())
  return jobs
}

/** From now on bundles are made, and go when their time is over. @returns what ends the latter */
export async function startExports(jobs: ExportJobs, log: Log): Promise<() => void> {
  const sweep = (): void => {
    jobs.sweep().catch((error: unknown) => {
      log.error('export.not-swept', { error: String(error) })
    })
  }
  await jobs.start()
  sweep()
  const timer = setInterval(sweep, sweepMs)
  timer.unref()
  return () => clearInterval(timer)
}
