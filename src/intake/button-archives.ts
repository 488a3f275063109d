// Where presses of buttons are found again. These are archives of nobody's, named by what they are about: they come from the log as all rows do.
import { derivedArchive } from '../record/ids.ts'
import { type ConversationId, type PersonId } from '../record/types.ts'

/** A message with buttons, by what its author called it: the same for all that corrects it. */
export type ButtonMessage = {
  readonly conversation: ConversationId
  readonly sender: PersonId
  readonly messageId: string
}

/** Of all messages of a bot, for its events. */
export function pressesFor(bot: PersonId): PersonId {
  return derivedArchive(`presses for ${bot}`)
}

/** Of one message: whether it was pressed. */
export function pressesOn(message: ButtonMessage): PersonId {
  return derivedArchive(`presses on ${nameOf(message)}`)
}

/** What the bot has put in the place of a message: its newest version is the one whose buttons count. */
export function versionsOf(message: ButtonMessage): PersonId {
  return derivedArchive(`versions of ${nameOf(message)}`)
}

function nameOf({ conversation, sender, messageId }: ButtonMessage): string {
  return `${conversation} ${sender} ${messageId}`
}
