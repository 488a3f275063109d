// Exports whose bundles the server keeps, as acts on record.

import { FatalError } from '../../base/errors.ts'
import { type Opened } from '../../record/bodies/opened.ts'
import { conversationId, personId } from '../../record/ids.ts'
import { serverRecord } from '../../record/server-record.ts'
import { type LogPosition, type NewRecord, type PersonId } from '../../record/types.ts'
import { exportsArchive, type ExportContent } from '../bundle/act.ts'
import { type ExportAct, type ExportEnd, type ExportJob } from './ports.ts'

/** All exports are one conversation, so that none can be left out unseen. */
const exportsConversation = conversationId(exportsArchive)

/** What became of a bundle. */
export function endRecord(job: ExportJob, { at: _at, by, ...end }: ExportEnd): NewRecord {
  const what = { export: job.id, act: job.act, matter: job.matter, ...end }
  return recordOf('export.end', by, what)
}

/** That somebody fetches a bundle, and what for. */
export function fetchRecord(
  { id, act, matter, end }: ExportJob,
  { by, purpose }: { readonly by: PersonId; readonly purpose: string },
): NewRecord {
  const what = { export: id, act, matter, purpose, bytes: end?.bytes, sha256: end?.sha256 }
  return recordOf('export.fetch', by, what)
}

function recordOf(
  kind: 'export.end' | 'export.fetch',
  by: PersonId | null,
  what: object,
): NewRecord {
  return serverRecord({
    kind,
    conversation: exportsConversation,
    members: by === null ? [] : [by],
    content: JSON.stringify({ v: 1, ...(by && { by }), ...what }),
    sender: by,
    archive: exportsArchive,
    isOwn: by === null,
  })
}

/** The act out of its record. @throws {FatalError} when it is none: a newer program wrote it */
export function exportActOf({
  position,
  envelope: { kind, t_server: at },
  content,
}: Pick<Opened, 'position' | 'envelope' | 'content'>): ExportAct {
  if (kind === 'export') return { kind, job: jobIn(content, { position, at }) }
  if (kind === 'export.fetch') return { kind, export: fetchedIn(content) }
  if (kind !== 'export.end') throw new FatalError(`record ${position} is no act about an export`)
  const said: Omit<ExportEnd, 'at' | 'by'> & { readonly export: string; readonly by?: string } =
    JSON.parse(content)
  const { export: id, by, state, why, bytes, sha256, records } = said
  const who = by === undefined ? null : personId(by)
  return { kind, export: id, end: { state, at, by: who, why, bytes, sha256, records } }
}

function fetchedIn(content: string): string {
  const said: { readonly export: string } = JSON.parse(content)
  return said.export
}

/** Null where whoever asked makes the bundle himself. */
function jobIn(
  content: string,
  { position: act, at }: { readonly position: LogPosition; readonly at: number },
): ExportJob | null {
  const said: ExportContent = JSON.parse(content)
  if (said.keeps !== true) return null
  const { id, by, purpose, matter, grant = null } = said
  return { id, act, by: personId(by), at, purpose, matter, grant, end: null }
}
