import { fromUtf8 } from '../../base/bytes.ts'
import { type StoredAccess } from '../../directory/access/ports.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { labelOfAccess } from '../relational/access.ts'
import { openForAudit, saidBySqlite } from './open-for-audit.ts'

/**
 * What state.db has of who may what, read in one moment and with nothing written.
 *
 * @returns a sentence when it cannot be read
 */
export function sqliteAccess(path: string, keys: Pick<Keys, 'unseal'>): StoredAccess | string {
  try {
    const db = openForAudit(path)
    try {
      db.exec('BEGIN')
      const applied = db.prepare(`SELECT applied FROM projection WHERE name = 'access'`).get()
      const rows = db.prepare('SELECT item, sealed FROM access').all()
      const texts = rows.map(({ item, sealed }) => {
        if (!(item instanceof Uint8Array) || !(sealed instanceof Uint8Array)) return null
        const bytes = keys.unseal(labelOfAccess(item), sealed)
        return bytes && fromUtf8(bytes)
      })
      return { applied: Number(applied?.['applied'] ?? -1), texts }
    } finally {
      db.close()
    }
  } catch (error) {
    return saidBySqlite(error)
  }
}
