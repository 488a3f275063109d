import { type Log } from '../../base/log.ts'
import { type RecordOpener } from '../bodies/ports.ts'
import { RecordUnreadable } from '../errors.ts'
import { type LogPosition } from '../types.ts'
import { documentOf, type Indexable } from './document.ts'
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
        const { opened, done } = await openSome(rest, opener, log)
        for (const record of opened) documents.push(documentOf(record))
        rest = rest.slice(done)
      }
      return documents
    },
  }
}

/** The first of them. */
async function openSome(
  positions: readonly LogPosition[],
  opener: RecordOpener,
  log: Log,
): Promise<{ readonly opened: readonly Indexable[]; readonly done: number }> {
  try {
    const opened = await opener.open(positions)
    return { opened, done: opened.length }
  } catch (error) {
    if (!(error instanceof RecordUnreadable)) throw error
    const bad = positions.indexOf(error.position)
    if (bad < 0) throw error
    if (bad > 0) return await openSome(positions.slice(0, bad), opener, log)
    log.warn('search.record-unreadable', { position: error.position })
    return { opened: [], done: 1 }
  }
}
