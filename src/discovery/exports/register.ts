// What stands of exports, as the acts on record made it.

import { type Appended, type LogPosition } from '../../record/types.ts'
import { type ExportAct, type ExportJob, type StoredExport } from './ports.ts'

/** What is over is shown for so long. */
const shownMs = 90 * 86_400_000
/** And of those the newest. */
const shownMax = 1_000

type Change = { readonly id: string; readonly job: ExportJob | null }

export type ExportRegister = {
  get(id: string): ExportJob | null
  /** The oldest first. */
  list(): readonly ExportJob[]
  /** To be made, the oldest first. */
  waiting(): readonly ExportJob[]
  begun(id: string): number
  noteBegun(id: string): void
  apply(act: ExportAct, at: Pick<Appended, 'position' | 'at'>): void
  /** What the act at that position has changed. */
  changesAt(position: LogPosition): readonly Change[]
  stored(position: LogPosition): void
}

export function exportRegister(stored: readonly StoredExport[]): ExportRegister {
  const jobs = new Map<string, ExportJob>()
  const begun = new Map<string, number>()
  const changed = new Map<LogPosition, readonly Change[]>()
  for (const one of stored.toSorted((a, b) => a.job.act - b.job.act)) {
    jobs.set(one.job.id, one.job)
    begun.set(one.job.id, one.begun)
  }

  function put(job: ExportJob): Change {
    jobs.set(job.id, job)
    return { id: job.id, job }
  }
  /** Those whose bundles are kept stay. */
  function dropOld(now: number): Change[] {
    const over = [...jobs.values()].filter(({ end }) => end !== null && end.state !== 'done')
    const isOld = ({ end }: ExportJob, i: number): boolean =>
      (end?.at ?? now) + shownMs < now || i < over.length - shownMax
    return over.filter(isOld).map(({ id }) => {
      jobs.delete(id)
      begun.delete(id)
      return { id, job: null }
    })
  }
  function changesOf(
    act: ExportAct,
    { position, at }: Pick<Appended, 'position' | 'at'>,
  ): Change[] {
    if (act.kind === 'export')
      return act.job === null ? [] : [...dropOld(at), put({ ...act.job, act: position, at })]
    const job = act.kind === 'export.end' ? jobs.get(act.export) : undefined
    return job === undefined || act.kind !== 'export.end'
      ? []
      : [put({ ...job, end: { ...act.end, at } })]
  }

  return {
    get: (id) => jobs.get(id) ?? null,
    list: () => [...jobs.values()],
    waiting: () => [...jobs.values()].filter(({ end }) => end === null),
    begun: (id) => begun.get(id) ?? 0,
    noteBegun: (id) => void begun.set(id, (begun.get(id) ?? 0) + 1),
    apply: (act, at) => void changed.set(at.position, changesOf(act, at)),
    changesAt: (position) => changed.get(position) ?? [],
    stored: (position) => void changed.delete(position),
  }
}
