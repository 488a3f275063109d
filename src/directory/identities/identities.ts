// Whom a provider's word is about. Each link is an entry of the record first.
import { OperatorError } from '../../base/errors.ts'
import { type PersonId } from '../../record/types.ts'
import { type ActsLog } from '../acts-log.ts'
import { type Act, type Actor, type Person } from '../ports.ts'
import { type Identity, type LinkedIdentity } from './ports.ts'

export type Identities = {
  /** Null: nobody. */
  find(identity: Identity): PersonId | null
  of(person: PersonId): Identity | null
  /** @throws {OperatorError} where either of the two is linked already, or the person may not sign in */
  link(person: PersonId, identity: Identity, by: Actor): Promise<void>
  /** On record also where there is no link, as who asks for it ends sessions in browsers all the same. */
  unlink(person: PersonId, by: Actor): Promise<void>
}

/** In memory. */
export type KnownIdentities = Pick<Identities, 'find' | 'of'> & { apply(act: Act): void }

export function createKnownIdentities(stored: readonly LinkedIdentity[]): KnownIdentities {
  const ofPerson = new Map<PersonId, Identity>()
  const persons = new Map<string, PersonId>()

  function drop(person: PersonId): void {
    const identity = ofPerson.get(person)
    if (identity === undefined) return
    ofPerson.delete(person)
    persons.delete(keyOf(identity))
  }

  function put({ person, issuer, subject }: LinkedIdentity): void {
    drop(person)
    ofPerson.set(person, { issuer, subject })
    persons.set(keyOf({ issuer, subject }), person)
  }

  for (const identity of stored) put(identity)
  return {
    find: (identity) => persons.get(keyOf(identity)) ?? null,
    of: (person) => ofPerson.get(person) ?? null,
    apply(act) {
      if (act.kind === 'identity.link') put(act)
      else if (act.kind === 'identity.unlink' || act.kind === 'person.remove') drop(act.person)
    },
  }
}

export function createIdentities(parts: {
  readonly known: KnownIdentities
  readonly acts: ActsLog
  readonly personOf: (id: PersonId) => Person | null
}): Identities {
  const { known, acts, personOf } = parts
  return {
    find: (identity) => known.find(identity),
    of: (person) => known.of(person),
    async link(person, { issuer, subject }, by) {
      await acts.inTurn(async () => {
        const isFree = known.find({ issuer, subject }) === null && known.of(person) === null
        if (!isFree || personOf(person)?.enabled !== true)
          throw new OperatorError(
            'identity.taken',
            'This account is linked with somebody else at the provider: an administrator has to look at it.',
          )
        await acts.write({ kind: 'identity.link', person, issuer, subject }, by)
      })
    },
    async unlink(person, by) {
      await acts.inTurn(async () => {
        await acts.write({ kind: 'identity.unlink', person }, by)
      })
    },
  }
}

function keyOf({ issuer, subject }: Identity): string {
  return JSON.stringify([issuer, subject])
}
