import { type Log } from '../base/log.ts'
import { RecordRefused } from '../record/errors.ts'
import { type Record } from '../record/ports.ts'
import { type NewRecord } from '../record/types.ts'

/** Entries that are being written at a time. */
const writesMax = 64

/** Writes entries that nobody waits for. */
export type MarksWriter = {
  start(entry: NewRecord): void
  isFull(): boolean
  /** Resolves when it is not full. */
  room(): Promise<void>
  /** Resolves when nothing is being written. */
  done(): Promise<void>
}

export function createMarksWriter(parts: {
  readonly record: Pick<Record, 'append'>
  readonly log: Log
  readonly failed: (error: unknown) => void
  /** Called each time that an entry is written. */
  readonly hasRoom: () => void
}): MarksWriter {
  const { record, log, failed, hasRoom } = parts
  const writing = new Set<Promise<void>>()

  async function write(entry: NewRecord): Promise<void> {
    try {
      await record.append(entry)
    } catch (error) {
      if (!(error instanceof RecordRefused)) throw error
      // There is no room for messages either, which matter more. The device's next mark says it again.
      log.warn('intake.marks-refused', { reason: error.why.reason })
    }
  }

  return {
    start(entry) {
      const done = write(entry).finally(() => {
        writing.delete(done)
        hasRoom()
      })
      writing.add(done)
      done.catch(failed)
    },
    isFull: () => writing.size >= writesMax,
    async room() {
      while (writing.size >= writesMax) await Promise.race(writing)
    },
    async done() {
      await Promise.all(writing)
    },
  }
}
