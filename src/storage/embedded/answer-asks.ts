// Inside a thread of `asked-threads.ts`.

import { flushCompileCache } from 'node:module'
import { join } from 'node:path'
import { parentPort } from 'node:worker_threads'
import { systemRandom } from '../../base/random.ts'
import { type BodyFiles } from '../../record/bodies/ports.ts'
import { openKeys } from '../../record/keys/open-keys.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { fileBodyFiles } from '../files/body-store.ts'
import { keyFile } from '../files/key-file.ts'
import { fileVaultStore } from '../files/vault-store.ts'
import { type Answered, type Asked, type Exchange } from './asked-threads.ts'
import { dataPaths } from './integrator-messages.ts'

/** Where a record lies. Paths alone: a thread opens the vault by itself, so that no key crosses over. */
export type DataPlace = { readonly dataDir: string; readonly keyFile: string }

/** What opens records, over the files of a data folder. */
export type OpenedPlace = { readonly keys: Keys; readonly bodies: BodyFiles }

/** Answers what the thread is asked, for as long as it is there. What cannot be answered ends all that the threads do. */
export function answerAsks<E extends Exchange>(
  { dataDir, keyFile: key }: DataPlace,
  answererOver: (opened: OpenedPlace) => (ask: E['ask']) => Promise<E['answer']>,
): void {
  const run = async (): Promise<void> => {
    const random = systemRandom()
    const vaultStore = fileVaultStore(join(dataDir, dataPaths.vault))
    const keys = await openKeys({ holders: [keyFile(key, random)], vaultStore, random })
    const answer = answererOver({ keys, bodies: fileBodyFiles(join(dataDir, dataPaths.bodies)) })
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
