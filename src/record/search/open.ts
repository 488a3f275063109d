// Searches over a record: the partitions, what keeps them up to date, and what answers from them.

import { type Ticks } from '../../base/clock.ts'
import { type Log } from '../../base/log.ts'
import { type Random } from '../../base/random.ts'
import { type Timer } from '../../base/timer.ts'
import { type RecordOpener } from '../bodies/ports.ts'
import { type Keys } from '../keys/ports.ts'
import { type LogPosition } from '../types.ts'
import { documentsHere, type DocumentsBeside } from './documents.ts'
import { find } from './find.ts'
import { startIndexer, type Indexer } from './indexer.ts'
import { forgetForms } from './languages.ts'
import { recordsIn } from './lower.ts'
import { openPartitions, PartitionLost } from './partitions.ts'
import {
  type Found,
  type OpenIndex,
  type PartitionStore,
  type Question,
  type RecordPlaces,
  type Search,
} from './ports.ts'

/** Records of one partition, of which the index is sealed as a whole. LEDGER.md §6 */
const partitionRecordsMax = 1_000_000

/** How long a search waits for the index to come to where it is asked about. Then the answer says how far it went. */
const waitMsMax = 5_000
/** And what is to be disposed of. What is not known then counts as held. */
const changedWaitMsMax = 60_000

/** How often a partition may be found damaged before that is no chance any more. */
const lostMax = 3

export type SearchParts = {
  readonly store: PartitionStore
  readonly openIndex: OpenIndex
  readonly places: RecordPlaces
  readonly opener: RecordOpener
  /** See `IndexerParts`. */
  readonly beside?: DocumentsBeside
  readonly keys: Pick<Keys, 'index' | 'mac'>
  readonly random: Random
  readonly ticks: Ticks
  readonly threadTicks: Ticks
  readonly timer: Timer
  readonly log: Log
  readonly memoryBytes: number
  readonly recordsMax?: number
  /** Records that there are at the start. */
  readonly size: LogPosition
  /** Called once: nothing is indexed any more. */
  readonly onFailed: (error: unknown) => void
}

/** In the thread that has the index. */
export type SearchHere = Search & Pick<Indexer, 'position' | 'follow'>

export async function openSearch(parts: SearchParts): Promise<SearchHere> {
  const { size, onFailed, recordsMax = partitionRecordsMax } = parts
  const partitions = await openPartitions({ ...parts, recordsMax })
  const documents = documentsHere(parts.opener, parts.log)
  const indexer = await startIndexer({ ...parts, partitions, documents }, { size, onFailed })

  async function waited(position: LogPosition, msMax = waitMsMax): Promise<void> {
    const over = Promise.withResolvers<void>()
    const cancel = parts.timer.after(msMax, () => over.resolve())
    await Promise.race([indexer.reached(position), over.promise])
    cancel()
  }
  async function answered(question: Question): Promise<Found> {
    for (let lost = 0; ; lost++) {
      const indexed = Math.min(indexer.position, question.size)
      try {
        return { ...(await find(question, { ...parts, partitions })), indexed }
      } catch (error) {
        if (!(error instanceof PartitionLost) || lost === lostMax) throw error
        parts.log.warn('search.partition-lost', { bucket: error.bucket })
        await indexer.rebuild(error.bucket)
        await waited(question.size)
      }
    }
  }
  return {
    get position() {
      return indexer.position
    },
    follow: (standing) => indexer.follow(standing),
    async find(question) {
      await waited(question.size)
      return await answered(question)
    },
    async changed(below) {
      await waited(below, changedWaitMsMax)
      if (indexer.position < below) return null
      const around = { all: partitions.list('disposal'), size: below }
      return { edited: recordsIn('edited', around), retracted: recordsIn('retracted', around) }
    },
    reached: async (position) => await indexer.reached(position),
    async forget(bucket) {
      forgetForms()
      await indexer.forget(bucket)
    },
    async forgetAll(gone) {
      forgetForms()
      const { position } = indexer
      const touched = indexer.touchedBy(gone)
      for (const bucket of gone.buckets) await indexer.forget(bucket)
      for (const bucket of touched) await indexer.rebuild(bucket)
      await indexer.reached(position)
      // What is sealed knows of nothing that is gone, and of how far it goes.
      await indexer.seal()
    },
    async rebuild(bucket) {
      const { position } = indexer
      await indexer.rebuild(bucket)
      await indexer.reached(position)
    },
    seal: async () => await indexer.seal(),
    close: async () => await indexer.close(),
  }
}
