import { type Act } from '../ports.ts'
import { identityJson, type IdentityRow } from './ports.ts'

/** Follows the acts, and says in the end whether the links of the state are what they make. */
export type IdentitiesAudit = {
  apply(act: Act): void
  /** Null when they are the same; else a clause. */
  difference(stored: readonly IdentityRow[]): string | null
}

export function auditIdentities(): IdentitiesAudit {
  const made = new Map<string, string>()
  return {
    apply(act) {
      if (act.kind === 'identity.link') made.set(act.person, identityJson(act))
      else if (act.kind === 'identity.unlink' || act.kind === 'person.remove')
        made.delete(act.person)
    },
    difference(stored) {
      const isSame =
        stored.length === made.size &&
        stored.every(({ person, said }) => said !== null && made.get(person) === said)
      return isSame ? null : 'who its people are at the provider is not what the acts on record say'
    },
  }
}
