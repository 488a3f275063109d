import { logStoreConformance, segmentBytes } from '../conformance/log-store.ts'
import { simDisk } from './disk.ts'

logStoreConformance('simulated disk', async () => {
  const disk = simDisk(segmentBytes)
  return { store: disk.open(), reopen: async () => disk.open() }
})
