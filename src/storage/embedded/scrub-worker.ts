// The scrubber's thread, which reads everything again piece by piece: what `scrub-thread.ts` starts. It gives way to all others.

import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { workerData } from 'node:worker_threads'
import { isCode } from '../../base/files.ts'
import { lowerThreadPriority } from '../../base/thread-priority.ts'
import { pseudonyms } from '../../record/mailbox/names.ts'
import { firstPlace, scrubStep, type StepParts } from '../../record/scrub/step.ts'
import { openerHere } from '../../record/verify/open-records.ts'
import { fileHeadRegister } from '../files/head-register.ts'
import { fileLogSegments } from '../files/log-store.ts'
import { folderSource } from '../files/record-source.ts'
import { searchFiles } from '../files/search-store.ts'
import { answerAsks, type OpenedPlace } from './answer-asks.ts'
import { dataPaths } from './integrator-messages.ts'
import { scrubbedFiles } from './scrub-files.ts'
import { type ThreadPlace } from './key-line.ts'
import { type Scrubs, type ScrubSettings } from './scrub-messages.ts'
import { auditState } from './state-audit.ts'

// The type of what `scrub-thread.ts` starts this file with.
const place: ThreadPlace & ScrubSettings = workerData

answerAsks<Scrubs>(place, (opened) => {
  lowerThreadPriority()
  return async (ask) => {
    await opened.keys.reach(ask.epoch)
    const parts = partsOf(opened)
    if (ask.kind === 'begin') {
      const rows = parts.source.openRows()
      const size = rows.durable?.position ?? 0
      rows.close()
      const begun = firstPlace({ size, epoch: ask.epoch, startedAt: ask.startedAt })
      return { kind: 'begun', place: begun }
    }
    try {
      return { kind: 'stepped', stepped: await scrubStep(ask.place, parts) }
    } finally {
      // What is read again is read from the disk, and files that were replaced are let go of.
      parts.source.bodies.close()
    }
  }
})

function partsOf({ keys, bodies }: OpenedPlace): StepParts {
  const { dataDir: dir } = place
  const register = fileHeadRegister(place.headRegister, (bytes) => keys.mac('head register', bytes))
  const log = fileLogSegments(join(dir, 'wal'))
  const { origin } = keys.log
  const source = folderSource({ dir, log, register, origin, isServed: true })
  return {
    source,
    keys,
    names: pseudonyms(keys),
    opener: openerHere(source.bodies, keys),
    readPart: async (path, from, length) => await readPart(join(dir, path), from, length),
    partitions: searchFiles(join(dir, dataPaths.search)),
    files: scrubbedFiles({ dataDir: dir, keys, bodies }),
    state: () => auditState(join(dir, 'state.db'), keys),
  }
}

async function readPart(path: string, from: number, length: number): Promise<Uint8Array> {
  try {
    await using file = await open(path, 'r')
    const bytes = Buffer.allocUnsafeSlow(length)
    const { bytesRead } = await file.read(bytes, 0, length, from)
    return bytes.subarray(0, bytesRead)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return new Uint8Array(0)
    throw error
  }
}
