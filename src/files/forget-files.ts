import { type Log } from '../base/log.ts'
import { type Forgetter } from '../record/disposal/ports.ts'
import { type FileState, type FileStore } from './ports.ts'

/** A file goes with the last record that names it: its key was in there. */
export function forgetsFiles({
  state,
  store,
  log,
}: {
  readonly state: Pick<FileState, 'unbind' | 'unnamed' | 'dropUnnamed'>
  readonly store: Pick<FileStore, 'remove'>
  readonly log: Log
}): Forgetter {
  return {
    name: 'files',
    async forget({ positions }) {
      await state.unbind(positions)
      let files = 0
      // If we stop in between, the row is there still, and so it is done again.
      for (let some = await state.unnamed(); some.length > 0; some = await state.unnamed()) {
        for (const file of some) {
          await store.remove(file)
          await state.dropUnnamed(file)
          files++
        }
      }
      log.info('disposal.files-removed', { files })
    },
  }
}
