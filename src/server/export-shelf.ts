// Makes bundles in a thread of their own, and keeps them sealed.

import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { utf8 } from '../base/bytes.ts'
import { secretKey } from '../base/crypto.ts'
import { OperatorError } from '../base/errors.ts'
import {
  type BundleShelf,
  type ExportProgress,
  type MadeBundle,
  type OpenedBundle,
} from '../discovery/exports/ports.ts'
import { openSealed } from '../files/sealed-file.ts'
import { type Statements } from '../record/heads/statements.ts'
import { statedFor } from '../api/record/state-heads.ts'
import { type KeyedPlace, threadOver } from '../storage/embedded/key-line.ts'
import { fileStore } from '../storage/files/file-store.ts'
import { type Config } from './config.ts'
import { bundleId, exportsFolder } from './export-folder.ts'
import { type ExportThread, type FromExport, type ToExport } from './export-messages.ts'

export async function exportShelf(
  { data, proofs, exports }: Pick<Config, 'data' | 'proofs' | 'exports'>,
  parts: { readonly place: KeyedPlace; readonly statements: Pick<Statements, 'heads'> },
): Promise<BundleShelf> {
  const store = await fileStore(join(data, exportsFolder))
  let running: Worker | null = null
  return {
    async make({ id, act, key }, onProgress) {
      const { workerData: place, transferList } = threadOver(parts.place)
      const { bytesMax } = exports
      const wanted: ExportThread = {
        ...place,
        proofs,
        id,
        act,
        sealedUnder: key.reveal(),
        bytesMax,
      }
      const file = new URL('export-worker.ts', import.meta.url)
      const worker = new Worker(file, { workerData: wanted, transferList, name: 'export' })
      running = worker
      try {
        return await outcomeOf(worker, { ...parts, onProgress })
      } finally {
        running = null
        await worker.terminate()
        // What a thread that was cut off has begun.
        await store.removeUnfinished()
      }
    },
    async cancel() {
      await running?.terminate()
    },
    async open(id, { key, bytes }) {
      const reader = await store.open(bundleId(id))
      if (reader === null) return null
      try {
        const of = { key: secretKey(key.reveal()), context: utf8(id), size: bytes }
        return (await openSealed(reader, of)) satisfies OpenedBundle
      } catch (error) {
        await reader.close()
        throw error
      }
    },
    remove: async (id) => await store.remove(bundleId(id)),
    async removeUnfinished() {
      await store.removeUnfinished()
    },
  }
}

async function outcomeOf(
  worker: Worker,
  {
    statements,
    onProgress,
  }: {
    readonly statements: Pick<Statements, 'heads'>
    readonly onProgress: (progress: ExportProgress) => void
  },
): Promise<MadeBundle> {
  const { promise, resolve, reject } = Promise.withResolvers<MadeBundle>()
  const tell = (answer: ToExport): void => worker.postMessage(answer, [])
  worker.on('message', (said: FromExport) => {
    if (said.kind === 'made') resolve(said.made)
    else if (said.kind === 'progress') onProgress(said.progress)
    else if (said.kind === 'failed')
      reject(said.code === null ? new Error(said.why) : new OperatorError(said.code, said.why))
    else
      statedFor(statements, said.wanted).then(
        (stated) => tell({ stated }),
        (error: unknown) => tell({ why: String(error) }),
      )
  })
  worker.on('error', reject)
  worker.on('exit', () => reject(new Error('the thread that made a bundle has ended')))
  return await promise
}
