import { personId } from '../../record/ids.ts'
import { type Fields } from '../act-fields.ts'
import { type AppPasswordAct } from './ports.ts'

/** The act out of what its record says. @throws {FatalError} when it is none */
export function appPasswordActOf(kind: string, fields: Fields): AppPasswordAct {
  const person = personId(fields.text('person'))
  if (kind === 'app-password.revoke')
    return { kind, person, password: fields.textOrNull('password') }
  if (kind !== 'app-password.make') throw fields.broken()
  return {
    kind,
    person,
    password: fields.text('password'),
    name: fields.text('name'),
    madeAt: Number(fields.get('madeAt')),
    expiresAt: Number(fields.get('expiresAt')),
  }
}
