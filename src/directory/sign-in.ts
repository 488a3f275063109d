import { timingSafeEqual } from 'node:crypto'
import { type Credentials } from './credentials.ts'
import { preparePassword } from './password.ts'
import { type People, shown } from './people.ts'
import { type Directory, type Person, type ScramHash, type ScramKeys } from './ports.ts'
import { type Decoys, scramKeys } from './scram.ts'
import { decoyWebKey, fitsWebKey, webSaltBytes } from './web-password.ts'

/**
 * Sign-in, such that who asks cannot tell an unknown name, a disabled person and a wrong password apart, by the answer
 * or by the work done for it.
 */
export function createSignIn(parts: {
  readonly people: People
  readonly credentials: Credentials
  readonly decoys: Decoys
}): Pick<Directory, 'scramKeys' | 'checkPassword' | 'checkWebPassword'> {
  const { people, credentials, decoys } = parts

  /** The decoy is made in each case. */
  function keysOf(address: string, hash: ScramHash): ReturnType<Directory['scramKeys']> {
    const decoy = decoys(address, hash)
    const person = people.find(address)
    const real = credentials.get(person?.credential ?? '')?.keys[hash]
    if (!person || !real) return { person: null, keys: decoy }
    if (person.state !== 'active') return { person: null, keys: disabled(real, decoy) }
    return { person: shown(person), keys: real }
  }

  async function checkPassword(address: string, prepared: string | null): Promise<Person | null> {
    const { person, keys } = keysOf(address, 'sha-256')
    const tried = await scramKeys(prepared ?? 'no password', { ...keys, with: 'sha-256' })
    const fits = timingSafeEqual(tried.storedKey, keys.storedKey)
    return fits && prepared !== null ? person : null
  }

  return {
    scramKeys: keysOf,

    checkPassword: async (address, password) =>
      await checkPassword(address, preparePassword(password.reveal())),

    async checkWebPassword(address, password) {
      const prepared = preparePassword(password.reveal())
      const { salt } = decoys(address, 'sha-256')
      const credential = credentials.get(people.find(address)?.credential ?? '')
      const key = credential?.web ?? decoyWebKey(salt.subarray(0, webSaltBytes))
      // Both in each case: which of them counts shows in no time.
      const [fits, person] = await Promise.all([
        fitsWebKey(prepared ?? 'no password', key),
        checkPassword(address, prepared),
      ])
      if (person === null || prepared === null || credential === null) return null
      if (credential.web === null) await credentials.addWebKey(credential.id, prepared)
      return fits || credential.web === null ? person : null
    },
  }
}

/** Salt and count stay as they were: that somebody was disabled shows nobody anything. */
function disabled({ salt, iterations }: ScramKeys, decoy: ScramKeys): ScramKeys {
  return { salt, iterations, storedKey: decoy.storedKey, serverKey: decoy.serverKey }
}
