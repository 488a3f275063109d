import { silentLog } from '../../src/base/log.ts'
import { type ExportJobs, openExportJobs } from '../../src/discovery/exports/jobs.ts'
import { type BundleShelf, type ExportState } from '../../src/discovery/exports/ports.ts'
import { type ActsRecord } from '../../src/record/acts-on-record.ts'
import { seededRandom } from './vault.ts'

const noShelf: BundleShelf = {
  make: async () => await Promise.reject(new Error('nothing is exported here')),
  cancel: async () => {},
  open: async () => await Promise.resolve(null),
  remove: async () => {},
  removeUnfinished: async () => {},
}

/** What `relationalExports` keeps, in memory. */
export function memoryExportState(): ExportState {
  const jobs = new Map<string, { json: string; begun: number }>()
  const keys = new Map<string, Parameters<ExportState['putKey']>[1]>()
  let applied = -1
  return {
    load: async () =>
      await Promise.resolve({
        applied,
        jobs: [...jobs.values()].map(({ json, begun }) => ({ job: JSON.parse(json), begun })),
      }),
    async apply(changes, position) {
      if (position <= applied) return
      for (const { id, job } of changes)
        if (job === null) jobs.delete(id)
        else jobs.set(id, { json: JSON.stringify(job), begun: jobs.get(id)?.begun ?? 0 })
      applied = position
      await Promise.resolve()
    },
    async noteBegun(id) {
      const job = jobs.get(id)
      if (job) job.begun++
      await Promise.resolve()
    },
    putKey: async (id, key) => void (await Promise.resolve(keys.set(id, key))),
    keyOf: async (id) => await Promise.resolve(keys.get(id) ?? null),
    dropKey: async (id) => void (await Promise.resolve(keys.delete(id))),
    keyed: async () => await Promise.resolve([...keys.keys()]),
  }
}

/** Exports over a record in memory. Nothing is made before `start()`. */
export async function memoryExports({
  record,
  now,
  shelf = noShelf,
  state = memoryExportState(),
  keepBytesMax = 1_000,
}: {
  readonly record: ActsRecord
  readonly now: () => number
  readonly shelf?: BundleShelf
  readonly state?: ExportState
  readonly keepBytesMax?: number
}): Promise<ExportJobs> {
  return await openExportJobs({
    state,
    shelf,
    record,
    keepMs: 3_600_000,
    keepBytesMax,
    clock: { now },
    random: seededRandom('exports'),
    log: silentLog,
    fatal(error) {
      throw error
    },
  })
}
