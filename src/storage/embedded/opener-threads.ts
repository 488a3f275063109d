import { type OpenedRun, type Opener, type SealedRun } from '../../record/verify/ports.ts'
import { type DataPlace } from './data-vault.ts'
import { askedThreads } from './asked-threads.ts'

/** Runs that lie ready for each thread, so that none waits for the one that gives them out. */
const runsPerThread = 2

/** What a thread that opens records for a verification is started with. */
export type OpenerPlace = DataPlace & {
  /** Whether a server runs over the data. Then it goes first. */
  readonly isServed: boolean
}

/** What is said between them. */
export type Verifying = { readonly ask: SealedRun; readonly answer: OpenedRun }

/** Opens records in so many threads, which take turns: runs are of one length. */
export function openerThreads(place: OpenerPlace, count: number): Opener {
  const threads = askedThreads<Verifying>({
    file: new URL('opener-worker.ts', import.meta.url),
    name: 'opener',
    place,
    count,
  })
  return {
    atOnce: count * runsPerThread,
    open: async (run) => await threads.ask(run),
    close: async () => await threads.close(),
  }
}
