import { Worker } from 'node:worker_threads'
import { type OpenedRun, type Opener } from '../../record/verify/ports.ts'
import { type FromOpener, type OpenerPlace } from './opener-messages.ts'

/** Runs that lie ready for each thread, so that none waits for the one that gives them out. */
const runsPerThread = 2

/** Opens records in so many threads, which take turns: runs are of one length. */
export function openerThreads(place: OpenerPlace, count: number): Opener {
  const waiting = new Map<number, PromiseWithResolvers<OpenedRun>>()
  let failure: Error | null = null
  const fail = (error: Error): void => {
    failure ??= error
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  const answer = (message: FromOpener): void => {
    if (message.kind === 'failed') return fail(new Error(message.why))
    waiting.get(message.first)?.resolve(message.opened)
    waiting.delete(message.first)
  }
  const workers = Array.from({ length: count }, () => {
    const url = new URL('opener-worker.ts', import.meta.url)
    const worker = new Worker(url, { workerData: place, name: 'opener' })
    worker.on('message', answer)
    worker.on('error', fail)
    worker.on('exit', () => fail(new Error('a thread that opens records has ended')))
    return worker
  })
  let turn = 0
  return {
    atOnce: count * runsPerThread,
    async open(run) {
      if (failure !== null) throw failure
      const opened = Promise.withResolvers<OpenedRun>()
      waiting.set(run.first, opened)
      workers[turn++ % count]?.postMessage(run)
      return await opened.promise
    },
    async close() {
      await Promise.all(workers.map(async (worker) => await worker.terminate()))
    },
  }
}
