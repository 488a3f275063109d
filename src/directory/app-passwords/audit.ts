import { type Act } from '../ports.ts'
import { endsAccess } from './known.ts'
import { type AppPasswordRow } from './ports.ts'

/** Follows the acts, and says in the end how the application passwords of the state differ from what they make. */
export type AppPasswordsAudit = {
  apply(act: Act): void
  /** Null when they are the same; else a clause. */
  difference(stored: readonly AppPasswordRow[]): string | null
}

export function auditAppPasswords(): AppPasswordsAudit {
  const made = new Map<string, string>()

  return {
    apply(act) {
      if (act.kind === 'app-password.make') made.set(act.password, act.person)
      const isAll = endsAccess(act) || (act.kind === 'app-password.revoke' && act.password === null)
      if (isAll) for (const [id, person] of made) if (person === act.person) made.delete(id)
      if (act.kind === 'app-password.revoke' && act.password !== null) made.delete(act.password)
    },
    difference(stored) {
      const foreign = stored.find(({ id, person }) => made.get(id) !== person)
      if (foreign !== undefined)
        return `the application password ${foreign.id} is none that the record has`
      const ids = new Set(stored.map(({ id }) => id))
      const missing = [...made.keys()].find((id) => !ids.has(id))
      return missing === undefined ? null : `the application password ${missing} is missing`
    },
  }
}
