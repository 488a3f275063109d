// Who looks at the trail is in it: once an hour and person for each way of looking.

import { type Clock } from '../base/clock.ts'
import { OperatorError } from '../base/errors.ts'
import { RecordRefused } from '../record/errors.ts'
import { conversationId } from '../record/ids.ts'
import { type Record } from '../record/ports.ts'
import { serverRecord } from '../record/server-record.ts'
import { type NewRecord, type PersonId } from '../record/types.ts'

/** What is said of the trail is one conversation, so that none can be left out unseen. */
const auditConversation = conversationId(`${'0'.repeat(30)}a2`)

const hourMs = 3_600_000
/** Pairs of person and way that are remembered: beyond that, one look is two entries. */
const rememberedMax = 10_000

/** Null: who administers the machine. */
export type Reader = PersonId | null

export type Reading = {
  /**
   * On record when it resolves, before anything is shown.
   * @throws {OperatorError} when the record takes nothing
   */
  note(reader: Reader, what: AuditLook): Promise<void>
}

/** `list`: pages of the trail, `stream`: all that comes, `digest`: who looked at how much. */
export type AuditLook = 'list' | 'stream' | 'digest'

export function createReading(parts: {
  readonly record: Pick<Record, 'append'>
  readonly clock: Clock
}): Reading {
  const { record, clock } = parts
  const noted = new Map<string, number>()
  return {
    async note(reader, what) {
      const hour = Math.floor(clock.now() / hourMs)
      const key = `${reader ?? ''} ${what}`
      if (noted.get(key) === hour) return
      await appendOr(record, auditRecord('audit.read', { what }, reader))
      if (noted.size >= rememberedMax) noted.clear()
      noted.set(key, hour)
    },
  }
}

/** @param by null: the machine's command line; left out: the server itself */
export function auditRecord(
  kind: 'audit.read' | 'audit.digest' | 'connections.read',
  what: object,
  by?: Reader,
): NewRecord {
  const said = by === undefined ? {} : { by: by ?? 'command line' }
  return serverRecord({
    kind,
    conversation: auditConversation,
    members: [],
    content: JSON.stringify({ v: 1, ...said, ...what }),
    sender: by ?? null,
    isOwn: by === undefined,
  })
}

/** @param refused what does not happen then. @throws {OperatorError} when the record takes nothing */
export async function appendOr(
  record: Pick<Record, 'append'>,
  entry: NewRecord,
  refused = 'Nothing is shown, as it cannot be put on record that you looked',
): Promise<void> {
  try {
    await record.append(entry)
  } catch (error) {
    if (!(error instanceof RecordRefused)) throw error
    throw new OperatorError('record.refused', `${refused}: ${error.why.text}`, { cause: error })
  }
}
