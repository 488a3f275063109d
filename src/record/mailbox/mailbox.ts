import { type Heads } from '../ledger/ports.ts'
import { type Mailbox, type MailboxQuery } from '../ports.ts'
import { type Names } from './names.ts'
import { type MailboxIndex, type RowQuery } from './ports.ts'

/** A count is exact up to this many rows, and unknown beyond: it is made by looking at each. */
const countMax = 10_000

/** The archives as the rest of the server sees them, by ids. */
export function mailboxOver(index: MailboxIndex, names: Names): Mailbox {
  return {
    rows: (query) => index.rows(withPseudonyms(query, names)),
    count(query) {
      const { after: _after, before: _before, ...all } = withPseudonyms(query, names)
      const found = index.count(all, countMax + 1)
      return found > countMax ? null : found
    },
    findMessage: (conversation, sender, messageId) =>
      index.newestWithId(names.conversation(conversation), names.messageId(sender, messageId)),
  }
}

/** Where conversations and senders stand, by ids. */
export function headsOver(index: MailboxIndex, names: Names): Heads {
  return {
    conversation: (id) => index.conversation(names.conversation(id)),
    nextSenderSeq: (sender) => index.nextSenderSeq(names.person(sender)),
    isHandleTaken: (bucket, handle) => index.isHandleTaken(bucket, handle),
    lastAt: () => index.lastAt(),
  }
}

function withPseudonyms(query: MailboxQuery, names: Names): RowQuery {
  const { owner, peer, peerDevice, ...rest } = query
  return {
    ...rest,
    owner: names.person(owner),
    ...(peer === undefined ? {} : { peer: peer === null ? null : names.person(peer) }),
    ...(peerDevice === undefined ? {} : { peerDevice: deviceName(query, peerDevice, names) }),
  }
}

function deviceName({ owner, peer }: MailboxQuery, device: string, names: Names): string | null {
  if (peer === undefined) throw new RangeError('a device without whose it is')
  return device === '' ? null : names.device(peer ?? owner, device)
}
