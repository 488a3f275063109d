import { type Use } from '../keys/uses.ts'
import { type LogPosition } from '../types.ts'

/** A condition, combined. `and` of nothing holds for every record, `or` of nothing for none. */
export type Tree<L> =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Tree<L>[] }
  | { readonly kind: 'not'; readonly of: Tree<L> }
  | { readonly kind: 'leaf'; readonly leaf: L }

/** Records that later ones changed, below some position. Plain data, so that it can cross threads. */
export type Changed = {
  readonly edited: ReadonlySet<LogPosition>
  readonly retracted: ReadonlySet<LogPosition>
}

/** What is asked of one record. Plain data, so that it can cross threads. */
export type Leaf =
  /** In any of its forms: this is how it was typed. */
  | { readonly kind: 'word'; readonly exact: string }
  /** These words, exact, one behind the other. */
  | { readonly kind: 'phrase'; readonly words: readonly string[] }
  /** These phrases in any order, with at most `within` words between the first and the last of them. */
  | {
      readonly kind: 'near'
      readonly phrases: readonly (readonly string[])[]
      readonly within: number
    }
  | { readonly kind: 'prefix'; readonly prefix: string }
  /** Folded. A word within one edit of it. */
  | { readonly kind: 'fuzzy'; readonly word: string }
  | { readonly kind: 'regex'; readonly source: string; readonly ignoresCase: boolean }
  /** Any of these marks (`terms.ts`). */
  | { readonly kind: 'mark'; readonly any: readonly string[] }
  /** In the name of one of its files, one behind the other; the last one may be the beginning of a word. */
  | { readonly kind: 'fileName'; readonly words: readonly string[]; readonly isPrefix: boolean }
  /** Server time, whole seconds since 1970, from (inclusive) to (exclusive). */
  | { readonly kind: 'time'; readonly from: number; readonly to: number }
  | { readonly kind: 'state'; readonly state: State }
  /** Positions, from (inclusive) to (exclusive). */
  | { readonly kind: 'range'; readonly from: LogPosition; readonly to: LogPosition }

export type Query = Tree<Leaf>

/** What became of a record since. `superseded`: there is a newer version of it. */
export type State = 'edited' | 'retracted' | 'superseded'

/** What one partition is asked: what depends on other records, on time or on its vocabulary stands there as what it comes to. */
export type IndexLeaf =
  | Exclude<Leaf, { readonly kind: 'word' | 'prefix' | 'fuzzy' | 'regex' | 'time' | 'state' }>
  /** One of these, exact. */
  | { readonly kind: 'spelling'; readonly forms: readonly string[] }
  /** A word that begins so, exact. */
  | { readonly kind: 'beginning'; readonly prefix: string }
  | { readonly kind: 'positions'; readonly positions: readonly LogPosition[] }

export type IndexQuery = Tree<IndexLeaf>

/** Positions, from (inclusive) to (exclusive). */
export type Range = { readonly from: LogPosition; readonly to: LogPosition }

/** A record as the index takes it. */
export type SearchDocument = {
  readonly position: LogPosition
  /** Server time, whole seconds since 1970. */
  readonly second: number
  /** With single spaces between them: marks of what it is (`terms.ts`), words of its texts in their exact form, words of its files' names. */
  readonly words: string
  /** An earlier record that it changes. */
  readonly changes: Change | null
}

/** What became of an earlier record. */
export type Change = { readonly kind: 'edit' | 'retraction'; readonly target: LogPosition }

/** Where a word stands: in which record, and as which of its words and marks, 0 for the first. */
export type WordPlace = readonly [LogPosition, number]

/** An index of records in memory. Nothing of it is on disk but what `image` gives, sealed. */
export type PartitionIndex = {
  /** In the order of positions, each once; time does not run backwards. */
  add(documents: readonly SearchDocument[]): void
  count(query: IndexQuery, range: Range): number
  page(
    query: IndexQuery,
    range: Range,
    order: { readonly newestFirst: boolean; readonly limit: number },
  ): readonly LogPosition[]
  /** Words and marks that are in at least so many records, and in how many: a look at all of it, for what does not grow any more. */
  frequent(recordsMin: number): readonly (readonly [string, number])[]
  /** Where one of them stands; nothing may be added meanwhile. */
  places(word: string): Iterable<WordPlace>
  /** Makes it smaller and quicker, a bounded step at a time. @returns false when there is nothing left to do */
  tidy(): boolean
  /** All of it, to be sealed, and to be opened again. */
  image(): Uint8Array
  /** Memory that it takes. */
  readonly bytes: number
  close(): void
}

/** Makes an empty index, or opens the image of one. */
export type OpenIndex = (image: Uint8Array | null) => PartitionIndex

/** Keeps sealed partitions, by name. It is not trusted: what it gives back is authenticated. */
export type PartitionStore = {
  list(): Promise<readonly string[]>
  /** Null when there is none. @param length fewer bytes where it is shorter */
  read(name: string, offset: number, length: number): Promise<Uint8Array | null>
  /** Durable when it resolves; the old or the new bytes are there, whole, whenever we stop. @throws {NoSpace} and the old ones are there */
  replace(name: string, bytes: Uint8Array): Promise<void>
  /** Durable when it resolves. Fine when there is none. */
  remove(name: string): Promise<void>
}

/** Which records there are, by position, and in which bucket. */
export type RecordPlaces = {
  /** From (inclusive) to (exclusive), ascending; those that were disposed of are not in it. */
  buckets(range: Range): readonly { readonly position: LogPosition; readonly bucket: number }[]
}

export type Order = 'newest' | 'oldest' | 'relevance'

/** Where a page goes on: behind this record, in this tier of relevance (0 in the orders of time). */
export type Cursor = { readonly tier: number; readonly position: LogPosition }

export type Question = {
  readonly query: Query
  /** Records below it, and their state as of then: the same question has the same answer for as long as the records live. */
  readonly size: LogPosition
  readonly order: Order
  /** 1 to 250. */
  readonly limit: number
  readonly after: Cursor | null
  /** What it is asked for. */
  readonly use: Use
}

export type Found = {
  readonly positions: readonly LogPosition[]
  /** How many in all, exact. */
  readonly total: number
  /** Null at the end. */
  readonly next: Cursor | null
  /** Records below it were looked at: `size`, unless indexing is behind, or a month is being indexed anew. */
  readonly indexed: LogPosition
}

/** What was disposed of. */
export type Removed = {
  /** Of which nothing is left. */
  readonly buckets: readonly number[]
  /** All of them, ascending. */
  readonly positions: Float64Array
}

/** The index as the rest of the server has it. */
export type Search = {
  /** Waits some seconds for the index to reach `size`. @throws {SearchTooWide} */
  find(question: Question): Promise<Found>
  /** What became of records by those below `size`. Waits a minute for the index to reach it. @returns null when it did not */
  changed(size: LogPosition): Promise<Changed | null>
  /** A bucket was disposed of: nothing of it is left, in memory and on disk. */
  forget(bucket: number): Promise<void>
  /** Records are gone: whole buckets, and single ones of others, of which the index is made anew, as `rebuild` does. */
  forgetAll(gone: Removed): Promise<void>
  /** A bucket lost some of its records: its index is made anew of those that are left, under the index key that it has now. */
  rebuild(bucket: number): Promise<void>
  /** Resolves when all records below are indexed. */
  reached(position: LogPosition): Promise<void>
  /** Seals what has grown. */
  seal(): Promise<void>
  close(): Promise<void>
}
