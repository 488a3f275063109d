import { conversationId, personId } from '../record/ids.ts'
import { serverRecord } from '../record/server-record.ts'
import { type LogPosition, type NewRecord } from '../record/types.ts'
import { type Access, type SearchHead, type SearchRequest } from './ports.ts'

/** Whoever looked at what: an archive that is nobody's, where it is found again. Ids are random, this is none. */
export const accessArchive = personId(`${'0'.repeat(30)}5e`)

/** All of it is one conversation, so that none can be left out unseen. */
const accessConversation = conversationId(`${'0'.repeat(30)}5e`)

/** That somebody searches, and for what. */
export function searchRecord(
  access: Access,
  { query, order, limit, after }: SearchRequest,
  head: SearchHead,
): NewRecord {
  const what = { query, order, limit, after, size: head.size, root: head.root }
  return accessRecord('search', access, what)
}

/** That somebody is shown these records. @param search the act of the search that has found them */
export function readRecord(
  access: Access,
  positions: readonly LogPosition[],
  search: LogPosition | null,
): NewRecord {
  return accessRecord('read', access, { positions, search })
}

function accessRecord(
  kind: 'search' | 'read',
  { person, through, purpose, matter, category = 'other', within }: Access,
  what: object,
): NewRecord {
  return serverRecord({
    kind,
    conversation: accessConversation,
    members: [accessArchive],
    content: JSON.stringify({
      v: 1,
      by: person,
      through,
      purpose,
      matter,
      category,
      ...(within && { grants: within.grants }),
      ...what,
    }),
    sender: person,
    archive: accessArchive,
  })
}
