import { type Log } from '../../base/log.ts'
import { openFirst } from '../bodies/open-first.ts'
import { type RecordOpener } from '../bodies/ports.ts'
import { type LogPosition } from '../types.ts'
import { documentOf } from './document.ts'
import { type SearchDocument } from './ports.ts'

/** Makes documents of records: here, or in a thread beside. */
export type Documents = {
  /** In the order of the positions. What cannot be opened, such as a record whose key was destroyed, is passed over: nobody can read it either. */
  make(positions: readonly LogPosition[]): Promise<readonly SearchDocument[]>
}

/** A thread that does it, for as long as there are many. */
export type DocumentsBeside = {
  /** Starts it. Null while it starts, and once it has failed: then there is one thread less, and all goes on. */
  get(): Documents | null
  /** It is gone, with all that it had open, until somebody asks for it again. */
  close(): Promise<void>
}

export function documentsHere(opener: RecordOpener, log: Log): Documents {
  return {
    async make(positions) {
      const documents: SearchDocument[] = []
      for (let rest = positions; rest.length > 0;) {
        const { opened, unreadable } = await openFirst(rest, opener)
        for (const record of opened) documents.push(documentOf(record))
        if (unreadable) log.warn('search.record-unreadable', { position: unreadable.position })
        rest = rest.slice(unreadable ? 1 : opened.length)
      }
      return documents
    },
  }
}
