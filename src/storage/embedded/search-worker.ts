// The thread of searches: follows the record and answers what is looked for. What `search-thread.ts` starts.

import { join } from 'node:path'
import { workerData } from 'node:worker_threads'
import { systemTicks, threadTicks } from '../../base/clock.ts'
import { OperatorError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { systemRandom } from '../../base/random.ts'
import { lowerThreadPriority } from '../../base/thread-priority.ts'
import { systemTimer } from '../../base/timer.ts'
import { recordOpener } from '../../record/bodies/opener.ts'
import { type DocumentsBeside } from '../../record/search/documents.ts'
import { SearchTooWide } from '../../record/search/errors.ts'
import { openSearch, type SearchHere } from '../../record/search/open.ts'
import { fileSearchStore } from '../files/search-store.ts'
import { sqliteMailboxIndex } from '../sqlite/mailbox-index.ts'
import { sqliteSearchIndex } from '../sqlite/search-index.ts'
import { sqliteRecordPlaces } from '../sqlite/search-places.ts'
import { answerAsks, type OpenedPlace } from './answer-asks.ts'
import { documentsBeside } from './documents-thread.ts'
import { failureOf } from './failure.ts'
import { dataPaths } from './integrator-messages.ts'
import { type ThreadPlace } from './key-line.ts'
import {
  type SearchAnswer,
  type SearchAsk,
  type Searching,
  type SearchEvent,
  type SearchSettings,
} from './search-messages.ts'

// The type of what `search-thread.ts` starts this file with.
const place: ThreadPlace & SearchSettings = workerData

/** Events that wait to be fetched. */
const eventsMax = 1_000
let events: SearchEvent[] = []
let helper: DocumentsBeside | null = null

answerAsks<Searching>(place, (its) => {
  lowerThreadPriority()
  const opened = open(its)
  return async (ask) => {
    if ('epoch' in ask) await its.keys.reach(ask.epoch)
    // A file that is open stays on disk after it was removed, or another was put in its place.
    if (ask.kind !== 'find' && ask.kind !== 'changed' && 'epoch' in ask) {
      its.bodies.close()
      await helper?.close()
    }
    if (ask.kind === 'close') await helper?.close()
    return await answer(await opened, ask)
  }
})

async function open({ keys, bodies, place: its }: OpenedPlace): Promise<SearchHere> {
  const mailbox = join(place.dataDir, dataPaths.mailbox)
  const index = sqliteMailboxIndex(mailbox)
  helper = documentsBeside(its, () => keys.epoch)
  return await openSearch({
    ...place,
    store: await fileSearchStore(join(place.dataDir, dataPaths.search)),
    keys,
    openIndex: sqliteSearchIndex,
    places: sqliteRecordPlaces(mailbox),
    opener: recordOpener({ index, files: bodies, keys, use: 'index' }),
    beside: helper,
    random: systemRandom(),
    ticks: systemTicks,
    threadTicks,
    timer: systemTimer,
    log: logOf(),
    onFailed(error) {
      // Thrown where nothing catches it: it ends the thread, and who started it is told.
      setImmediate(() => {
        throw error
      })
    },
  })
}

async function answer(search: SearchHere, ask: SearchAsk): Promise<SearchAnswer> {
  switch (ask.kind) {
    case 'find':
      return await found(search, ask.question)
    case 'follow':
      search.follow(ask)
      break
    case 'changed':
      return { kind: 'changed', changed: await search.changed(ask.size) }
    case 'reached':
      await search.reached(ask.position)
      break
    case 'forget':
      await search.forget(ask.bucket)
      break
    case 'forget-all':
      await search.forgetAll(ask.gone)
      break
    case 'rebuild':
      await search.rebuild(ask.bucket)
      break
    case 'seal':
      await search.seal()
      break
    case 'close':
      await search.close()
      break
    default:
      return ask
  }
  const waiting = events
  events = []
  return { kind: 'done', indexed: search.position, events: waiting }
}

async function found(
  search: SearchHere,
  question: Parameters<SearchHere['find']>[0],
): Promise<SearchAnswer> {
  try {
    return { kind: 'found', found: await search.find(question) }
  } catch (error) {
    if (error instanceof OperatorError) return { kind: 'refused', failure: failureOf(error) }
    if (!(error instanceof SearchTooWide)) throw error
    return { kind: 'too-wide', why: error.message }
  }
}

function logOf(): Log {
  return { info: noting('info'), warn: noting('warn'), error: noting('error') }
}

function noting(level: SearchEvent['level']): Log['info'] {
  return (event, fields = {}) => {
    if (events.length < eventsMax) events.push({ level, event, fields })
  }
}
