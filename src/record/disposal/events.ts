// Acts and statements of holds, disposal and erasure, as they stand on record.

import { FatalError } from '../../base/errors.ts'
import { type Opened } from '../bodies/opened.ts'
import { type HoldAct } from '../holds/register.ts'
import { conversationId, personId } from '../ids.ts'
import { serverRecord } from '../server-record.ts'
import { type LogPosition, type NewRecord, type NewStatement } from '../types.ts'
import { contentOf } from './proposal.ts'
import { type RunAct, type RunStatement } from './runs.ts'

/** As the owner of an archive with nothing but these acts: there they are found again. Ids are random, this is none. */
export const recordsArchive = personId(`${'0'.repeat(30)}20`)

/** They are one conversation, so that none can be left out unseen. */
const recordsConversation = conversationId(`${'0'.repeat(30)}20`)

export type RecordsAct = HoldAct | RunAct

/** All that is on record of holds and disposal. */
export type RecordsEvent = RecordsAct | RunStatement

/** An event and where it is on record. */
export type PlacedEvent = {
  readonly position: LogPosition
  /** Server time in ms since 1970. */
  readonly at: number
  readonly event: RecordsEvent
}

/** Who did what, sealed, as it goes on record. */
export function recordOfAct(act: RecordsAct): NewRecord {
  return serverRecord({
    kind: act.kind,
    conversation: recordsConversation,
    members: [recordsArchive],
    content: contentOf(act),
    sender: act.by,
    archive: recordsArchive,
  })
}

/** In clear for ever: numbers, hashes and positions. */
export function statementOf({ kind, ...what }: RunStatement): NewStatement {
  return { kind, says: JSON.stringify({ v: 1, ...what }) }
}

/** Whether a record is one of these. */
export function isEvent(kind: string): boolean {
  return /^(?:hold|disposal|erasure)\./.test(kind)
}

/** What of it is sealed away in `state.db`, and read back. */
export function eventOf(kind: string, json: string, position: LogPosition): RecordsEvent {
  // Written by `recordOfAct` and `statementOf`, sealed under our keys or bound by the tree: it has the form that it had there.
  const said: RecordsEvent & { readonly v: number } = { ...JSON.parse(json), kind }
  if (said.v === 1 && isEvent(kind)) return said
  throw new FatalError(`record ${position} is no act of holds or disposal that this version knows`)
}

export function placedEvent({
  position,
  envelope,
  content,
}: Pick<Opened, 'position' | 'envelope' | 'content'>): PlacedEvent {
  return { position, at: envelope.t_server, event: eventOf(envelope.kind, content, position) }
}
