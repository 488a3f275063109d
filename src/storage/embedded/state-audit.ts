import { toHex } from '../../base/bytes.ts'
import { auditAccess } from '../../directory/access/audit.ts'
import { auditPeople, type Seen } from '../../directory/audit.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { auditRetention } from '../../record/retention/audit.ts'
import { keyOfGroup } from '../relational/people-sealed.ts'
import { sqliteAccess } from '../sqlite/access-audit.ts'
import { sqlitePeople } from '../sqlite/people-audit.ts'
import { sqliteRetention } from '../sqlite/retention-audit.ts'

/** Follows the record, and says in the end what of state.db is not what the acts on record make. */
export type StateAudit = {
  readonly see: (record: Seen) => void
  /** @param unseen acts from this position on were not seen, or the server may not have applied them: nothing is said of what they make */
  difference(unseen: number): string | null
}

/** Reads state.db at once, and so before the record: of a server that runs, the record is further then. @returns a sentence when it cannot be read */
export function auditState(path: string, keys: Keys): StateAudit | string {
  const people = sqlitePeople(path, keys)
  const retention = sqliteRetention(path, keys)
  const access = sqliteAccess(path, keys)
  if (typeof people === 'string') return people
  if (typeof retention === 'string') return retention
  if (typeof access === 'string') return access
  const pseudonym = (key: string): string => toHex(keys.pseudonym('retention', key))
  const audits = [
    { audit: auditPeople(people, (group) => keyOfGroup(keys, group)), ...people },
    { audit: auditRetention(retention, pseudonym), ...retention },
    { audit: auditAccess(access), ...access },
  ]
  return {
    see(record) {
      for (const { audit } of audits) audit.see(record)
    },
    difference(unseen) {
      for (const { audit, applied } of audits) {
        const what = applied >= unseen ? null : audit.difference()
        if (what !== null) return what
      }
      return null
    },
  }
}
