import { timingSafeEqual } from 'node:crypto'
import { type Clock } from '../base/clock.ts'
import { OperatorError } from '../base/errors.ts'
import { type Secret } from '../base/secret.ts'
import { personId } from '../record/ids.ts'
import { type KnownAppPasswords } from './app-passwords/known.ts'
import { type Credentials } from './credentials.ts'
import { type Openings } from './openings.ts'
import { preparePassword } from './password.ts'
import { type People } from './people.ts'
import {
  type Credential,
  type Directory,
  type Opening,
  type Person,
  type PersonId,
  type ScramCandidate,
  type ScramHash,
  type ScramKeys,
  type StoredPerson,
} from './ports.ts'
import { type PersonSource } from './types.ts'
import { type Decoys, scramKeys, scramSlots } from './scram.ts'
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

type SignInParts = {
  readonly people: People
  readonly credentials: Credentials
  readonly appPasswords: Pick<KnownAppPasswords, 'of'>
  readonly openings: Pick<Openings, 'ownOpens' | 'mayStay'>
  readonly decoys: Decoys
  readonly clock: Clock
  readonly webCost: WebCost
  readonly elsewhere: SignInElsewhere | null
}
type KeyParts = 'people' | 'credentials' | 'appPasswords' | 'openings' | 'decoys' | 'clock'

/**
 * Sign-in, such that who asks cannot tell an unknown name, a disabled person and a wrong password apart, by the answer
 * or by the work done for it.
 */
export function createSignIn(
  parts: SignInParts,
): Pick<Directory, 'scramKeys' | 'checkPassword' | 'checkWebPassword'> {
  const { people, credentials, decoys } = parts
  const keysOf = createKeysOf(parts)
  const checkKeys = createCheckKeys(keysOf)
  // Into a web page the account's own password is typed, and no other, whatever opens streams.
  const { mayStay } = parts.openings
  const ofWeb = { ownOpens: () => true, mayStay }
  const own = { ...parts, openings: ofWeb, appPasswords: { of: () => [] } }
  const checkOwnKeys = createCheckKeys(createKeysOf(own))

  return {
    scramKeys: keysOf,

    checkPassword: async (address, password) =>
      await orElsewhere(
        { ...parts, mayOwn: parts.openings.ownOpens },
        { address, password },
        async (prepared) => await checkKeys(address, prepared),
      ),

    async checkWebPassword(address, password) {
      const found = await orElsewhere(
        { ...parts, mayOwn: ofWeb.ownOpens },
        { address, password },
        async (prepared) => {
          const { salt } = decoys(address, 'sha-256')
          const credential = credentials.get(people.find(address)?.credential ?? '')
          const key = credential?.web ?? decoyWebKey(salt.subarray(0, webSaltBytes), parts.webCost)
          // Both in each case: which of them counts shows in no time.
          const [fits, opened] = await Promise.all([
            fitsWebKey(prepared ?? 'no password', key),
            checkOwnKeys(address, prepared),
          ])
          if (opened === null || prepared === null || credential === null) return null
          if (credential.web === null) await credentials.addWebKey(credential.id, prepared)
          return fits || credential.web === null ? opened : null
        },
      )
      return found?.person ?? null
    },
  }
}

type KeysOf = Directory['scramKeys']

/** In place of who is not there: the same is asked of him. */
const nobody: Pick<StoredPerson, 'id' | 'address' | 'role'> = {
  id: personId('0'.repeat(32)),
  address: '',
  role: 'member',
}

/**
 * What a proof is held against: as many keys for everybody, all of one salt and count. Each is looked up, asked about and copied whether or
 * not there is anything, so that what follows finds the same in memory for all names. `bench/constant-time/` measures it.
 */
