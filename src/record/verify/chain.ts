// The numbers that records have in their conversations and of their senders: without gaps, each naming the one before.
// LEDGER.md §3.1 and §3.3.

import { toHex } from '../../base/bytes.ts'
import { type Entry } from '../ledger/entry.ts'
import { type BucketHead, type ConversationHead } from '../ledger/ports.ts'
import { type ConversationId, type Envelope, type LogPosition, type PersonId } from '../types.ts'
import { Broken } from './ports.ts'

/** Follows the records in log order. */
export type Chain = {
  next(position: LogPosition, record: Numbered): void
  readonly conversations: ReadonlyMap<ConversationId, ConversationHead>
  /** The next number of each sender. */
  readonly senders: ReadonlyMap<PersonId, number>
  /** How they stand in their buckets, in no order. */
  handles(): Iterable<ChainHandle>
  readonly handleCount: number
  readonly lastAt: number
}

/** A conversation in one bucket. */
export type ChainHandle = BucketHead & {
  readonly bucket: number
  readonly conversation: ConversationId
  /** Position of its newest record there. */
  readonly last: LogPosition
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
  /** By bucket and handle. */
  const handles = new Map<string, ChainHandle>()
  /** The handle (hex) of a conversation, by bucket and conversation. */
  const handleNames = new Map<string, string>()
  let lastAt = 0

  return {
    conversations,
    senders,
    handles: () => handles.values(),
    get handleCount() {
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
      const { bucket, handle, seq } = entry
      const name = `${bucket} ${toHex(handle)}`
      const ofConversation = `${bucket} ${envelope.conv}`
      expect('its handle', name, handleNames.get(ofConversation) ?? name)
      handleNames.set(ofConversation, name)
      const there = handles.get(name)
      expect('the conversation of its handle', envelope.conv, there?.conversation ?? envelope.conv)
      expect('the number in its bucket', seq, there?.nextSeq ?? 0)
      handles.set(name, {
        bucket,
        // A copy: what it is a view of is a whole bundle.
        handle: there?.handle ?? handle.slice(),
        conversation: envelope.conv,
        nextSeq: seq + 1,
        last: position,
      })
      if (envelope.sender !== null) {
        const next = senders.get(envelope.sender) ?? 0
        expect('sender_seq', envelope.sender_seq, next)
        senders.set(envelope.sender, next + 1)
      }
      expect('stanza_id', envelope.stanza_id, stanzaId(position))
      conversations.set(envelope.conv, {
        nextConvSeq: envelope.conv_seq + 1,
        prev: toHex(leafHash),
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
