// Where conversations and senders stand: what the next record of each is numbered with. Loaded from the rows at first use.

import { toHex } from '../../base/bytes.ts'
import { FatalError } from '../../base/errors.ts'
import { type Bucket, type ConversationKey, type Keys } from '../keys/ports.ts'
import { type ConversationId, type LogPosition, type PersonId } from '../types.ts'
import { type Heads } from './ports.ts'

/** More than the sequencer may be ahead of the integrator, so that there is always one that may go. */
const keptDefault = 50_000
const handleCounterMax = 255

/** A conversation as it stands. Changed by the sequencer alone, when a record was numbered. */
export type Standing = {
  readonly bucket: number
  readonly key: ConversationKey
  nextConvSeq: number
  /** Leaf hash (hex) of its newest record. */
  prev: string | null
  /** The next number in (bucket, handle). */
  nextSeq: number
  /** Position of the newest record that was numbered here; -1 when that was before it was loaded. */
  newest: LogPosition
}

/** A sender as he stands. */
export type SenderStanding = { next: number; newest: LogPosition }

/** What is known of conversations and senders. Nothing that the integrator does not know yet is ever forgotten. */
export type Standings = {
  /** Undefined: `load` it first. */
  conversation(id: ConversationId, bucket: Bucket): Standing | undefined
  load(id: ConversationId, bucket: Bucket): Promise<void>
  sender(id: PersonId): SenderStanding
}

/** What standings are loaded from. */
export type StandingsNeeds = {
  readonly heads: Heads
  readonly keys: Pick<Keys, 'handleFor' | 'conversation'>
  /** The integrated position: rows are right for what is below. */
  readonly integrated: () => LogPosition
  /** How many conversations are kept, and how many senders; 50,000 unless a test says otherwise. */
  readonly kept?: number
}

export function openStandings({
  heads,
  keys,
  integrated,
  kept = keptDefault,
}: StandingsNeeds): Standings {
  const conversations = new Map<ConversationId, Standing>()
  const senders = new Map<PersonId, SenderStanding>()
  /** Handles of the conversations that are kept: those of new ones are in no row yet. */
  const handles = new Map<string, ConversationId>()

  async function freshKey(id: ConversationId, bucket: number): Promise<ConversationKey> {
    for (let counter = 0; counter <= handleCounterMax; counter++) {
      const key = await keys.handleFor(bucket, id, counter)
      const other = handles.get(handleName(key))
      const isTaken = other === undefined ? heads.isHandleTaken(bucket, key.handle) : other !== id
      if (!isTaken) return key
    }
    throw new FatalError(`bucket ${bucket} has no free handle left for a conversation`)
  }

  async function storedKey(bucket: number, handle: Uint8Array): Promise<ConversationKey> {
    const key = await keys.conversation(bucket, handle)
    if (key === null) throw new FatalError(`bucket ${bucket} is open, but a key in it is destroyed`)
    return key
  }

  function keep(id: ConversationId, standing: Standing): void {
    conversations.set(id, standing)
    handles.set(handleName(standing.key), id)
    const [oldest] = conversations
    if (conversations.size <= kept || !oldest) return
    if (oldest[1].newest >= integrated()) return
    conversations.delete(oldest[0])
    handles.delete(handleName(oldest[1].key))
  }

  return {
    conversation(id, bucket) {
      const standing = conversations.get(id)
      if (standing?.bucket !== bucket.number) return undefined
      touch(conversations, id, standing, kept)
      return standing
    },

    async load(id, { number: bucket }) {
      const known = conversations.get(id)
      const head = known ? null : heads.conversation(id)
      const nextConvSeq = known?.nextConvSeq ?? head?.nextConvSeq ?? 0
      const prev = known?.prev ?? head?.prev ?? null
      const newest = known?.newest ?? -1
      const isHere = head?.bucket === bucket
      const key = isHere ? await storedKey(bucket, head.handle) : await freshKey(id, bucket)
      if (known) handles.delete(handleName(known.key))
      const nextSeq = isHere ? head.nextSeq : 0
      keep(id, { bucket, key, nextConvSeq, prev, nextSeq, newest })
    },

    sender(id) {
      const known = senders.get(id)
      const standing = known ?? { next: heads.nextSenderSeq(id), newest: -1 }
      touch(senders, id, standing, kept)
      const [oldest] = senders
      const mayGo = senders.size > kept && oldest && oldest[1].newest < integrated()
      if (mayGo) senders.delete(oldest[0])
      return standing
    },
  }
}

/** Keeps the map in order of use, once it is half full: before that nothing is forgotten soon, and moving an item costs more than finding it. */
function touch<K, V>(map: Map<K, V>, key: K, value: V, kept: number): void {
  if (map.size > kept / 2) map.delete(key)
  map.set(key, value)
}

function handleName({ bucket, handle }: ConversationKey): string {
  return `${bucket}.${toHex(handle)}`
}
