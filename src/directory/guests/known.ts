import { type PersonId } from '../../record/types.ts'
import { type Act } from '../ports.ts'
import { type Guest } from './ports.ts'

/** Guests in memory. */
export type KnownGuests = {
  get(person: PersonId): Guest | null
  list(): readonly Guest[]
  apply(act: Act): void
}

/** What an act makes of who was a guest before, or was none: undefined where it is not about that. */
function guestAfter(before: Guest | null, act: Act): Guest | null | undefined {
  if (act.kind === 'person.add') {
    const { person, guest } = act
    return guest === undefined ? undefined : { ...guest, person, isOver: false }
  }
  if (act.kind === 'guest.set') {
    const { kind: _kind, ...terms } = act
    return { ...terms, isOver: false }
  }
  if (act.kind === 'guest.end') return before && { ...before, isOver: true }
  if (act.kind === 'person.remove') return null
  // Somebody of the house now.
  if (act.kind === 'person.role' && act.role !== 'guest') return null
  return undefined
}

/** Whose standing as a guest an act may change; null: nobody's. */
export function guestIn(act: Act): PersonId | null {
  if (!('person' in act)) return null
  // Whoever is made a guest is in no room until somebody says in which.
  const isAboutIt = act.kind === 'guest.end' || act.kind === 'person.role'
  return guestAfter(null, act) === undefined && !isAboutIt ? null : act.person
}

export function createKnownGuests(stored: readonly Guest[]): KnownGuests {
  const byPerson = new Map(stored.map((guest) => [guest.person, guest]))
  const get = (person: PersonId): Guest | null => byPerson.get(person) ?? null

  return {
    get,
    list: () => [...byPerson.values()],
    apply(act) {
      if (!('person' in act)) return
      const after = guestAfter(get(act.person), act)
      if (after === null) byPerson.delete(act.person)
      else if (after !== undefined) byPerson.set(act.person, after)
    },
  }
}
