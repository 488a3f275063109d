import { open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isCode, makeDirDurably, removeDurably, replaceDurably } from '../../base/files.ts'
import { type PartitionStore } from '../../record/search/ports.ts'
import { orNoSpace } from './no-space.ts'

/** Sealed partitions as files of one folder, which may be deleted whenever no server runs: they are made again from the record. */
export async function fileSearchStore(dir: string): Promise<PartitionStore> {
  await makeDirDurably(dir)
  for (const name of await readdir(dir)) if (name.endsWith('.tmp')) await rm(join(dir, name))
  return {
    ...searchFiles(dir),
    async replace(name, bytes) {
      try {
        await replaceDurably(join(dir, name), bytes)
      } catch (error) {
        throw orNoSpace(error, `search/${name}`)
      }
    },
    remove: async (name) => await removeDurably(join(dir, name)),
  }
}

/** The same to be read, beside whoever writes them. */
export function searchFiles(dir: string): Pick<PartitionStore, 'list' | 'read'> {
  return {
    list: async () => (await readdir(dir)).toSorted(),
    async read(name, offset, length) {
      try {
        await using file = await open(join(dir, name), 'r')
        const bytes = Buffer.allocUnsafeSlow(length)
        const { bytesRead } = await file.read(bytes, 0, length, offset)
        return bytes.subarray(0, bytesRead)
      } catch (error) {
        if (isCode(error, 'ENOENT')) return null
        throw error
      }
    },
  }
}
