import { statSync } from 'node:fs'
import { type DatabaseSync } from 'node:sqlite'
import { fromUtf8, toHex } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import {
  type AddressRow,
  type GroupRow,
  type MembershipRow,
  type PersonRow,
  type StoredPeople,
} from '../../directory/stored/types.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { labelOfGroup, labelOfPerson, labelOfPhoto } from '../relational/people-sealed.ts'
import { labelOfGuest } from '../relational/guests.ts'
import { labelOfFollowing } from '../relational/following.ts'
import { labelOfIdentity } from '../relational/identities.ts'
import { openForAudit, saidBySqlite, unsoundness } from './open-for-audit.ts'

/**
 * What state.db has of people, read in one moment and with nothing written.
 *
 * @returns a sentence when it cannot be read, or is not sound in itself
 */
export function sqlitePeople(path: string, keys: Pick<Keys, 'unseal'>): StoredPeople | string {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return 'the file is missing'
  try {
    const db = openForAudit(path)
    try {
      db.exec('BEGIN')
      return unsoundness(db) ?? readPeople(db, keys)
    } finally {
      db.close()
    }
  } catch (error) {
    return saidBySqlite(error)
  }
}

function readPeople(db: DatabaseSync, keys: Pick<Keys, 'unseal'>): StoredPeople {
  const invitations = db.prepare('SELECT id, token_hash FROM invitation').all()
  const tokens = db.prepare('SELECT id, token_hash FROM token').all()
  const factors = db.prepare('SELECT id, person, kind FROM factor').all()
  // Both keys of a credential have to be there.
  const credentials = db.prepare('SELECT id FROM credential GROUP BY id HAVING count(*) = 2').all()
  return {
    applied: appliedIn(db, 'people'),
    people: db
      .prepare('SELECT id, role, state, credential, sealed, photo FROM person')
      .all()
      .map((row) => personIn(row, keys)),
    addresses: db
      .prepare('SELECT * FROM address')
      .all()
      .map((row): AddressRow => ({
        address: String(row['address']),
        person: String(row['person']),
        ...datesIn(row),
      })),
    invitations: invitations.map((row) => ({
      id: String(row['id']),
      tokenHash: String(row['token_hash']),
    })),
    tokens: tokens.map((row) => ({
      id: String(row['id']),
      tokenHash: String(row['token_hash']),
    })),
    ...ofPeople(db, keys),
    following: db
      .prepare('SELECT key, sealed FROM following')
      .all()
      .map(({ key, sealed }) => ({ said: textIn(keys, labelOfFollowing(String(key)), sealed) })),
    factors: factors.map((row) => ({
      id: String(row['id']),
      person: String(row['person']),
      kind: String(row['kind']),
    })),
    credentials: new Set(credentials.map(({ id }) => String(id))),
    groupsApplied: appliedIn(db, 'groups'),
    groups: db
      .prepare('SELECT * FROM directory_group')
      .all()
      .map((row): GroupRow => {
        const key = String(row['key'])
        const details = textIn(keys, labelOfGroup(key), row['sealed'])
        return { key, details, ...datesIn(row) }
      }),
    memberships: db
      .prepare('SELECT * FROM membership')
      .all()
      .map((row): MembershipRow => ({
        key: String(row['key']),
        member: String(row['member']),
        ...datesIn(row),
      })),
  }
}

/** What people have beside passwords. */
function ofPeople(
  db: DatabaseSync,
  keys: Pick<Keys, 'unseal'>,
): Pick<StoredPeople, 'identities' | 'guests' | 'appPasswords'> {
  return {
    identities: db
      .prepare('SELECT person, sealed FROM identity')
      .all()
      .map(({ person, sealed }) => ({
        person: String(person),
        said: textIn(keys, labelOfIdentity(String(person)), sealed),
      })),
    guests: db
      .prepare('SELECT person, sealed, over FROM guest')
      .all()
      .map(({ person, sealed, over }) => ({
        person: String(person),
        said: textIn(keys, labelOfGuest(String(person)), sealed),
        over: Number(over),
      })),
    appPasswords: db
      .prepare('SELECT id, person FROM app_password')
      .all()
      .map(({ id, person }) => ({ id: String(id), person: String(person) })),
  }
}

type Row = Readonly<Record<string, unknown>>

function personIn(row: Row, keys: Pick<Keys, 'unseal'>): PersonRow {
  const id = String(row['id'])
  const photo = unsealed(keys, labelOfPhoto(id), row['photo'])
  return {
    id,
    role: String(row['role']),
    state: String(row['state']),
    credential: typeof row['credential'] === 'string' ? row['credential'] : null,
    details: textIn(keys, labelOfPerson(id), row['sealed']),
    // Behind its type, whose length is the first byte.
    photo: photo && toHex(sha256(photo.subarray(1 + (photo[0] ?? 0)))),
  }
}

function appliedIn(db: DatabaseSync, projection: string): number {
  const row = db.prepare('SELECT applied FROM projection WHERE name = ?').get(projection)
  return Number(row?.['applied'] ?? -1)
}

function datesIn(
  row: Row,
): Pick<AddressRow, 'sincePosition' | 'since' | 'untilPosition' | 'until'> {
  return {
    sincePosition: Number(row['since_position']),
    since: Number(row['since']),
    untilPosition: numberOrNull(row['until_position']),
    until: numberOrNull(row['until']),
  }
}

/** Null where there is nothing; empty where it does not open. */
function unsealed(keys: Pick<Keys, 'unseal'>, label: string, sealed: unknown): Uint8Array | null {
  if (!(sealed instanceof Uint8Array)) return null
  return keys.unseal(label, sealed) ?? new Uint8Array()
}

function textIn(keys: Pick<Keys, 'unseal'>, label: string, sealed: unknown): string | null {
  const bytes = unsealed(keys, label, sealed)
  return bytes && fromUtf8(bytes)
}

function numberOrNull(value: unknown): number | null {
  return value === null ? null : Number(value)
}
