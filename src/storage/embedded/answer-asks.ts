// Inside a thread of `asked-threads.ts`.

import { flushCompileCache } from 'node:module'
import { join } from 'node:path'
import { parentPort } from 'node:worker_threads'
import { type BodyFiles } from '../../record/bodies/ports.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { fileBodyFiles } from '../files/body-store.ts'
import { type Answered, type Asked, type Exchange } from './asked-threads.ts'
import { dataPaths } from './integrator-messages.ts'
import { keysAt, type KeyedPlace, type ThreadPlace } from './key-line.ts'

/** What opens records, over the files of a data folder. */
export type OpenedPlace = {
  readonly keys: Keys
  readonly bodies: BodyFiles
  /** For threads that are started from this one. */
  readonly place: KeyedPlace
}

/** Answers what the thread is asked, for as long as it is there. What cannot be answered ends all that the threads do. */
export function answerAsks<E extends Exchange>(
  place: ThreadPlace,
  answererOver: (opened: OpenedPlace) => (ask: E['ask']) => Promise<E['answer']>,
): void {
  const run = async (): Promise<void> => {
    const answer = answererOver({
      ...(await keysAt(place)),
      bodies: fileBodyFiles(join(place.dataDir, dataPaths.bodies)),
    })
    parentPort?.on('message', ({ number, ask }: Asked<E['ask']>) => {
      answer(ask).then((its) => say({ kind: 'answered', number, answer: its }), sayFailed)
    })
    say({ kind: 'started' })
    // As src/server/main.ts does: a kill leaves no time for it.
    flushCompileCache()
  }
  run().catch(sayFailed)
}

function say(message: Answered<unknown>): void {
  parentPort?.postMessage(message, [])
}

function sayFailed(error: unknown): void {
  say({ kind: 'failed', why: error instanceof Error ? error.message : String(error) })
}
