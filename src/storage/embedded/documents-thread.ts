import { type Documents } from '../../record/search/documents.ts'
import { type SearchDocument } from '../../record/search/ports.ts'
import { type LogPosition } from '../../record/types.ts'
import { askedThreads, type AskedThreads } from './asked-threads.ts'
import { type KeyedPlace } from './key-line.ts'

/** What is said between the thread of searches and its helper. */
export type MakingDocuments = {
  readonly ask: { readonly epoch: number; readonly positions: readonly LogPosition[] }
  readonly answer: readonly SearchDocument[]
}

/** A thread that opens records and makes documents of them, for as long as there are many. */
export type DocumentsBeside = {
  /** Null once it has failed: then there is one thread less, and all goes on. */
  get(this: void): Documents | null
  /** It is gone, with all that it had open, until somebody asks for it again. */
  close(): Promise<void>
}

/** @param epoch that of the keys which the caller knows */
export function documentsBeside(place: KeyedPlace, epoch: () => number): DocumentsBeside {
  let thread: AskedThreads<MakingDocuments> | null = null
  let hasFailed = false
  const made: Documents = {
    async make(positions) {
      thread ??= askedThreads({
        file: new URL('documents-worker.ts', import.meta.url),
        name: 'documents',
        place,
        count: 1,
      })
      const asked = thread
      try {
        return await asked.ask({ epoch: epoch(), positions })
      } catch (error) {
        if (thread === asked) hasFailed = true
        throw error
      }
    },
  }
  return {
    get: () => (hasFailed ? null : made),
    async close() {
      const closing = thread
      thread = null
      await closing?.close()
    },
  }
}
