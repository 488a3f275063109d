import { FatalError } from '../../base/errors.ts'
import { type Opened } from '../../record/bodies/opened.ts'
import { conversationId, personId } from '../../record/ids.ts'
import { serverRecord } from '../../record/server-record.ts'
import { type NewRecord } from '../../record/types.ts'
import { type MatterAct } from './types.ts'

/** Matters, as the owner of an archive that their acts enter: there a start finds them again. Ids are random, this is none. */
export const mattersArchive = personId(`${'0'.repeat(30)}5b`)

/** All of them are one conversation, so that none can be left out unseen. */
const mattersConversation = conversationId(mattersArchive)

const kinds: Readonly<Record<MatterAct['kind'], true>> = {
  'matter.open': true,
  'matter.change': true,
  'matter.close': true,
  'search.save': true,
  'search.drop': true,
}

function isMatterKind(kind: string): kind is MatterAct['kind'] {
  return Object.hasOwn(kinds, kind)
}

/** An act as it goes on record. */
export function recordOf({ kind, ...what }: MatterAct): NewRecord {
  return serverRecord({
    kind,
    conversation: mattersConversation,
    members: [mattersArchive],
    content: JSON.stringify({ v: 1, ...what }),
    sender: what.by,
    archive: mattersArchive,
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
}: Pick<Opened, 'position' | 'envelope' | 'content'>): MatterAct {
  if (!isMatterKind(kind)) throw new FatalError(`record ${position} is no act about a matter`)
  const { v: _version, ...what } = JSON.parse(content)
  return { kind, ...what }
}
