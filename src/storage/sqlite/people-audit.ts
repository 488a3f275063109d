import { statSync } from 'node:fs'
import { type DatabaseSync } from 'node:sqlite'
import { type AddressRow, type PersonRow, type StoredPeople } from '../../directory/ports.ts'
import { openForAudit, saidBySqlite, unsoundness } from './open-for-audit.ts'

/**
 * What state.db has of people, read in one moment and with nothing written.
 *
 * @returns a sentence when it cannot be read, or is not sound in itself
 */
export function sqlitePeople(path: string): StoredPeople | string {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return 'the file is missing'
  try {
    const db = openForAudit(path)
    try {
      db.exec('BEGIN')
      return unsoundness(db) ?? readPeople(db)
    } finally {
      db.close()
    }
  } catch (error) {
    return saidBySqlite(error)
  }
}

function readPeople(db: DatabaseSync): StoredPeople {
  const applied = db.prepare(`SELECT applied FROM projection WHERE name = 'people'`).get()
  const people = db.prepare('SELECT id, role, enabled, credential, groups FROM person').all()
  const addresses = db.prepare('SELECT * FROM address').all()
  const invitations = db.prepare('SELECT id, token_hash FROM invitation').all()
  const tokens = db.prepare('SELECT id, token_hash FROM token').all()
  // Both keys of a credential have to be there.
  const credentials = db.prepare('SELECT id FROM credential GROUP BY id HAVING count(*) = 2').all()
  return {
    applied: Number(applied?.['applied'] ?? -1),
    people: people.map(({ id, role, enabled, credential, groups }): PersonRow => ({
      id: String(id),
      role: String(role),
      enabled: Number(enabled),
      credential: credential === null ? null : String(credential),
      groups: String(groups),
    })),
    addresses: addresses.map((row): AddressRow => ({
      address: String(row['address']),
      person: String(row['person']),
      sincePosition: Number(row['since_position']),
      since: Number(row['since']),
      untilPosition: numberOrNull(row['until_position']),
      until: numberOrNull(row['until']),
    })),
    invitations: invitations.map((row) => ({
      id: String(row['id']),
      tokenHash: String(row['token_hash']),
    })),
    tokens: tokens.map((row) => ({
      id: String(row['id']),
      tokenHash: String(row['token_hash']),
    })),
    credentials: new Set(credentials.map(({ id }) => String(id))),
  }
}

function numberOrNull(value: unknown): number | null {
  return value === null ? null : Number(value)
}
