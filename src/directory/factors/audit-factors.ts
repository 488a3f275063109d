import { type Act } from '../ports.ts'
import { type FactorRow } from './ports.ts'

/** Follows the acts, and says in the end how the factors of the state differ from what they make. */
export type FactorsAudit = {
  apply(act: Act): void
  /** Null when they are the same; else a clause. */
  difference(stored: readonly FactorRow[]): string | null
}

export function auditFactors(): FactorsAudit {
  const made = new Map<string, FactorRow>()

  function drop(isGone: (row: FactorRow) => boolean): void {
    for (const row of made.values()) if (isGone(row)) made.delete(row.id)
  }

  return {
    apply(act) {
      if (act.kind === 'person.remove') drop((row) => row.person === act.person)
      if (act.kind === 'factor.remove')
        drop(({ id, person }) => person === act.person && (act.factor ?? id) === id)
      if (act.kind !== 'factor.add') return
      const { factor: id, person, type: kind } = act
      if (kind === 'recovery') drop((row) => row.person === person && row.kind === kind)
      made.set(id, { id, person, kind })
    },
    difference(stored) {
      const foreign = stored.find(({ id, person, kind }) => {
        const own = made.get(id)
        return own?.person !== person || own.kind !== kind
      })
      if (foreign !== undefined) return `the factor ${foreign.id} is none that the record has`
      const ids = new Set(stored.map(({ id }) => id))
      const missing = [...made.keys()].find((id) => !ids.has(id))
      return missing === undefined ? null : `the factor ${missing} is missing`
    },
  }
}
