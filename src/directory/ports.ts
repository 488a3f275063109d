import { type Secret } from '../base/secret.ts'
import { type PersonId } from '../record/types.ts'

export type { PersonId } from '../record/types.ts'

export type Role =
  | 'member'
  | 'guest'
  | 'administrator'
  | 'officer'
  | 'reviewer'
  | 'records'
  | 'legal'
  | 'auditor'
  | 'privacy'

/** A person as of now. An address that is given anew is a new person. */
export type Person = {
  readonly id: PersonId
  /** Bare JID, normalized. */
  readonly address: string
  readonly role: Role
  readonly enabled: boolean
}

/** Keys that SCRAM stores, RFC 5802 §3: never the password, nothing that signs in elsewhere. */
export type ScramKeys = {
  readonly salt: Buffer
  readonly iterations: number
  readonly storedKey: Buffer
  readonly serverKey: Buffer
}

export type ScramHash = 'sha-1' | 'sha-256'

/** Who did an act of administration: a person, or the machine's own command line. */
export type Actor = { readonly person: PersonId } | { readonly commandLine: true }

/** People and their credentials. `directory/open.ts` makes it. Look-ups are synchronous: they are on the road of each message. */
export type Directory = {
  /** The person who has that bare JID today, enabled or not. */
  find(address: string): Person | null
  get(id: PersonId): Person | null
  list(): readonly Person[]

  /**
   * The keys for SCRAM. For an unknown or disabled person: decoy keys, the same each time for that name, and `person` null,
   * so that neither the answer nor its time tells the two apart.
   */
  scramKeys(
    address: string,
    hash: ScramHash,
  ): Promise<{ readonly person: Person | null; readonly keys: ScramKeys }>

  /** Null where name or password is wrong, or the person is disabled. The same work is done in each case. */
  checkPassword(address: string, password: Secret<string>): Promise<Person | null>

  /** Each is an entry of the record first, then applied. @throws {OperatorError} with one sentence. */
  add(person: {
    readonly address: string
    readonly password: Secret<string>
    readonly role: Role
    readonly by: Actor
  }): Promise<Person>
  setPassword(id: PersonId, password: Secret<string>, by: Actor): Promise<void>
  setEnabled(id: PersonId, change: { readonly enabled: boolean; readonly by: Actor }): Promise<void>
  remove(id: PersonId, by: Actor): Promise<void>

  /** Called after a person was disabled, removed, or got a new password: his sessions have to end. */
  onRevoked(listener: (id: PersonId) => void): void
}
