import { FatalError } from '../base/errors.ts'
import { type ConversationId, type PersonId } from './types.ts'

const form = /^[0-9a-f]{32}$/

/** @throws {FatalError} when it is not 32 hex digits: ids are made by us, and a broken one is a broken record */
export function personId(text: string): PersonId {
  if (isPersonId(text)) return text
  throw new FatalError(`a person's id is 32 hex digits, not ${text.length} other characters`)
}

/** An archive that is nobody's: all that is on record of files is found there again. Ids are random, this is none. */
export const filesArchive = personId(`${'0'.repeat(31)}f`)

/** Another one: what went to people on other servers, and what became of it. */
export const outboxArchive = personId(`${'0'.repeat(30)}10`)

/** Whether an archive is somebody's. */
export function isNobodys(owner: PersonId): boolean {
  return owner === filesArchive || owner === outboxArchive
}

/** Whether an archive is one that acts are found again in, such as those of the directory. Ids of people and rooms are random. */
export function isArchiveOfActs(owner: PersonId): boolean {
  return owner.startsWith('0'.repeat(30))
}

/** @throws {FatalError} when it is not 32 hex digits */
export function conversationId(text: string): ConversationId {
  if (isConversationId(text)) return text
  throw new FatalError(`a conversation's id is 32 hex digits, not ${text.length} other characters`)
}

function isPersonId(text: string): text is PersonId {
  return form.test(text)
}

/** Whether it is 32 hex digits. */
export function isConversationId(text: string): text is ConversationId {
  return form.test(text)
}
