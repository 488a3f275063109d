import { type PersonId } from '../../record/types.ts'
import { type Act } from '../ports.ts'
import { type AppPassword } from './ports.ts'

/** Application passwords in memory: those that nobody took back. */
export type KnownAppPasswords = {
  get(id: string): AppPassword | null
  /** The oldest first. */
  of(person: PersonId): readonly AppPassword[]
  readonly size: number
  /** It was used then. */
  use(id: string, at: number): void
  apply(act: Act): void
}

export function createKnownAppPasswords(stored: readonly AppPassword[]): KnownAppPasswords {
  const byId = new Map<string, AppPassword>()
  const ofPerson = new Map<PersonId, readonly AppPassword[]>()
  const of = (person: PersonId): readonly AppPassword[] => ofPerson.get(person) ?? []

  function set(person: PersonId, left: readonly AppPassword[]): void {
    for (const { id } of of(person)) byId.delete(id)
    for (const one of left) byId.set(one.id, one)
    if (left.length === 0) ofPerson.delete(person)
    else ofPerson.set(person, left)
  }
  for (const one of stored) set(one.person, [...of(one.person), one])

  return {
    get: (id) => byId.get(id) ?? null,
    of,
    get size() {
      return byId.size
    },
    use(id, usedAt) {
      const person = byId.get(id)?.person
      if (person === undefined) return
      set(
        person,
        of(person).map((one) => (one.id === id ? { ...one, usedAt } : one)),
      )
    },
    apply(act) {
      if (act.kind === 'app-password.make') {
        const { kind: _kind, password: id, ...said } = act
        set(act.person, [...of(act.person), { ...said, id, usedAt: null }])
      } else if (act.kind === 'app-password.revoke') {
        const isLeft = ({ id }: AppPassword): boolean =>
          act.password !== null && id !== act.password
        set(act.person, of(act.person).filter(isLeft))
      } else if (endsAccess(act)) set(act.person, [])
    },
  }
}

/** Who may not sign in any more keeps nothing that lets him in again. */
export function endsAccess(act: Act): act is Act & {
  readonly kind: 'person.disable' | 'person.leave' | 'person.remove' | 'guest.end'
} {
  const { kind } = act
  return (
    kind === 'person.disable' ||
    kind === 'person.leave' ||
    kind === 'person.remove' ||
    kind === 'guest.end'
  )
}
