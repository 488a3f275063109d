import { type Act } from '../ports.ts'
import { createKnownGuests } from './known.ts'
import { type Guest, type GuestRow, termsJson } from './ports.ts'

/** Follows the acts, and says in the end how the guests of the state differ from what they make. */
export type GuestsAudit = {
  apply(act: Act): void
  /** Null when they are the same; else a clause. */
  difference(stored: readonly GuestRow[]): string | null
}

export function auditGuests(): GuestsAudit {
  const made = createKnownGuests([])

  return {
    apply: (act) => made.apply(act),
    difference(stored) {
      const guests = new Map<string, Guest>(made.list().map((guest) => [guest.person, guest]))
      for (const { person, said, over } of stored) {
        const guest = guests.get(person)
        if (guest === undefined || said !== termsJson(guest) || (over === 1) !== guest.isOver)
          return `what it says of the guest ${person} is not what the record says`
      }
      const there = new Set(stored.map(({ person }) => person))
      const missing = made.list().find(({ person }) => !there.has(person))
      return missing === undefined ? null : `the guest ${missing.person} is missing`
    },
  }
}
