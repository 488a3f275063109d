import { type PersonId } from '../../record/types.ts'
import { type Act } from '../ports.ts'
import { type Factor } from './ports.ts'

/** Who has which factors, in memory. */
export type KnownFactors = {
  /** The oldest first. */
  of(person: PersonId): readonly Factor[]
  apply(act: Act): void
}

export function createKnownFactors(stored: readonly Factor[]): KnownFactors {
  const ofPerson = new Map<PersonId, readonly Factor[]>()
  const of = (person: PersonId): readonly Factor[] => ofPerson.get(person) ?? []
  for (const factor of stored) ofPerson.set(factor.person, [...of(factor.person), factor])

  return {
    of,
    apply(act) {
      if (act.kind === 'person.remove') ofPerson.delete(act.person)
      else if (act.kind === 'factor.add') ofPerson.set(act.person, withAdded(of(act.person), act))
      else if (act.kind === 'factor.remove') {
        const left = of(act.person).filter(({ id }) => act.factor !== null && id !== act.factor)
        if (left.length === 0) ofPerson.delete(act.person)
        else ofPerson.set(act.person, left)
      }
    },
  }
}

function withAdded(
  before: readonly Factor[],
  { factor: id, person, type: kind, madeAt }: Extract<Act, { readonly kind: 'factor.add' }>,
): readonly Factor[] {
  const others = before.filter((one) => kind !== 'recovery' || one.kind !== 'recovery')
  return [...others, { id, person, kind, madeAt }]
}
