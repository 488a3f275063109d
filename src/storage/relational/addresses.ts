import { type Kysely } from 'kysely'
import { type Schema } from './schema.ts'

/** Whose an address is, or ever was. */
export type Addresses = {
  /** Ids of persons, whoever had it first first. */
  everAt(address: string): Promise<readonly string[]>
}

export function relationalAddresses(db: Kysely<Schema>): Addresses {
  return {
    async everAt(address) {
      const rows = await db
        .selectFrom('address')
        .select('person')
        .where('address', '=', address)
        .orderBy('since_position')
        .execute()
      return rows.map(({ person }) => person)
    },
  }
}
