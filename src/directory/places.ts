import { type KnownAppPasswords } from './app-passwords/known.ts'
import { type Credentials } from './credentials.ts'
import { type People } from './people.ts'
import { type PersonId } from './ports.ts'
import { type Decoys, type ScramPlace } from './scram.ts'

/**
 * Salts and counts of PBKDF2 for passwords that are made. Whoever asks for an address is shown one salt, the same when there is nobody, when
 * somebody comes, and when he gets another password: all passwords of a person share it, so that one challenge is good for each of them.
 */
export type Places = {
  /** Of somebody who is added. */
  ofNew(address: string): ScramPlace
  /** Of an application password: as all that the person has. */
  of(id: PersonId): ScramPlace
  /** Of the person's next own password: with the count of the settings, where no application password holds it to an older one. */
  ofNext(id: PersonId): ScramPlace
}

export function createPlaces(parts: {
  readonly people: People
  readonly credentials: Pick<Credentials, 'get'>
  readonly appPasswords: Pick<KnownAppPasswords, 'of'>
  readonly decoys: Decoys
  /** For passwords that are set from now on. */
  readonly iterations: number
}): Places {
  const { people, credentials, appPasswords, decoys, iterations } = parts
  const ofNew = (address: string): ScramPlace => ({
    'sha-1': { salt: decoys(address, 'sha-1').salt, iterations },
    'sha-256': { salt: decoys(address, 'sha-256').salt, iterations },
  })
  const held = (id: PersonId): ScramPlace | null => {
    const all = appPasswords.of(id).map((one) => credentials.get(one.id)?.keys)
    return all.find((keys) => keys !== undefined) ?? null
  }
  const own = (id: PersonId): ScramPlace => {
    const person = people.get(id)
    return credentials.get(person?.credential ?? '')?.keys ?? ofNew(person?.address ?? '')
  }

  return {
    ofNew,
    of: (id) => held(id) ?? own(id),
    ofNext(id) {
      const [kept, before] = [held(id), own(id)]
      if (kept !== null) return kept
      return {
        'sha-1': { salt: before['sha-1'].salt, iterations },
        'sha-256': { salt: before['sha-256'].salt, iterations },
      }
    },
  }
}
