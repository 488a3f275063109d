import { hash } from 'node:crypto'
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

/** Another one: what was withheld by a rule, or refused. */
export const verdictsArchive = personId(`${'0'.repeat(30)}92`)

/** Another one: alarms, for whoever follows the feed of events. */
export const alarmsArchive = personId(`${'0'.repeat(30)}95`)

/** Another one: acts about webhooks. */
export const webhooksArchive = personId(`${'0'.repeat(30)}91`)

/** Another one: all acts, whatever they are about. Those from before there was one are not in it. */
export const auditArchive = personId(`${'0'.repeat(30)}a0`)

const nobodys: ReadonlySet<PersonId> = new Set([
  filesArchive,
  outboxArchive,
  verdictsArchive,
  alarmsArchive,
])

/** What ids of archives begin with that are named by what they are about: of random ids one in 2^48 does. */
const derived = '0'.repeat(12)

/** Another one: the same for the same name. */
export function derivedArchive(name: string): PersonId {
  return personId(`${derived}${hash('sha256', `onrecord archive ${name}`).slice(0, 20)}`)
}

/** Whether an archive is nobody's. */
export function isNobodys(owner: PersonId): boolean {
  return nobodys.has(owner) || (owner.startsWith(derived) && !isArchiveOfActs(owner))
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

/** Whether it is 32 hex digits. */
export function isPersonId(text: string): text is PersonId {
  return form.test(text)
}

/** Whether it is 32 hex digits. */
export function isConversationId(text: string): text is ConversationId {
  return form.test(text)
}
