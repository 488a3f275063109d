import { timingSafeEqual } from 'node:crypto'
import { OperatorError } from '../base/errors.ts'
import { type Secret } from '../base/secret.ts'
import { type Credentials } from './credentials.ts'
import { preparePassword } from './password.ts'
import { type People, shown } from './people.ts'
import {
  type Directory,
  type Person,
  type PersonId,
  type ScramHash,
  type ScramKeys,
  type StoredPerson,
} from './ports.ts'
import { type PersonSource } from './types.ts'
import { type Decoys, scramKeys } from './scram.ts'
import { decoyWebKey, fitsWebKey, type WebCost, webSaltBytes } from './web-password.ts'

/** Where people sign in who are kept elsewhere. */
export type SignInElsewhere = {
  /** SCRAM is not offered. */
  readonly isPlainOnly: boolean
  /**
   * @param source null: of nobody. The same is asked.
   * @throws {OperatorError} when it cannot be asked
   */
  check(source: PersonSource | null, password: Secret<string>): Promise<boolean>
}

/**
 * Sign-in, such that who asks cannot tell an unknown name, a disabled person and a wrong password apart, by the answer
 * or by the work done for it.
 */
export function createSignIn(parts: {
  readonly people: People
  readonly credentials: Credentials
  readonly decoys: Decoys
  readonly webCost: WebCost
  readonly elsewhere: SignInElsewhere | null
}): Pick<Directory, 'scramKeys' | 'checkPassword' | 'checkWebPassword'> {
  const { people, credentials, decoys } = parts

  /** The decoy is made in each case. */
  function keysOf(address: string, hash: ScramHash): ReturnType<Directory['scramKeys']> {
    const decoy = decoys(address, hash)
    const person = people.find(address)
    const real = credentials.get(person?.credential ?? '')?.keys[hash]
    if (!person || !real) return { person: null, keys: decoy }
    const mayNot = person.state !== 'active' || person.role === 'bot'
    if (mayNot) return { person: null, keys: disabled(real, decoy) }
    return { person: shown(person), keys: real }
  }

  async function checkKeys(address: string, prepared: string | null): Promise<Person | null> {
    const { person, keys } = keysOf(address, 'sha-256')
    const tried = await scramKeys(prepared ?? 'no password', { ...keys, with: 'sha-256' })
    const fits = timingSafeEqual(tried.storedKey, keys.storedKey)
    return fits && prepared !== null ? person : null
  }

  return {
    scramKeys: keysOf,

    checkPassword: async (address, password) =>
      await orElsewhere(
        parts,
        { address, password },
        async (prepared) => await checkKeys(address, prepared),
      ),

    checkWebPassword: async (address, password) =>
      await orElsewhere(parts, { address, password }, async (prepared) => {
        const { salt } = decoys(address, 'sha-256')
        const credential = credentials.get(people.find(address)?.credential ?? '')
        const key = credential?.web ?? decoyWebKey(salt.subarray(0, webSaltBytes), parts.webCost)
        // Both in each case: which of them counts shows in no time.
        const [fits, person] = await Promise.all([
          fitsWebKey(prepared ?? 'no password', key),
          checkKeys(address, prepared),
        ])
        if (person === null || prepared === null || credential === null) return null
        if (credential.web === null) await credentials.addWebKey(credential.id, prepared)
        return fits || credential.web === null ? person : null
      }),
  }
}

/** A right password here answers at once. Who has none that fits is asked for there, whoever it is. */
async function orElsewhere(
  { people, elsewhere }: { readonly people: People; readonly elsewhere: SignInElsewhere | null },
  { address, password }: { readonly address: string; readonly password: Secret<string> },
  here: (prepared: string | null) => Promise<Person | null>,
): Promise<Person | null> {
  const there = elsewhere && askElsewhere(elsewhere, people.find(address), password)
  const person = await here(preparePassword(password.reveal()))
  if (person !== null) return person
  const answer = await there
  // The same for all names, so that it does not tell whose password is known there.
  if (answer === 'away') throw away()
  // He may have been suspended meanwhile.
  const now = people.find(address)
  if (answer === null || answer.person !== now?.id || now.state !== 'active') return null
  return now.role === 'bot' ? null : shown(now)
}

/** Whose password it is; null where it is nobody's. Of who has none there, or may not sign in, the same is asked. */
async function askElsewhere(
  elsewhere: SignInElsewhere,
  person: StoredPerson | null,
  password: Secret<string>,
): Promise<{ readonly person: PersonId } | 'away' | null> {
  const source = person?.state === 'active' ? person.source : null
  try {
    const isRight = await elsewhere.check(source, password)
    return isRight && person !== null && source !== null ? { person: person.id } : null
  } catch {
    // Whatever it was: whether it is right cannot be said. The next comparison of people logs why.
    return 'away'
  }
}

function away(): OperatorError {
  return new OperatorError(
    'directory.away',
    'The directory server that knows the passwords cannot be asked just now: try again later.',
  )
}

/** Salt and count stay as they were: that somebody was disabled shows nobody anything. */
function disabled({ salt, iterations }: ScramKeys, decoy: ScramKeys): ScramKeys {
  return { salt, iterations, storedKey: decoy.storedKey, serverKey: decoy.serverKey }
}
