import { type Log } from '../../base/log.ts'
import { type RecordOpener } from '../../record/bodies/ports.ts'
import { RecordUnreadable } from '../../record/errors.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { type Use } from '../../record/keys/uses.ts'
import { type LogPosition } from '../../record/types.ts'
import { askedThreads, type AskedThreads } from './asked-threads.ts'
import { errorOf } from './failure.ts'
import { type KeyedPlace } from './key-line.ts'
import { recordsOf, type ReadAnswer, type Reading } from './reader-messages.ts'

/** Pages that the thread has and has not answered: one to work at and one that lies ready. What comes on top is opened here meanwhile. */
const asksMax = 2

/** A `RecordOpener` that has a thread to open pages in. */
export type OpenerBeside = RecordOpener & {
  /** Starts the thread, which else the first page does. Resolves when it is up, or has failed. */
  start(): Promise<void>
  /** Ends the thread, which has keys and files of what was destroyed; the next page starts another. */
  forget(): Promise<void>
  close(): Promise<void>
}

/**
 * Gives pages to a thread beside this one, and opens here what that does not take: both are at work when many people page.
 *
 * The thread is started by the first who has a page to open: a server that nobody asks for old messages does without its memory. When it
 * fails that is in the log, pages that it had are opened here, and it is not tried again before the next start.
 *
 * @param parts.here what opens in this thread
 * @param parts.keys those of the thread that destroys keys: what they know was destroyed is not opened
 */
export function openerBeside(
  place: KeyedPlace,
  parts: {
    readonly here: RecordOpener
    readonly keys: Pick<Keys, 'epoch'>
    readonly log: Log
    /** So many are opened here: handing them over and back takes longer, and who corrects a message waits for one. */
    readonly hereMax?: number
  },
): OpenerBeside {
  const { here, keys, log, hereMax = 8 } = parts
  let thread: AskedThreads<Reading> | null = null
  let isEnded = false
  let asks = 0

  function begin(): AskedThreads<Reading> {
    return askedThreads({
      file: new URL('reader-worker.ts', import.meta.url),
      name: 'reader',
      place,
      count: 1,
    })
  }

  /** Null when the thread has failed. */
  async function ask(
    its: AskedThreads<Reading>,
    positions: readonly LogPosition[],
    use?: Use,
  ): Promise<ReadAnswer | null> {
    asks++
    try {
      return await its.ask({ epoch: keys.epoch, positions, use: use ?? null })
    } catch (error) {
      // One that was ended on purpose has not failed.
      if (thread !== its) return null
      if (!isEnded) log.error('record.reader-failed', { error: String(error) })
      await close()
      return null
    } finally {
      asks--
    }
  }

  async function close(): Promise<void> {
    isEnded = true
    await thread?.close()
  }

  return {
    async open(positions, use) {
      if (isEnded || positions.length <= hereMax) return await here.open(positions, use)
      thread ??= begin()
      if (thread.isStarting() || asks >= asksMax) return await here.open(positions, use)
      const answer = await ask(thread, positions, use)
      if (answer === null) return await here.open(positions, use)
      if (answer.ok) return recordsOf(answer.records)
      if ('refused' in answer) throw errorOf(answer.refused)
      throw new RecordUnreadable(answer.position, answer.why, answer)
    },
    async start() {
      thread ??= begin()
      await thread.started
    },
    async forget() {
      const old = thread
      thread = null
      // Pages that it has are asked for by nobody else: they are read here.
      await old?.close()
    },
    close,
  }
}
