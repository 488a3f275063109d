import { type Documents, type DocumentsBeside } from '../../record/search/documents.ts'
import { type SearchDocument } from '../../record/search/ports.ts'
import { type LogPosition } from '../../record/types.ts'
import { askedThreads, type AskedThreads } from './asked-threads.ts'
import { type KeyedPlace } from './key-line.ts'

/** What is said between the thread of searches and its helper. */
export type MakingDocuments = {
  readonly ask: { readonly epoch: number; readonly positions: readonly LogPosition[] }
  readonly answer: readonly SearchDocument[]
}

/** A thread that opens records and makes documents of them. @param epoch that of the keys which the caller knows */
export function documentsBeside(place: KeyedPlace, epoch: () => number): DocumentsBeside {
  let thread: AskedThreads<MakingDocuments> | null = null
  let hasFailed = false

  function started(): AskedThreads<MakingDocuments> {
    thread ??= askedThreads({
      file: new URL('documents-worker.ts', import.meta.url),
      name: 'documents',
      place,
      count: 1,
    })
    return thread
  }
  const made: Documents = {
    async make(positions) {
      const asked = started()
      try {
        return await asked.ask({ epoch: epoch(), positions })
      } catch (error) {
        if (thread === asked) hasFailed = true
        throw error
      }
    },
  }
  return {
    get: () => (hasFailed || started().isStarting() ? null : made),
    async close() {
      const closing = thread
      thread = null
      await closing?.close()
    },
  }
}
