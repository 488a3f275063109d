import { join } from 'node:path'
import { toHex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { makeDirDurably, readIfThere, replaceDurably } from '../../base/files.ts'
import { type WitnessState } from '../../record/witness/ports.ts'

/** `<dir>/<SHA-256 of the origin>`, one note for each log. */
export function fileWitnessState(dir: string): WitnessState {
  const pathOf = (origin: string): string => join(dir, toHex(sha256(utf8(origin))))
  return {
    read: async (origin) => (await readIfThere(pathOf(origin)))?.toString('utf8') ?? null,
    async replace(origin, note) {
      await makeDirDurably(dir)
      await replaceDurably(pathOf(origin), note)
    },
  }
}
