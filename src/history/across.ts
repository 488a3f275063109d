import { type Search } from '../record/search/ports.ts'
import { feedOf, newestOf } from './feed.ts'
import { foundIn } from './found.ts'
import { type Reader } from './items.ts'
import { type History } from './ports.ts'

/** What people read of several archives at once: their own, and those of their rooms. */
export function acrossArchives({
  record,
  search,
  isCaughtUp,
}: {
  readonly record: Reader
  readonly search: Pick<Search, 'find'> | null
  /** False when the wait for what is on record was too long. */
  readonly isCaughtUp: () => Promise<boolean>
}): Pick<History, 'feed' | 'find' | 'newest' | 'positionOf' | 'idOf'> {
  return {
    async feed(query) {
      const { size } = record
      // Rows come in the order of the log: what is behind the first that is not there yet is not looked at.
      if (!(await isCaughtUp())) return { items: [] }
      return { items: await feedOf(record, query, size) }
    },

    async find(query) {
      await isCaughtUp()
      return await foundIn(record, search, query)
    },

    async newest(archives) {
      await isCaughtUp()
      return newestOf(record, archives)
    },

    positionOf(id) {
      const position = record.positionOf(id)
      return position === null || position >= record.size ? null : position
    },
    idOf: (position) => record.stanzaId(position),
  }
}
