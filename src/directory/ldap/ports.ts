import { type Secret } from '../../base/secret.ts'

/** What an entry of a person says, as it stands there. */
export type LdapPerson = {
  /** Of the entry, lower case: the same whatever it is called or moved to. */
  readonly id: string
  readonly dn: string
  /** What his address is made of: a name, or a whole address. */
  readonly login: string
  readonly isDisabled: boolean
  readonly texts: {
    readonly [name in 'name' | 'given' | 'family' | 'mail' | 'job' | 'unit']: string | null
  }
  readonly managerDn: string | null
  /** When the password was set; null: it does not say. */
  readonly passwordAt: string | null
  /** When the entry was changed; null: it does not say. */
  readonly changedAt: string | null
}

export type LdapGroup = {
  readonly id: string
  readonly dn: string
  readonly name: string
  /** DNs, or logins. */
  readonly members: readonly string[]
}

export type LdapContents = {
  readonly people: readonly LdapPerson[]
  readonly groups: readonly LdapGroup[]
  /** Entries that do not say what they have to. */
  readonly unreadable: number
}

/**
 * A directory server. Each throws an `OperatorError`: `ldap.away` when it cannot be reached or does not answer in time, `ldap.too-much` when it says more
 * than we read, and `ldap.refused` when it answers otherwise than it should.
 */
export type LdapServer = {
  /** All people and groups, or nothing. */
  read(): Promise<LdapContents>
  /** Asks for the photos of these, one after the other. @param each is told null where there is none */
  photos(
    ids: readonly string[],
    each: (id: string, photo: Uint8Array | null) => Promise<void>,
  ): Promise<void>
  /**
   * Whether that is the password of the person with that entry, who is there and not disabled.
   * @param id null: of nobody. The same is asked.
   */
  signIn(id: string | null, password: Secret<string>): Promise<boolean>
}
