import { type Opened } from '../record/bodies/opened.ts'
import { type Record } from '../record/ports.ts'
import { readIfLeft } from '../record/read-left.ts'
import { type ConversationId, type LogPosition, type PersonId } from '../record/types.ts'

/** What intake asks of messages that it no longer remembers. */
export type Archive = {
  /** The newest message of this sender in this conversation with that `id` or origin id. */
  find(
    conversation: ConversationId,
    sender: PersonId,
    id: string,
  ): Opened | null | Promise<Opened | null>
  /** By XEP-0359 stanza id; null when it is none of this conversation. */
  byStanzaId(conversation: ConversationId, stanzaId: string): Promise<Opened | null>
}

/**
 * The mailbox rows tell of all but the last records, which `Recent` remembers. Only at the start, when it remembers
 * nothing, the rows have to be waited for.
 */
export function createArchive(
  record: Pick<Record, 'size' | 'integrated' | 'read' | 'positionOf' | 'mailbox'>,
): Archive {
  const sizeAtStart = record.size
  let isReached = sizeAtStart === 0

  async function reachStart(): Promise<void> {
    if (isReached) return
    await record.integrated(sizeAtStart)
    isReached = true
  }

  function findNow(
    conversation: ConversationId,
    sender: PersonId,
    id: string,
  ): null | Promise<Opened | null> {
    const position: LogPosition | null = record.mailbox.findMessage(conversation, sender, id)
    return position === null ? null : readIfLeft(record, position)
  }

  return {
    find: (conversation, sender, id) =>
      isReached
        ? findNow(conversation, sender, id)
        : reachStart().then(() => findNow(conversation, sender, id)),

    async byStanzaId(conversation, stanzaId) {
      const position = record.positionOf(stanzaId)
      if (position === null || position >= record.size) return null
      await record.integrated(position + 1)
      const opened = await readIfLeft(record, position)
      return opened?.envelope.conv === conversation ? opened : null
    },
  }
}
