import { personId } from '../../record/ids.ts'
import { type Fields } from '../act-fields.ts'
import { type IdentityAct } from './ports.ts'

/** The act out of what its record says. @throws {FatalError} when it is none */
export function identityActOf(kind: string, fields: Fields): IdentityAct {
  const person = personId(fields.text('person'))
  if (kind === 'identity.unlink') return { kind, person }
  if (kind !== 'identity.link') throw fields.broken()
  return { kind, person, issuer: fields.text('issuer'), subject: fields.text('subject') }
}
