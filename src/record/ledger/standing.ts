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
  nextConvSeq: number
  /** Leaf hash (hex) of its newest record. */
  prev: string | null
  /** Position of the newest record that was numbered here; -1 when that was before it was loaded. */
  newest: LogPosition
  /** One for each bucket that its records go into, of several classes that is: those of periods that are over are dropped. */
  places: readonly StandingPlace[]
}

/** A conversation as it stands in one bucket. */
export type StandingPlace = {
  readonly bucket: Bucket
  readonly key: ConversationKey
  /** The next number in (bucket, handle). */
  nextSeq: number
}

/** A conversation, and one of its places. */
export type InBucket = { readonly standing: Standing; readonly place: StandingPlace }

/** A sender as he stands. */
export type SenderStanding = { next: number; newest: LogPosition }

/** What is known of conversations and senders. Nothing that the integrator does not know yet is ever forgotten. */
export type Standings = {
  /** Undefined: `load` it first. */
  conversation(id: ConversationId, bucket: Bucket): InBucket | undefined
  load(id: ConversationId, bucket: Bucket): Promise<void>
  sender(id: PersonId): SenderStanding
  /** Conversations that the rows know are loaded anew when they are needed, and so are their keys. */
  forgetKeys(): void
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
  const placeOf = placeFinder({ heads, keys, handles })

  function keep(id: ConversationId, standing: Standing): void {
    conversations.set(id, standing)
    for (const { key } of standing.places) handles.set(handleName(key), id)
    const [oldest] = conversations
    if (conversations.size <= kept || !oldest) return
    if (oldest[1].newest >= integrated()) return
    conversations.delete(oldest[0])
    for (const { key } of oldest[1].places) handles.delete(handleName(key))
  }

  return {
    conversation(id, bucket) {
      const standing = conversations.get(id)
      const there = standing && placeIn(standing, bucket)
      if (!there) return undefined
      touch(conversations, id, standing, kept)
      return { standing, place: there }
    },

    async load(id, bucket) {
      const fresh = await placeOf(id, bucket)
      const known = conversations.get(id)
      if (known) {
        // Time does not run backwards: nothing is added to a period that was over when this one began.
        const isOver = (one: StandingPlace): boolean => one.bucket.to <= bucket.from
        for (const { key } of known.places.filter(isOver)) handles.delete(handleName(key))
        known.places = [...known.places.filter((one) => !isOver(one)), fresh]
        keep(id, known)
        return
      }
      const head = heads.conversation(id)
      const { nextConvSeq = 0, prev = null } = head ?? {}
      keep(id, { nextConvSeq, prev, newest: -1, places: [fresh] })
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

    forgetKeys() {
      const known = integrated()
      handles.clear()
      for (const [id, standing] of conversations) {
        if (standing.newest < known) conversations.delete(id)
        else for (const { key } of standing.places) handles.set(handleName(key), id)
      }
    },
  }
}

/** How a conversation stands in a bucket where it was not seen since the start. */
function placeFinder({
  heads,
  keys,
  handles,
}: Pick<StandingsNeeds, 'heads' | 'keys'> & {
  readonly handles: ReadonlyMap<string, ConversationId>
}): (id: ConversationId, bucket: Bucket) => Promise<StandingPlace> {
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
    const key = await keys.conversation(bucket, handle, 'write')
    if (key === null) throw new FatalError(`bucket ${bucket} is open, but a key in it is destroyed`)
    return key
  }

  return async (id, bucket) => {
    // What is not integrated yet was numbered since the start, and its place is never dropped before its period is over.
    const there = heads.inBucket(id, bucket.number)
    const key = there
      ? await storedKey(bucket.number, there.handle)
      : await freshKey(id, bucket.number)
    return { bucket, key, nextSeq: there?.nextSeq ?? 0 }
  }
}

/** Nearly always the first: more than one class of records in a conversation is rare. */
function placeIn({ places }: Standing, { number }: Bucket): StandingPlace | undefined {
  const [first] = places
  return first?.bucket.number === number
    ? first
    : places.find(({ bucket }) => bucket.number === number)
}

/** Keeps the map in order of use, once it is half full: before that nothing is forgotten soon, and moving an item costs more than finding it. */
function touch<K, V>(map: Map<K, V>, key: K, value: V, kept: number): void {
  if (map.size > kept / 2) map.delete(key)
  map.set(key, value)
}

function handleName({ bucket, handle }: ConversationKey): string {
  return `${bucket}.${toHex(handle)}`
}
