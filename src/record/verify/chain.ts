// The numbers that records have in their conversations and of their senders: without gaps, each naming the one before.
// LEDGER.md §3.1 and §3.3.

import { toHex } from '../../base/bytes.ts'
import { type Entry } from '../ledger/entry.ts'
import { type ConversationHead } from '../ledger/ports.ts'
import { type ConversationId, type Envelope, type LogPosition, type PersonId } from '../types.ts'
import { Broken } from './ports.ts'

/** Follows the records in log order. */
export type Chain = {
  next(position: LogPosition, record: Numbered): void
  readonly conversations: ReadonlyMap<ConversationId, ConversationHead>
  /** The next number of each sender. */
  readonly senders: ReadonlyMap<PersonId, number>
  /** How many handles, in all buckets. */
  readonly handles: number
  readonly lastAt: number
}

export type Numbered = {
  readonly entry: Entry
  readonly leafHash: Uint8Array
  readonly envelope: Envelope
}

/** @param stanzaId the archive id that belongs to a position */
export function followChain(stanzaId: (position: LogPosition) => string): Chain {
  const conversations = new Map<ConversationId, ConversationHead>()
  const senders = new Map<PersonId, number>()
  const handles = new Map<string, ConversationId>()
  let lastAt = 0

  return {
    conversations,
    senders,
    get handles() {
      return handles.size
    },
    get lastAt() {
      return lastAt
    },
    next(position, { entry, leafHash, envelope }) {
      if (envelope.t_server < lastAt)
        throw new Broken(`record ${position}`, 'its time runs backwards')
      lastAt = envelope.t_server
      // An open statement is in no conversation, and nobody's.
      if (entry.type === 3) return
      const expect = expectation(position)
      const before = conversations.get(envelope.conv)
      expect('conv_seq', envelope.conv_seq, before?.nextConvSeq ?? 0)
      expect('conv_prev', envelope.conv_prev, before?.prev ?? null)
      const handle = toHex(entry.handle)
      const isSame = before?.bucket === entry.bucket && toHex(before.handle) === handle
      expect('the number in its bucket', entry.seq, isSame ? before.nextSeq : 0)
      if (!isSame) {
        const name = `${entry.bucket} ${handle}`
        expect('the conversation of its handle', envelope.conv, handles.get(name) ?? envelope.conv)
        handles.set(name, envelope.conv)
      }
      if (envelope.sender !== null) {
        const seq = senders.get(envelope.sender) ?? 0
        expect('sender_seq', envelope.sender_seq, seq)
        senders.set(envelope.sender, seq + 1)
      }
      expect('stanza_id', envelope.stanza_id, stanzaId(position))
      conversations.set(envelope.conv, {
        nextConvSeq: envelope.conv_seq + 1,
        prev: toHex(leafHash),
        bucket: entry.bucket,
        handle: entry.handle,
        nextSeq: entry.seq + 1,
      })
    },
  }
}

type Expect = (
  name: string,
  found: string | number | null,
  expected: string | number | null,
) => void

function expectation(position: LogPosition): Expect {
  return (name, found, expected) => {
    if (found === expected) return
    throw new Broken(`record ${position}`, `${name} is ${found}, expected ${expected}`)
  }
}
