import { type Directory } from '../directory/ports.ts'
import { type Draft } from '../intake/draft.ts'
import { settling } from '../intake/outbox.ts'
import { outsiderId } from '../intake/outsider.ts'
import { type Intake } from '../intake/ports.ts'
import { el, type Element } from '../xml/element.ts'
import { serialize } from '../xml/serialize.ts'
import { type Accounts, takers } from './accounts.ts'
import { giveTo } from './messages.ts'
import { type Offline } from './offline.ts'
import { onRecordOnce } from './reply.ts'
import { type Sent } from './services.ts'
import { errorReply, type StanzaError } from './wire/stanza-error.ts'

/**
 * Tells who sent a message to another server that it did not get there: on record, naming the message, and then to the device
 * that sent it, to another one, or when the person comes back. It is in his archive, where clients look that fetch from there.
 *
 * Rejects with a StanzaError where that cannot be put on record now, and with a FatalError.
 */
export type Returned = (sent: Sent, error: StanzaError) => Promise<void>

export function createReturned(parts: {
  readonly directory: Pick<Directory, 'get'>
  readonly intake: Intake
  readonly accounts: Accounts
  readonly offline: Offline
}): Returned {
  const { directory, intake, accounts } = parts
  return async (sent, error) => {
    const { sender, from } = sent
    const isThere = directory.get(sender) !== null
    const message = await onRecordOnce(intake, draftOf(sent, error, { isThere }))
    const account = accounts.peek(sender)
    if (!message || !account) return
    const device = account.sessions.get(from.resource ?? '')
    const targets = device ? [device] : takers(account)
    giveTo(parts, message, account, { targets, isNamed: device !== undefined })
  }
}

/** @param isThere who has sent it has an archive still */
function draftOf(
  { message, sender, from, to, id }: Sent,
  error: StanzaError,
  { isThere }: { readonly isThere: boolean },
): Draft {
  const attrs = { from: from.text, to: to.text, ...(id !== null && { id }) }
  const stanza: Element = errorReply(el('message', 'jabber:client', attrs), error)
  const peer = outsiderId(to.bare)
  const { position, leafHash, about } = message
  const own = { owner: sender, peer, peerDevice: to.resource ?? '', incoming: true }
  return {
    kind: 'error',
    conversation: about.conversation,
    members: [sender, peer],
    sender: null,
    device: '',
    to: from.text,
    views: isThere ? [own, settling] : [settling],
    messageId: id,
    originId: null,
    origin: 'native',
    refersTo: null,
    refs: { position, leafHash },
    claimedAt: null,
    content: JSON.stringify({ type: 'error', condition: error.condition, text: error.text }),
    wire: serialize(stanza),
  }
}
