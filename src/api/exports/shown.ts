import { type ExportJob } from '../../discovery/exports/ports.ts'
import { type ExportAnswer } from '../contract/exports.ts'
import { addressesOf } from '../door/named.ts'
import { type ApiHost } from '../door/route.ts'

export async function shownExport(job: ExportJob, host: ApiHost): Promise<ExportAnswer> {
  const { id, act, by, at, purpose, matter, end } = job
  const names = await addressesOf(host, [by, end?.by ?? null])
  const going = host.exportJobs.progressOf(id)
  const made = { records: end?.records ?? 0, of: end?.records ?? null, bytes: end?.bytes ?? 0 }
  const { records, of, bytes } = going ?? made
  return {
    id,
    act,
    by: names[by] ?? by,
    at: timeOf(at),
    purpose,
    matter,
    state: end?.state ?? (going === null ? 'queued' : 'running'),
    progress: { records, of, bytes },
    ended: end && timeOf(end.at),
    endedBy: end?.by ? (names[end.by] ?? end.by) : null,
    why: end?.why ?? '',
    sha256: end?.sha256 ?? '',
    until: end?.state === 'done' ? timeOf(end.at + host.exportJobs.keepMs) : null,
  }
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
