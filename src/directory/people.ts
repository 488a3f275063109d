import { FatalError } from '../base/errors.ts'
import { type LogPosition } from '../record/types.ts'
import { detailsAfter, noDetails } from './details.ts'
import { signsInHere } from './types.ts'
import { type Person, type PersonAct, type PersonId, type StoredPerson } from './ports.ts'

/** People in memory, by id and by address. Look-ups are on the road of each message. */
export type People = {
  get(id: PersonId): StoredPerson | null
  find(address: string): StoredPerson | null
  /** By address. */
  list(): StoredPerson[]
  /** @param at where the act is on record. @throws {FatalError} for an act that cannot follow those before it */
  apply(act: PersonAct, at: LogPosition): void
}

export function createPeople(known: readonly StoredPerson[]): People {
  const byId = new Map<PersonId, StoredPerson>()
  const byAddress = new Map<string, StoredPerson>()
  const put = (person: StoredPerson): void => {
    byId.set(person.id, person)
    byAddress.set(person.address, person)
  }
  for (const person of known) put(person)

  return {
    get: (id) => byId.get(id) ?? null,
    find: (address) => byAddress.get(address) ?? null,
    list: () => [...byId.values()].toSorted((a, b) => (a.address < b.address ? -1 : 1)),
    apply(act, at) {
      const before = byId.get(act.person)
      const details = detailsAfter(before ?? noDetails, act)
      if (act.kind === 'person.add') {
        if (before || byAddress.has(act.address)) throw new FatalError('a person was added twice')
        const { person: id, address, role, credential } = act
        put({ ...details, id, address, role, credential, addedAt: at })
        return
      }
      if (!before) throw new FatalError(`${act.kind} on record of somebody who is not there`)
      if (act.kind === 'person.remove') {
        byId.delete(before.id)
        byAddress.delete(before.address)
      } else if (act.kind === 'person.password') {
        put({ ...before, credential: act.credential })
      } else if (act.kind === 'person.role') {
        put({ ...before, role: act.role })
      } else {
        // Who signs in elsewhere does no more here.
        const credential = signsInHere(details.source) ? before.credential : null
        put({ ...before, ...details, credential })
      }
    },
  }
}

/** As everybody else has him. */
export function shown(person: StoredPerson | null): Person | null {
  if (person === null) return null
  const { id, address, role, state } = person
  return { id, address, role, enabled: state === 'active' }
}
