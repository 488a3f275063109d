import { personId } from '../../record/ids.ts'
import { type Fields } from '../act-fields.ts'
import { type GuestAct, type GuestTerms } from './ports.ts'

/** The act out of what its record says. @throws {FatalError} when it is none */
export function guestActOf(kind: string, fields: Fields): GuestAct {
  const person = personId(fields.text('person'))
  if (kind === 'guest.end') return { kind, person }
  if (kind !== 'guest.set') throw fields.broken()
  return { kind, person, ...termsIn(fields) }
}

function termsIn(fields: Fields): GuestTerms {
  return {
    sponsor: personId(fields.text('sponsor')),
    rooms: fields.texts('rooms').map(personId),
    until: Number(fields.get('until')),
  }
}

/** In an act that says more than that. */
export function guestIn(fields: Fields): GuestTerms | null {
  return fields.has('guest') ? termsIn(fields.within('guest')) : null
}
