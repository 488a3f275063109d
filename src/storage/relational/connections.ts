import { type Kysely } from 'kysely'
import { type Connection, type ConnectionState } from '../../audit/ports.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { type Schema } from './schema.ts'

/** Rows of one INSERT: SQLite takes 32,766 values in one statement. */
const rowsPerInsert = 1_000
const labelOf = (at: number): string => `connection ${at}`

/** From where people have connected, in `state.db`: sealed, under a pseudonym of who it was. */
export function relationalConnections(
  db: Kysely<Schema>,
  keys: Pick<Keys, 'seal' | 'unseal' | 'pseudonym'>,
): ConnectionState {
  const nameOf = (person: string): Buffer => keys.pseudonym('connection', person)
  return {
    async add(connections) {
      const rows = connections.map(({ person, at, ...rest }) => ({
        person: person === null ? null : nameOf(person),
        at,
        sealed: keys.seal(labelOf(at), Buffer.from(JSON.stringify({ person, ...rest }))),
      }))
      if (rows.length === 0) return
      await db.transaction().execute(async (tx) => {
        for (let from = 0; from < rows.length; from += rowsPerInsert)
          await tx
            .insertInto('connection')
            .values(rows.slice(from, from + rowsPerInsert))
            .execute()
      })
    },
    async find({ person, before, limit }) {
      let query = db.selectFrom('connection').selectAll().orderBy('id', 'desc').limit(limit)
      if (before !== null) query = query.where('id', '<', before)
      if (person === null) query = query.where('person', 'is', null)
      else if (person !== undefined) query = query.where('person', '=', nameOf(person))
      const rows = await query.execute()
      return rows.flatMap(({ id, at, sealed }) => {
        const bytes = keys.unseal(labelOf(at), sealed)
        if (bytes === null) return []
        // Written by `add`, and sealed since.
        const said: Omit<Connection, 'at'> = JSON.parse(Buffer.from(bytes).toString())
        return [{ ...said, id, at }]
      })
    },
    async sweep(before, keptMax) {
      await db.deleteFrom('connection').where('at', '<', before).execute()
      const newest = db.selectFrom('connection').select('id').orderBy('id', 'desc')
      const first = await newest.offset(keptMax).limit(1).executeTakeFirst()
      if (first !== undefined)
        await db.deleteFrom('connection').where('id', '<=', first.id).execute()
    },
  }
}