function createKeysOf(parts: Pick<SignInParts, KeyParts>): KeysOf {
  const { people, credentials, appPasswords, openings, decoys, clock } = parts

  return (address, hash) => {
    const decoy = decoys(address, hash)
    const found = people.find(address)
    const person = found ?? nobody
    const others = appPasswords.of(person.id)
    const mayStay = openings.mayStay(person.id)
    const mayCome = found?.state === 'active' && found.role !== 'bot' && mayStay
    const now = clock.now()
    const isOwnGood = openings.ownOpens(person)
    const slots = decoy.keys.map((fake, i) => {
      const other = others[i - 1]
      const id = i === 0 ? found?.credential : other?.id
      const keys = credentials.get(id ?? decoyId(i))?.keys[hash] ?? null
      const isGood = i === 0 ? isOwnGood : now < (other?.expiresAt ?? 0)
      return { fake, keys, isReal: typeof id === 'string', isGood, key: i === 0 ? null : id }
    })
    const { salt, iterations } = slots.find(({ keys, isReal }) => isReal && keys)?.keys ?? decoy
    const candidates = slots.map(({ fake, keys, isReal, isGood, key = null }): ScramCandidate => {
      const fits = isOf(keys ?? decoy, { salt, iterations })
      const isHis = keys !== null && isReal && mayCome && isGood && fits
      const { storedKey, serverKey } = isHis ? keys : fake
      const opening = { person: shownAs(person), key }
      return {
        storedKey: Buffer.from(storedKey),
        serverKey: Buffer.from(serverKey),
        opens: isHis ? opening : null,
      }
    })
    return { salt, iterations, candidates }
  }
}

const decoyId = (slot: number): string => `decoy ${slot}`

/** What is looked up in place of a password that somebody has not: it opens nothing. */
export function decoyCredentials(decoys: Decoys): readonly Credential[] {
  const ofHash = (hash: ScramHash, slot: number): ScramKeys => {
    const { salt, iterations, keys } = decoys('', hash)
    const { storedKey, serverKey } = keys[slot] ?? { storedKey: salt, serverKey: salt }
    return { salt, iterations, storedKey, serverKey }
  }
  return Array.from({ length: scramSlots }, (_, slot) => ({
    id: decoyId(slot),
    keys: { 'sha-1': ofHash('sha-1', slot), 'sha-256': ofHash('sha-256', slot) },
    web: null,
  }))
}

function isOf(
  keys: Pick<ScramKeys, 'salt' | 'iterations'>,
  { salt, iterations }: Pick<ScramKeys, 'salt' | 'iterations'>,
): boolean {
  return keys.iterations === iterations && keys.salt.equals(salt)
}

function shownAs({ id, address, role }: Pick<StoredPerson, 'id' | 'address' | 'role'>): Person {
  return { id, address, role, enabled: true }
}

type CheckKeys = (address: string, prepared: string | null) => Promise<Opening | null>

/** One derivation, as all keys have one salt, and as many comparisons for everybody. */
function createCheckKeys(keysOf: KeysOf): CheckKeys {
  return async (address, prepared) => {
    const { salt, iterations, candidates } = keysOf(address, 'sha-256')
    const how = { salt, iterations, with: 'sha-256' } as const
    const tried = await scramKeys(prepared ?? 'no password', how)
    let found: Opening | null = null
    for (const { storedKey, opens } of candidates)
      if (timingSafeEqual(tried.storedKey, storedKey)) found = opens
    return prepared === null ? null : found
  }
}

/** A right password here answers at once. Who has none that fits is asked for there, whoever it is. */
async function orElsewhere(
  {
    people,
    elsewhere,
    openings,
    mayOwn,
  }: Pick<SignInParts, 'people' | 'elsewhere' | 'openings'> & MayOwn,
  { address, password }: { readonly address: string; readonly password: Secret<string> },
  here: (prepared: string | null) => Promise<Opening | null>,
): Promise<Opening | null> {
  const asked = people.find(address)
  const there =
    elsewhere && askElsewhere(elsewhere, asked && mayOwn(asked) ? asked : null, password)
  const opened = await here(preparePassword(password.reveal()))
  if (opened !== null) return opened
  const answer = await there
  // The same for all names, so that it does not tell whose password is known there.
  if (answer === 'away') throw away()
  // He may have been suspended meanwhile.
  const now = people.find(address)
  if (answer === null || answer.person !== now?.id || now.state !== 'active') return null
  const mayNot = now.role === 'bot' || !openings.mayStay(now.id) || !mayOwn(now)
  return mayNot ? null : { person: shownAs(now), key: null }
}

type MayOwn = { readonly mayOwn: (person: StoredPerson) => boolean }

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
