import { FatalError } from '../../base/errors.ts'
import { type Opened } from '../../record/bodies/opened.ts'
import { conversationId, personId } from '../../record/ids.ts'
import { serverRecord } from '../../record/server-record.ts'
import { type NewRecord } from '../../record/types.ts'
import { type AccessAct } from './types.ts'

/** Who may what, as the owner of an archive that its acts enter: there a start finds them again. Ids are random, this is none. */
export const accessActsArchive = personId(`${'0'.repeat(30)}5a`)

/** All of them are one conversation, so that none can be left out unseen. */
const accessActsConversation = conversationId(`${'0'.repeat(30)}5a`)

const kinds: Readonly<Record<AccessAct['kind'], true>> = {
  'grant.make': true,
  'grant.revoke': true,
  'approval.ask': true,
  'approval.decide': true,
  'approval.run': true,
}

export function isAccessKind(kind: string): kind is AccessAct['kind'] {
  return Object.hasOwn(kinds, kind)
}

/** An act as it goes on record. */
export function recordOf({ kind, ...what }: AccessAct): NewRecord {
  return serverRecord({
    kind,
    conversation: accessActsConversation,
    members: [accessActsArchive],
    content: JSON.stringify({ v: 1, ...what }),
    sender: what.by[0] ?? null,
    archive: accessActsArchive,
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
}: Pick<Opened, 'position' | 'envelope' | 'content'>): AccessAct {
  if (!isAccessKind(kind)) throw new FatalError(`record ${position} is no act about who may what`)
  const { v: _version, ...what } = JSON.parse(content)
  return { kind, ...what }
}
