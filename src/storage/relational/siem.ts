import { type Kysely } from 'kysely'
import { type SiemState } from '../../audit/ports.ts'
import { appliedIn, noteApplied } from './projection.ts'
import { type Schema } from './schema.ts'

export function relationalSiem(db: Kysely<Schema>): SiemState {
  return {
    sent: async () => await appliedIn(db, 'siem'),
    note: async (position) => await noteApplied(db, 'siem', position),
  }
}
