// The thread that makes one bundle and ends: what `export-shelf.ts` starts. It gives way to all others.

import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { systemTicks } from '../base/clock.ts'
import { secretKey } from '../base/crypto.ts'
import { OperatorError } from '../base/errors.ts'
import { systemRandom } from '../base/random.ts'
import { lowerThreadPriority } from '../base/thread-priority.ts'
import { type StatedHeads } from '../discovery/bundle/ports.ts'
import { type ExportProgress, type MadeBundle } from '../discovery/exports/ports.ts'
import { type HandleName } from '../record/heads/ports.ts'
import { keysAt } from '../storage/embedded/key-line.ts'
import { fileStore } from '../storage/files/file-store.ts'
import { sealedBundle } from './sealed-bundle.ts'
import { makeBundle } from './export-bundle.ts'
import { bundleId, exportsFolder } from './export-folder.ts'
import { type ExportThread, type FromExport, type ToExport } from './export-messages.ts'

/** What is told of how far it is, at most every so many ms. */
const toldEveryMs = 250

// The type of what `export-shelf.ts` starts this file with.
const wanted: ExportThread = workerData

try {
  lowerThreadPriority()
  say({ kind: 'made', made: await make() })
} catch (error) {
  const isTold = error instanceof OperatorError
  const why = error instanceof Error ? error.message : String(error)
  say({ kind: 'failed', code: isTold ? error.code : null, why })
}

async function make(): Promise<MadeBundle> {
  const { dataDir: data, proofs, id, act, bytesMax } = wanted
  const dir = join(data, exportsFolder)
  const progress = progressing()
  const opened = await keysAt(wanted)
  const sealed = await sealedBundle(await fileStore(dir), {
    dir,
    id: bundleId(id),
    key: secretKey(wanted.sealedUnder),
    bytesMax,
    random: systemRandom(),
    onBytes: (bytes) => progress({ bytes }),
  })
  let records = 0
  const open = async (): Promise<typeof opened.keys> => await Promise.resolve(opened.keys)
  const made = await makeBundle(
    { data, proofs, openKeys: open },
    {
      act,
      heads: [],
      stateHeads,
      sink: async () => await Promise.resolve(sealed.sink),
      onSelected: (of) => progress({ of }),
      onRecord: () => progress({ records: ++records }),
    },
  )
  return { ...sealed.made(), records: made.records }
}

function progressing(): (change: Partial<ExportProgress>) => void {
  let now: ExportProgress = { of: null, records: 0, bytes: 0 }
  let toldAt = 0
  return (change) => {
    now = { ...now, ...change }
    if (systemTicks.elapsed() < toldAt + toldEveryMs && change.of === undefined) return
    toldAt = systemTicks.elapsed()
    say({ kind: 'progress', progress: now })
  }
}

async function stateHeads(handles: readonly HandleName[]): Promise<readonly StatedHeads[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly StatedHeads[]>()
  parentPort?.once('message', (answer: ToExport) => {
    if ('stated' in answer) resolve(answer.stated)
    else reject(new Error(answer.why))
  })
  say({ kind: 'states', wanted: handles })
  return await promise
}

function say(message: FromExport): void {
  parentPort?.postMessage(message, [])
}
