import { type Opened } from '../record/bodies/opened.ts'
import { type ConversationId, type LogPosition, type PersonId } from '../record/types.ts'

/** One page of an archive, XEP-0313 with XEP-0059. Ids are stanza ids. */
export type HistoryQuery = {
  readonly owner: PersonId
  /** undefined: everybody; null: with oneself. */
  readonly peer?: PersonId | null
  /** Of that peer: only together with `peer`. */
  readonly peerDevice?: string
  /** What of it may be read: positions, the first inclusive, in order and without overlap. undefined: all of it. */
  readonly within?: readonly { readonly from: LogPosition; readonly to: LogPosition }[]
  /** Inclusive, ms since 1970. */
  readonly start?: number
  readonly end?: number
  readonly afterId?: string
  readonly beforeId?: string
  readonly ids?: readonly string[]
  /** XEP-0431: words that have to be in it. */
  readonly text?: string
  /** RSM: `after`, or `before` ('' is the last page). */
  readonly pageAfter?: string
  readonly pageBefore?: string
  /** 0 to 250. */
  readonly max: number
  /** XEP-0313 `<flip-page/>`: the page in reverse order. */
  readonly flip?: boolean
  /** Nobody asks how many there are. */
  readonly isUncounted?: true
}

/** What came on record behind `after` (-1: all of it) in these archives, the first `max` of it. */
export type FeedQuery = {
  readonly archives: readonly {
    readonly owner: PersonId
    readonly within?: NonNullable<HistoryQuery['within']>
  }[]
  readonly after: LogPosition
  /** 1 to 250. */
  readonly max: number
}

/** Words that have to be in it, in these archives, the newest first. */
export type WordsIn = {
  readonly archives: readonly (FeedQuery['archives'][number] & Pick<HistoryQuery, 'peer'>)[]
  /** XEP-0431. */
  readonly text: string
  /** Exclusive. */
  readonly before?: LogPosition
  /** 1 to 250. */
  readonly max: number
}

/** `next`: before which there may be more; null: there is no more. */
export type FoundIn = Feed & { readonly next: LogPosition | null }

export type Feed = {
  /** In the order of the record, each once. Fewer than there are where they are long. */
  readonly items: readonly { readonly owner: PersonId; readonly item: HistoryItem }[]
}

export type HistoryItem = {
  readonly id: string
  readonly position: LogPosition
  readonly at: number
  readonly content:
    | { readonly kind: 'message'; readonly opened: Opened }
    | {
        readonly kind: 'retracted'
        readonly opened: Opened
        /** ms since 1970 */
        readonly retractedAt: number
        /** The `id` attribute of the retraction, which a tombstone names (XEP-0424 §5); null where it had none. */
        readonly retractedBy: string | null
        /** Where a moderator has done it (XEP-0425), his act as the room showed it: one name and at most 1,000 characters of reason. */
        readonly moderation: string | null
      }
}

export type HistoryPage =
  | {
      readonly kind: 'page'
      readonly items: readonly HistoryItem[]
      readonly complete: boolean
      /** How many in all, where that is known cheaply. */
      readonly count: number | null
    }
  /** An id that this archive does not have: XEP-0313 asks for `item-not-found`. */
  | { readonly kind: 'unknown-id' }
  /** Words were asked for, and nobody looks for any just now. */
  | { readonly kind: 'no-search' }

/** The one view of the record that employees read: membership then, retraction, expiry, blocking. */
export type History = {
  /**
   * A page may be shorter than asked for, where its items are long; then it is not complete.
   * Waits until all that is on record at the call can be found. When the disk is full that is not in sight: then it is a
   * page of what can be found, never `complete`.
   */
  page(query: HistoryQuery): Promise<HistoryPage>
  /**
   * Nothing that is on record at the call is passed over: where it cannot be found yet there are no items behind it.
   * What was retracted meanwhile is among them.
   */
  feed(query: FeedQuery): Promise<Feed>
  /** What is retracted or has a newer version is not among it. Null: nobody looks for words just now. */
  find(query: WordsIn): Promise<FoundIn | null>
  /** The newest of these archives; null where nothing is in them. */
  newest(archives: FeedQuery['archives']): Promise<LogPosition | null>
  /** The newest of what somebody has said in a conversation under that id of his own; null where there is none. Waits as `page` does. */
  named(conversation: ConversationId, sender: PersonId, id: string): Promise<LogPosition | null>
  /** The newest item of an archive. @returns `isWhole` false: there may be a newer one on record, which cannot be found yet */
  newestItem(
    owner: PersonId,
  ): Promise<{ readonly item: HistoryItem | null; readonly isWhole: boolean }>
  /** The position that an id stands for; null where it stands for none that is on record. */
  positionOf(id: string): LogPosition | null
  /** The id of what is at that position, under which people see it. */
  idOf(position: LogPosition): string
  /** XEP-0313 §5 metadata: the archive's first and last item; null when it is empty. */
  edges(owner: PersonId): Promise<{ readonly first: Edge; readonly last: Edge } | null>
  /** What was published there (XEP-0060), in the order of the positions, which the person's own store named; null for what was disposed of. */
  published(positions: readonly LogPosition[]): Promise<readonly (Opened | null)[]>
  /**
   * What came in after `after`, which is -1 for all, oldest first, 250 at most and fewer where they are long. XEP-0160. What
   * was retracted meanwhile is among it, so that whoever keeps the position gets past it.
   */
  undelivered(
    owner: PersonId,
    after: LogPosition,
  ): Promise<{ readonly items: readonly HistoryItem[]; readonly complete: boolean }>
  /**
   * The first of these records that was not taken back; null when none is left. Waits as `page` does.
   * @param owner the archive that they are in
   */
  standing(owner: PersonId, entries: readonly Entry[]): Promise<LogPosition | null>
  /** Called with what was disposed of: whoever has it in memory lets go of it. */
  onGone(listener: (positions: ReadonlySet<LogPosition>) => void): void
}

/** What is on its way to people on other servers. */
export type Outbox = {
  /**
   * Messages that were on record when this was made and of which it is not on record what became, oldest first.
   *
   * @param after everything up to it is settled; -1: nothing is known
   */
  unsettled(after: LogPosition): Promise<Unsettled>
  /** The first of these, as many as make a page, and those that are left to be asked for. */
  read(positions: readonly LogPosition[]): Promise<{
    readonly items: readonly HistoryItem[]
    readonly rest: readonly LogPosition[]
  }>
}

export type Unsettled = {
  readonly positions: readonly LogPosition[]
  /** False where there was more than is looked at: older ones are left out. */
  readonly isWhole: boolean
}

/** A record, and the one that it corrects, if any: with that one, it is taken back. */
export type Entry = { readonly position: LogPosition; readonly original: Original | null }

/** A record in somebody's archive. */
export type Original = { readonly owner: PersonId; readonly position: LogPosition }

export type Edge = { readonly id: string; readonly position: LogPosition; readonly at: number }
