import { FatalError } from '../../base/errors.ts'
import { type Opened } from '../bodies/opened.ts'
import { conversationId, personId } from '../ids.ts'
import { serverRecord } from '../server-record.ts'
import { type NewRecord, type PersonId } from '../types.ts'
import { isRetentionKind, type RetentionAct } from './types.ts'

/** Retention itself, as the owner of an archive that its acts enter: there a start finds them again. Ids are random, this is none. */
export const retentionArchive = personId(`${'0'.repeat(30)}21`)

/** All acts are one conversation, so that none can be left out unseen. */
const retentionConversation = conversationId(`${'0'.repeat(30)}21`)

/** An act as it goes on record. @param approvals who says so: the first did it, the others agreed */
export function recordOf(act: RetentionAct, approvals: readonly PersonId[]): NewRecord {
  const { kind, ...what } = act
  return serverRecord({
    kind,
    conversation: retentionConversation,
    members: [retentionArchive],
    content: JSON.stringify({ v: 1, approvals, ...what }),
    sender: approvals[0] ?? null,
    archive: retentionArchive,
  })
}

/**
 * The act out of its record. What it says was written by `recordOf`.
 * @throws {FatalError} when it is none: a newer program wrote it
 */
export function actOf({
  position,
  envelope: { kind },
  content,
}: Pick<Opened, 'position' | 'content'> & {
  readonly envelope: Pick<Opened['envelope'], 'kind'>
}): RetentionAct {
  if (!isRetentionKind(kind)) throw new FatalError(`record ${position} is no act of retention`)
  const { v: _version, approvals: _approvals, ...what } = JSON.parse(content)
  return { kind, ...what }
}

/** What an act is kept as in the state: under the key of what it changes. */
export function itemOf(act: RetentionAct): { readonly key: string; readonly text: string | null } {
  const text = JSON.stringify(act)
  const { kind } = act
  if (kind === 'retention.class') return { key: `class ${act.class.name}`, text }
  if (kind === 'retention.rules') return { key: 'rules', text }
  if (kind === 'retention.exempt') return { key: `exemption ${act.exemption.id}`, text }
  if (kind === 'retention.exempt-end') return { key: `exemption ${act.id}`, text: null }
  const { event } = act
  return { key: `${event.event} ${event.event === 'leaver' ? event.person : event.matter}`, text }
}

/** What `itemOf` has made. */
export function actOfItem(text: string): RetentionAct {
  return JSON.parse(text)
}
