// The integrator's thread: puts its parts together over files and SQLite, and answers to `integrator-thread.ts`.

import { flushCompileCache } from 'node:module'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../../base/clock.ts'
import { lowerThreadPriority } from '../../base/thread-priority.ts'
import { FatalError } from '../../base/errors.ts'
import { startIntegrator, type IntegratorParts } from '../../record/integrate/integrator.ts'
import { type Integrator } from '../../record/ledger/ports.ts'
import { pseudonyms } from '../../record/mailbox/names.ts'
import { fileBodyStore } from '../files/body-store.ts'
import { fileCheckpointStore } from '../files/checkpoint-store.ts'
import { fileHeadRegister } from '../files/head-register.ts'
import { fileTileStore } from '../files/tile-store.ts'
import { sqliteMailboxStore } from '../sqlite/mailbox-store.ts'
import { failureOf } from './failure.ts'
import {
  dataPaths,
  type FromIntegrator,
  type IntegratorSettings,
  type ToIntegrator,
} from './integrator-messages.ts'
import { keysAt, type ThreadPlace } from './key-line.ts'

type IntegratorPlace = ThreadPlace & IntegratorSettings

const retryMsMax = 1_000

function say(message: FromIntegrator): void {
  parentPort?.postMessage(message, [])
}

function sayFailed(error: unknown): void {
  say({ kind: 'failed', failure: failureOf(error) })
}

async function openParts(place: IntegratorPlace): Promise<IntegratorParts> {
  const inData = (name: string): string => join(place.dataDir, name)
  const { keys } = await keysAt(place)
  return {
    keys,
    names: pseudonyms(keys),
    bodies: await fileBodyStore(inData(dataPaths.bodies)),
    mailbox: sqliteMailboxStore(inData(dataPaths.mailbox)),
    tileStore: fileTileStore(inData(dataPaths.log)),
    checkpoints: fileCheckpointStore(inData(dataPaths.log)),
    register: fileHeadRegister(place.headRegister, (bytes) => keys.mac('head register', bytes)),
    clock: systemClock,
  }
}

async function run(place: IntegratorPlace): Promise<void> {
  const { checkpointEveryMs } = place
  const parts = await openParts(place)
  const { integrator, integrated } = await startIntegrator(parts, {
    checkpointEveryMs,
    retryMsMax,
    onFatal: sayFailed,
  })
  integrator.onProgress(() => {
    say({ kind: 'moved', position: integrator.position, blocked: integrator.blocked() })
  })
  integrator.onDurable((durable) => say({ kind: 'durable', durable }))
  parentPort?.on('message', (message: ToIntegrator) => {
    answer(integrator, message).catch(sayFailed)
  })
  say({ kind: 'started', integrated })
  // As src/server/main.ts does: a kill leaves no time for it.
  flushCompileCache()
}

async function answer(integrator: Integrator, message: ToIntegrator): Promise<void> {
  switch (message.kind) {
    case 'take':
      for (const batch of message.batches) integrator.take(batch)
      return
    case 'begin':
      await integrator.begin()
      say({ kind: 'begun' })
      // It works in bursts, and who talks should not wait for one; a start waits for what is replayed, so not before. When it is far
      // behind, what is accepted waits for it instead.
      lowerThreadPriority()
      return
    case 'sign':
      integrator.signNow()
      return
    case 'forget':
      await integrator.forget(message.gone)
      say({ kind: 'forgotten' })
      return
    case 'close':
      await integrator.close(message.end)
      say({ kind: 'closed' })
      // Nothing else keeps the thread alive.
      parentPort?.close()
      return
    default:
      throw new FatalError('the integrator was sent what it does not know')
  }
}

// The type of what `integrator-thread.ts` starts this file with.
const place: IntegratorPlace = workerData
run(place).catch(sayFailed)
