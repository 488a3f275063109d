import { readIfThere, replaceDurably } from '../../base/files.ts'
import { type VaultStore } from '../../record/keys/ports.ts'
import { orNoSpace } from './no-space.ts'

/** A vault in a file, which its owner alone can read. The folder has to be there. */
export function fileVaultStore(path: string): VaultStore {
  return {
    name: `the vault ${path}`,
    read: async () => await readIfThere(path),
    async replace(blob) {
      try {
        await replaceDurably(path, blob)
      } catch (error) {
        throw orNoSpace(error, path)
      }
    },
  }
}
