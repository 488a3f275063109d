import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileStoreConformance } from '../../../test/conformance/file-store.ts'
import { memoryFileStore } from '../../../test/fakes/file-store.ts'
import { fileStore } from './file-store.ts'

fileStoreConformance('files in a folder', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-files-'))
  t.after(() => rmSync(dir, { recursive: true }))
  return { store: await fileStore(dir), again: async () => await fileStore(dir) }
})

fileStoreConformance('files in memory', async () => {
  const store = memoryFileStore()
  return await Promise.resolve({ store, again: async () => await Promise.resolve(store) })
})
