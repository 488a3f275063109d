import { type Kysely, sql } from 'kysely'
import { OperatorError } from '../../base/errors.ts'
import { type Forgetter } from '../../record/disposal/ports.ts'
import { type Schema } from './schema.ts'

/** What is written ahead of `state.db` has pages as they were before rows were deleted: it is merged, and cut to nothing. */
export function forgetsWrittenAhead(db: Kysely<Schema>): Forgetter {
  return {
    name: 'state.db',
    async forget() {
      const { rows } = await sql<{ busy: number }>`PRAGMA wal_checkpoint(TRUNCATE)`.execute(db)
      if (rows[0]?.busy === 0) return
      throw new OperatorError(
        'state.busy',
        'state.db is read by somebody: what was deleted from it lies in its write-ahead file still',
      )
    },
  }
}
