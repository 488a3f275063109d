import { OperatorError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { type Timer } from '../../base/timer.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { SearchTooWide } from '../../record/search/errors.ts'
import { type Found, type Search } from '../../record/search/ports.ts'
import { type LogPosition } from '../../record/types.ts'
import { askedThreads, type AskedThreads } from './asked-threads.ts'
import { errorOf } from './failure.ts'
import { type KeyedPlace } from './key-line.ts'
import {
  type SearchAnswer,
  type SearchAsk,
  type Searching,
  type SearchSettings,
} from './search-messages.ts'

type SearchPlace = KeyedPlace & SearchSettings

/** How often the thread is told how far the record is. */
const followMs = 200
/** Records that wait for the integrator: from here on traffic wants the processors for itself. */
const busyRecords = 500

/** How the record stands. */
export type Standing = {
  readonly integrated: LogPosition
  readonly size: LogPosition
  readonly waiting: number
}

/** Searches in a thread of their own, which follows the record. */
export type SearchBeside = Search & {
  /** Records below are indexed, as far as is known here. */
  readonly indexed: LogPosition
  /** Starts the thread, which else the first search does: what is done while no server runs needs none. */
  start(this: void): void
  /** Called whenever the record has moved: the thread is told now and then. */
  moved(this: void): void
}

/**
 * Searches over a data folder, where the record is open. When the thread fails that is in the log, the server goes on without searches,
 * and the next start makes good what is missing.
 */
export function searchBeside(
  place: Omit<SearchPlace, 'size'>,
  parts: {
    /** Of the thread that destroys keys. */
    readonly keys: Pick<Keys, 'epoch'>
    readonly standing: () => Standing
    readonly timer: Timer
    readonly log: Log
  },
): SearchBeside {
  const { keys, standing, timer } = parts
  let link: Link | null = null
  let isFollowing = false

  function started(): Link {
    link ??= linkTo({ ...place, size: standing().integrated }, parts.log)
    return link
  }
  async function ask(what: SearchAsk): Promise<SearchAnswer> {
    return await started().ask(what)
  }
  async function tell(what: SearchAsk): Promise<void> {
    await ask(what)
  }
  /** Somebody waits for what is on record. */
  async function hurry(): Promise<void> {
    await tell({ kind: 'follow', size: standing().integrated, isBusy: false })
  }
  async function follow(): Promise<void> {
    const { integrated, size, waiting } = standing()
    const isBusy = waiting > 0 || size - integrated > busyRecords
    // The failure is in the log.
    await ask({ kind: 'follow', size: integrated, isBusy }).catch(() => undefined)
    // Until all is quiet: nobody else says that traffic has ended, or how far the thread is.
    if (isBusy || started().indexed() < integrated) moved()
  }
  function moved(): void {
    if (isFollowing || link?.isOpen() !== true) return
    isFollowing = true
    timer.after(followMs, () => {
      isFollowing = false
      if (link?.isOpen() === true) void follow()
    })
  }
  return {
    get indexed() {
      return link?.indexed() ?? 0
    },
    start() {
      started()
      moved()
    },
    moved,
    async find(question) {
      await hurry()
      return foundIn(await ask({ kind: 'find', epoch: keys.epoch, question }))
    },
    async changed(size) {
      await hurry()
      const answer = await ask({ kind: 'changed', epoch: keys.epoch, size })
      return answer.kind === 'changed' ? answer.changed : null
    },
    forget: async (bucket) => await tell({ kind: 'forget', epoch: keys.epoch, bucket }),
    forgetAll: async (gone) => await tell({ kind: 'forget-all', epoch: keys.epoch, gone }),
    rebuild: async (bucket) => await tell({ kind: 'rebuild', epoch: keys.epoch, bucket }),
    async reached(position) {
      await hurry()
      await tell({ kind: 'reached', position })
    },
    seal: async () => await tell({ kind: 'seal' }),
    close: async () => await link?.close(),
  }
}

function foundIn(answer: SearchAnswer): Found {
  if (answer.kind === 'found') return answer.found
  if (answer.kind === 'refused') throw errorOf(answer.failure)
  throw new SearchTooWide(answer.kind === 'too-wide' ? answer.why : 'no answer')
}

type Link = {
  ask(what: SearchAsk): Promise<SearchAnswer>
  indexed(): LogPosition
  isOpen(): boolean
  close(): Promise<void>
}

function linkTo(place: SearchPlace, log: Log): Link {
  const thread: AskedThreads<Searching> = askedThreads({
    file: new URL('search-worker.ts', import.meta.url),
    name: 'search',
    place,
    count: 1,
  })
  let indexed = 0
  let isOpen = true

  async function ask(what: SearchAsk): Promise<SearchAnswer> {
    try {
      const answer = await thread.ask(what)
      if (answer.kind !== 'done') return answer
      indexed = answer.indexed
      for (const { level, event, fields } of answer.events) log[level](event, fields)
      return answer
    } catch (error) {
      if (isOpen) log.error('search.failed', { error: String(error) })
      isOpen = false
      throw new OperatorError(
        'search.unavailable',
        'Searches are not available: see the log of the server, and start it again.',
        { cause: error },
      )
    }
  }
  return {
    ask,
    indexed: () => indexed,
    isOpen: () => isOpen,
    async close() {
      if (isOpen) {
        const sealed = ask({ kind: 'close' }).catch(() => undefined)
        isOpen = false
        await sealed
      }
      await thread.close()
    },
  }
}
