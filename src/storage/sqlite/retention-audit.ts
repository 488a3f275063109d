import { fromUtf8, toHex } from '../../base/bytes.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { type StoredRetention } from '../../record/retention/ports.ts'
import { labelOfRetention } from '../relational/retention.ts'
import { openForAudit, saidBySqlite } from './open-for-audit.ts'

/**
 * What state.db has of retention, read in one moment and with nothing written.
 *
 * @returns a sentence when it cannot be read
 */
export function sqliteRetention(
  path: string,
  keys: Pick<Keys, 'unseal'>,
): StoredRetention | string {
  try {
    const db = openForAudit(path)
    try {
      db.exec('BEGIN')
      const applied = db.prepare(`SELECT applied FROM projection WHERE name = 'retention'`).get()
      const rows = db.prepare('SELECT item, position, sealed FROM retention').all()
      const items = rows.map(({ item, position, sealed }) => {
        if (!(item instanceof Uint8Array) || !(sealed instanceof Uint8Array))
          return ['', { position: -1, text: null }] as const
        const bytes = keys.unseal(labelOfRetention(item), sealed)
        return [
          toHex(item),
          { position: Number(position), text: bytes && fromUtf8(bytes) },
        ] as const
      })
      return { applied: Number(applied?.['applied'] ?? -1), items: new Map(items) }
    } finally {
      db.close()
    }
  } catch (error) {
    return saidBySqlite(error)
  }
}
