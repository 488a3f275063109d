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
  /** A record that was disposed of: its entry says where it stands in its bucket. */
  gone(position: LogPosition, entry: Pick<Numbered, 'entry' | 'leafHash'>): void
  /** Whether this is the leaf hash (hex) of what was the newest of a conversation in a bucket and was disposed of. */
  isGoneEnd(leafHash: string): boolean
  readonly goneCount: number
  readonly conversations: ReadonlyMap<ConversationId, ConversationHead>
  /** The next number of each sender. */
  readonly senders: ReadonlyMap<PersonId, number>
  /** How they stand in each bucket that had a record, by handle (hex), in no order. */
  readonly handles: ReadonlyMap<number, ReadonlyMap<string, ChainHandle>>
  readonly lastAt: number
}

/** A conversation in one bucket. */
export type ChainHandle = BucketHead & {
  readonly bucket: number
  /** Null where all of it was disposed of. */
  readonly conversation: ConversationId | null
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
  /** By bucket, and by handle (hex). */
  const handles = new Map<number, Map<string, ChainHandle>>()
  /** The handle (hex) of a conversation, by bucket and conversation. */
  const handleNames = new Map<string, string>()
  const gone = goneRecords()
  let lastAt = 0
  const put = (name: string, handle: ChainHandle): void => {
    const inBucket = handles.get(handle.bucket) ?? new Map<string, ChainHandle>()
    handles.set(handle.bucket, inBucket.set(name, handle))
  }

  return {
    conversations,
    handles,
    isGoneEnd: (leafHash) => gone.isEnd(leafHash),
    get goneCount() {
      return gone.count
    },
    gone(position, { entry, leafHash }) {
      const { bucket, seq } = entry
      const name = toHex(entry.handle)
      const there = handles.get(bucket)?.get(name) ?? freshHandle(entry)
      expectation(position)('the number in its bucket', seq, there.nextSeq)
      put(name, { ...there, nextSeq: seq + 1, last: position })
      gone.add(`${bucket} ${name}`, toHex(leafHash))
    },
    senders,
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
      expectAfter(before, { position, envelope, gone })
      const name = toHex(entry.handle)
      const there = handles.get(entry.bucket)?.get(name) ?? freshHandle(entry)
      const { conversation } = there
      const ofConversation = `${entry.bucket} ${envelope.conv}`
      expect('its handle', name, handleNames.get(ofConversation) ?? name)
      handleNames.set(ofConversation, name)
      expect('the conversation of its handle', envelope.conv, conversation ?? envelope.conv)
      expect('the number in its bucket', entry.seq, there.nextSeq)
      const nextSeq = entry.seq + 1
      put(name, { ...there, conversation: envelope.conv, nextSeq, last: position })
      gone.forget(`${entry.bucket} ${name}`)
      if (envelope.sender !== null) {
        const next = senders.get(envelope.sender) ?? 0
        const found = envelope.sender_seq ?? -1
        if (gone.count === 0) expect('sender_seq', found, next)
        else gone.fill(position, found - next)
        senders.set(envelope.sender, found + 1)
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

/** A conversation in a bucket where it had no record. */
function freshHandle({ bucket, handle }: Pick<Entry, 'bucket' | 'handle'>): ChainHandle {
  // A copy: what it is a view of is a whole bundle.
  return { bucket, handle: handle.slice(), conversation: null, nextSeq: 0, last: -1 }
}

/** The record before it in its conversation is the one that was seen, or one that was disposed of. */
function expectAfter(
  before: ConversationHead | undefined,
  {
    position,
    envelope,
    gone,
  }: { readonly position: LogPosition; readonly envelope: Envelope; readonly gone: GoneRecords },
): void {
  const expect = expectation(position)
  const { conv_seq: seq, conv_prev: prev } = envelope
  const next = before?.nextConvSeq ?? 0
  if (prev !== null && gone.isEnd(prev)) {
    if (seq <= next) expect('conv_seq', seq, next + 1)
    return
  }
  expect('conv_seq', seq, next)
  expect('conv_prev', prev, before?.prev ?? null)
}

/** Records that were disposed of. */
type GoneRecords = {
  readonly count: number
  /** @param handle whose newest record in its bucket it is */
  add(handle: string, leafHash: string): void
  /** The newest there is another one. */
  forget(handle: string): void
  isEnd(leafHash: string): boolean
  /** So many numbers are missing there. @throws {Broken} when more are missing than were disposed of */
  fill(position: LogPosition, missing: number): void
}

function goneRecords(): GoneRecords {
  const ends = new Map<string, string>()
  const endOf = new Map<string, string>()
  let [count, gaps] = [0, 0]
  const forget = (handle: string): void => {
    const end = endOf.get(handle)
    if (end !== undefined) ends.delete(end)
    endOf.delete(handle)
  }
  return {
    get count() {
      return count
    },
    add(handle, leafHash) {
      count++
      forget(handle)
      ends.set(leafHash, handle)
      endOf.set(handle, leafHash)
    },
    forget,
    isEnd: (leafHash) => ends.has(leafHash),
    fill(position, missing) {
      gaps += missing
      if (missing < 0 || gaps > count)
        throw new Broken(`record ${position}`, 'more are missing before it than were disposed of')
    },
  }
}
