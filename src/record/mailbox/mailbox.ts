import { lru } from '../../base/lru.ts'
import { type Heads } from '../ledger/ports.ts'
import { type Mailbox, type MailboxQuery } from '../ports.ts'
import { type Names } from './names.ts'
import { type MailboxIndex, type RowQuery } from './ports.ts'

/** A count is exact up to this many rows, and unknown beyond: it is made by looking at each. */
const countMax = 10_000

/** It remembers what it has counted. */
export type CountedMailbox = Mailbox & {
  /** Rows have gone: everything is counted anew. */
  forget(): void
}

/** The archives as the rest of the server sees them, by ids. */
export function mailboxOver(index: MailboxIndex, names: Names): CountedMailbox {
  const counts = counter(index, names)
  return {
    rows: (query) => index.rows(withPseudonyms(query, names)),
    count: counts.count,
    forget: () => counts.forget(),
    statements: (after, limit) => index.statements(after, limit),
    findMessage: (conversation, sender, messageId) =>
      index.newestWithId(names.conversation(conversation), names.messageId(sender, messageId)),
  }
}

/** How many counts are kept, to go on from: clients ask for one with each page. */
const countsKept = 10_000

type Counted = { readonly count: number; readonly upTo: number }

/** Rows come in the order of their positions, and go with a disposal alone, so what was counted once is not counted again. */
function counter(
  index: MailboxIndex,
  names: Names,
): { readonly count: Mailbox['count']; forget(): void } {
  let known = lru<string, Counted>({ costMax: countsKept })
  const count: Mailbox['count'] = (query) => {
    const { after: _after, before: _before, ...rest } = withPseudonyms(query, names)
    const all = { ...rest, limit: 1, newestFirst: true }
    const name = JSON.stringify(all)
    const before = known.get(name) ?? { count: 0, upTo: -1 }
    const upTo = index.rows(all)[0]?.position ?? -1
    if (upTo > before.upTo && before.count <= countMax) {
      const fresh = index.count({ ...all, after: before.upTo, before: upTo + 1 }, countMax + 1)
      known.set(name, { count: before.count + fresh, upTo })
    }
    const { count: found } = known.get(name) ?? before
    return found > countMax ? null : found
  }
  return {
    count,
    forget() {
      known = lru({ costMax: countsKept })
    },
  }
}

/** Where conversations and senders stand, by ids. */
export function headsOver(index: MailboxIndex, names: Names): Heads {
  return {
    conversation: (id) => index.conversation(names.conversation(id)),
    inBucket: (id, bucket) => index.inBucket(names.conversation(id), bucket),
    bucketOf: (position) => index.places([position]).get(position)?.bucket ?? null,
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
