import { personId } from '../../record/ids.ts'
import { type Fields } from '../act-fields.ts'
import { type FactorAct, factorKinds } from './ports.ts'

/** The act out of what its record says. @throws {FatalError} when it is none */
export function factorActOf(kind: string, fields: Fields): FactorAct {
  const person = personId(fields.text('person'))
  if (kind === 'factor.remove')
    return { kind, person, factor: fields.has('factor') ? fields.text('factor') : null }
  const type = factorKinds.find((name) => name === fields.text('type'))
  if (kind !== 'factor.add' || type === undefined) throw fields.broken()
  const madeAt = Number(fields.get('madeAt'))
  return { kind, factor: fields.text('factor'), person, type, name: fields.text('name'), madeAt }
}
