import { type Kysely } from 'kysely'
import { z } from 'zod'
import { type Answers } from '../../directory/web/ports.ts'
import { type Clock } from '../../base/clock.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { type Schema } from './schema.ts'

const dayMs = 86_400_000
const answersMax = 100_000
/** What is too old goes with every so many that come. */
const sweepEvery = 100

const sealedForm = z.object({ digest: z.string(), body: z.unknown() })

const labelOf = (id: string): string => `answer ${id}`

/**
 * Answers of the API in `state.db`, sealed: there may be anything in them. What was asked is sealed with them, as a hash: in clear it would tell who guesses
 * a short message, or a password, that he was right.
 */
export function relationalAnswers(
  db: Kysely<Schema>,
  keys: Pick<Keys, 'seal' | 'unseal'>,
  clock: Clock,
): Answers {
  let came = 0

  async function sweep(): Promise<void> {
    await db
      .deleteFrom('answer')
      .where('at', '<', clock.now() - dayMs)
      .execute()
    const kept = db.selectFrom('answer').select('id').orderBy('at', 'desc').limit(answersMax)
    await db.deleteFrom('answer').where('id', 'not in', kept).execute()
  }

  return {
    async find(id) {
      const row = await db.selectFrom('answer').selectAll().where('id', '=', id).executeTakeFirst()
      if (row === undefined || row.at < clock.now() - dayMs) return null
      const bytes = keys.unseal(labelOf(id), row.sealed)
      if (bytes === null) return null
      const { digest, body } = sealedForm.parse(JSON.parse(Buffer.from(bytes).toString()))
      return { digest, status: row.status, body }
    },
    async put(id, { digest, status, body }) {
      if (came++ % sweepEvery === 0) await sweep()
      const sealed = keys.seal(labelOf(id), Buffer.from(JSON.stringify({ digest, body })))
      const row = { id, status, sealed, at: clock.now() }
      await db
        .insertInto('answer')
        .values(row)
        .onConflict((c) => c.column('id').doUpdateSet(row))
        .execute()
    },
  }
}
