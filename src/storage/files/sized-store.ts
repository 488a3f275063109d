import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  isCode,
  makeDirDurably,
  readIfThere,
  removeDurably,
  replaceDurably,
} from '../../base/files.ts'
import { type SizedStore } from '../../record/witness/ports.ts'
import { orNoSpace } from './no-space.ts'

const digits = 16

/** `<dir>/<size, 16 digits>`. */
export function fileSizedStore(dir: string): SizedStore {
  const pathOf = (size: number): string => join(dir, String(size).padStart(digits, '0'))
  return {
    async sizes() {
      const names = await namesIn(dir)
      return names
        .filter((name) => /^\d{16}$/.test(name))
        .map(Number)
        .toSorted((a, b) => a - b)
    },
    read: async (size) => await readIfThere(pathOf(size)),
    async write(size, bytes) {
      try {
        await makeDirDurably(dir)
        await replaceDurably(pathOf(size), bytes)
      } catch (error) {
        throw orNoSpace(error, pathOf(size))
      }
    },
    remove: async (size) => await removeDurably(pathOf(size)),
  }
}

async function namesIn(dir: string): Promise<readonly string[]> {
  try {
    return await readdir(dir)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return []
    throw error
  }
}
