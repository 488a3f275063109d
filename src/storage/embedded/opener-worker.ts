// A thread that opens records for a verification, and answers to `opener-threads.ts`.

import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { systemRandom } from '../../base/random.ts'
import { lowerThreadPriority } from '../../base/thread-priority.ts'
import { openKeys } from '../../record/keys/open-keys.ts'
import { openerHere } from '../../record/verify/open-records.ts'
import { fileBodyFiles } from '../files/body-store.ts'
import { keyFile } from '../files/key-file.ts'
import { fileVaultStore } from '../files/vault-store.ts'
import { dataPaths } from './integrator-messages.ts'
import { type FromOpener, type OpenerPlace, type ToOpener } from './opener-messages.ts'

function say(message: FromOpener): void {
  parentPort?.postMessage(message, [])
}

function sayFailed(error: unknown): void {
  say({ kind: 'failed', why: error instanceof Error ? error.message : String(error) })
}

async function run({ dataDir, keyFile: key }: OpenerPlace): Promise<void> {
  const inData = (name: string): string => join(dataDir, name)
  const random = systemRandom()
  const keys = await openKeys({
    holder: keyFile(key, random),
    vaultStore: fileVaultStore(inData(dataPaths.vault)),
    random,
  })
  const opener = openerHere(fileBodyFiles(inData(dataPaths.bodies)), keys)
  parentPort?.on('message', (sealed: ToOpener) => {
    const { first } = sealed
    opener.open(sealed).then((opened) => say({ kind: 'opened', first, opened }), sayFailed)
  })
}

// The type of what `opener-threads.ts` starts this file with.
const place: OpenerPlace = workerData
if (place.isServed) lowerThreadPriority()
run(place).catch(sayFailed)
