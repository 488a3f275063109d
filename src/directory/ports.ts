import { type Secret } from '../base/secret.ts'
import { type LogPosition, type PersonId } from '../record/types.ts'
import { type Credential, type ScramHash, type ScramKeys, type WebKey } from './credential-types.ts'
import { type DirectoryGroups } from './group-changes.ts'
import { type Access } from './access/open.ts'
import { type AppPasswordAct, type AppPassword } from './app-passwords/ports.ts'
import { type AppPasswords } from './app-passwords/app-passwords.ts'
import { type Following } from './following/following.ts'
import { type FollowAct, type StoredFollowing } from './following/ports.ts'
import { type Factors } from './factors/factors.ts'
import { type Factor, type FactorAct, type FactorState } from './factors/ports.ts'
import { type Guests } from './guests/guests.ts'
import { type Guest, type GuestAct, type GuestTerms } from './guests/ports.ts'
import { type Identities } from './identities/identities.ts'
import { type IdentityAct, type LinkedIdentity } from './identities/ports.ts'
import { type InvitationMode } from './invitation-modes.ts'
import { type Role } from './roles.ts'
import { type Tokens } from './tokens.ts'
import {
  type Details,
  type GroupAct,
  type GroupId,
  type Members,
  type Membership,
  type Moment,
  type PersonSource,
  type Photo,
  type Profile,
  type ProfileChange,
  type StoredGroups,
  type SyncKind,
} from './types.ts'

export type { Credential, ScramHash, ScramKeys, WebKey } from './credential-types.ts'
export type { PersonId } from '../record/types.ts'
export type { InvitationMode } from './invitation-modes.ts'
export type { Role } from './roles.ts'
export type { ClientState, StoredClient, TokenSeed, UserAgent } from './client-tokens/ports.ts'

/** A person as of now. An address that is given anew is a new person. */
export type Person = {
  readonly id: PersonId
  /** Bare JID, normalized. */
  readonly address: string
  readonly role: Role
  readonly enabled: boolean
}

/** Who comes in, and with what: a password or token that is taken back alone, by its id; null: the account's own password. */
export type Opening = { readonly person: Person; readonly key: string | null }

/** What a proof is held against: as many for everybody, so that their number tells nothing. One salt and count for all. */
export type ScramChoice = Pick<ScramKeys, 'salt' | 'iterations'> & {
  readonly candidates: readonly ScramCandidate[]
}

/** `opens` null: nobody's. */
export type ScramCandidate = Pick<ScramKeys, 'storedKey' | 'serverKey'> & {
  readonly opens: Opening | null
}

/** Who did an act of administration: a person, the machine's own command line, a system that people come from, or who came with an invitation. */
export type Actor =
  | { readonly person: PersonId }
  | { readonly commandLine: true }
  /** `confirmed`: who has said that so many may vanish. */
  | { readonly sync: SyncKind; readonly confirmed?: string }
  /** On the word of the identity provider. */
  | { readonly provider: true }
  /** The date of a guest has come. */
  | { readonly clock: true }
  | { readonly invitation: string; readonly inviter: PersonId | null }

/** People and their credentials. `directory/open.ts` makes it. Look-ups are synchronous: they are on the road of each message. */
export type Directory = {
  /** The person who has that bare JID today, enabled or not. */
  find(address: string): Person | null
  get(id: PersonId): Person | null
  list(): readonly Person[]

  /**
   * The keys for SCRAM, of the account's own password and of those for its clients. For an unknown or disabled person: decoys, with the
   * same salt each time for that name, so that neither the answer nor its time tells the two apart.
   */
  scramKeys(address: string, hash: ScramHash): ScramChoice

  /**
   * Null where name or password is wrong, or the person is disabled. The same work is done in each case.
   * @throws {OperatorError} `directory.away` when it is not right here, and the server that may know better cannot be asked
   */
  checkPassword(address: string, password: Secret<string>): Promise<Opening | null>

  /** Whether somebody who came in with that may stay: what he came with is good still, and he may sign in. `key` as `Opening` has it. */
  opens(id: PersonId, key: string | null): boolean
  /** Called when what opens somebody's streams has changed: those that `opens()` does not hold for have to end. */
  onOpeningsChanged(listener: (id: PersonId) => void): void

  /** The same for a password that was typed into a web page: much slower, for who would guess. */
  checkWebPassword(address: string, password: Secret<string>): Promise<Person | null>

  /** Passwords of people here are known elsewhere: who signs in has to say it, and keys of it are of no use. */
  readonly isPlainOnly: boolean

  /** Which password somebody has: another name after each change. It is no secret. Null when nobody has that id. */
  passwordName(id: PersonId): string | null

  /** The groups that a person is in, by other groups too, in order; none where nobody has that id. On the road of each message. */
  groupsOf(id: PersonId): readonly GroupId[]
  /** Another one after each change of a group. */
  readonly groupsVersion: number

  /** The log position of the act that added this person. Null when nobody has that id. */
  addedAt(id: PersonId): LogPosition | null

  /** Whether somebody with that address could be added. @returns it as it will be. @throws {OperatorError} with one sentence */
  mayAdd(address: string): string

  /** Each is an entry of the record first, then applied. @throws {OperatorError} with one sentence. */
  add(person: {
    readonly address: string
    readonly password: Secret<string>
    readonly role: Role
    readonly by: Actor
  }): Promise<Person>
  /** Somebody who signs in elsewhere. */
  addElsewhere(
    person: {
      readonly address: string
      readonly profile: Profile
      readonly source: PersonSource
    },
    by: Actor,
  ): Promise<Person>
  /** An account of a program: nobody signs in with a password there, now or later. */
  addBot(bot: { readonly address: string; readonly by: Actor }): Promise<Person>
  setPassword(id: PersonId, password: Secret<string>, by: Actor): Promise<void>
  setEnabled(id: PersonId, change: { readonly enabled: boolean; readonly by: Actor }): Promise<void>
  setRole(id: PersonId, role: Role, by: Actor): Promise<void>
  /** In place of those that the person was in himself, but for those that are kept elsewhere. @param groups 64 at most, of 1 to 40 of a-z, 0-9 and `-` each */
  setGroups(id: PersonId, groups: readonly string[], by: Actor): Promise<void>
  /** Only what differs is an act. */
  setProfile(id: PersonId, change: ProfileChange, by: Actor): Promise<void>
  /** Has gone from the company. Enabling brings him back. */
  leave(id: PersonId, by: Actor): Promise<void>
  remove(id: PersonId, by: Actor): Promise<void>

  /** Null where nobody has that id. */
  detailsOf(id: PersonId): Details | null
  /** Null where there is none. */
  photoOf(id: PersonId): Promise<Photo | null>

  readonly groups: DirectoryGroups
  readonly invitations: Invitations
  readonly tokens: Tokens
  /** What people may beside their standing roles. */
  readonly access: Access
  readonly factors: Factors
  readonly identities: Identities
  readonly appPasswords: AppPasswords
  readonly guests: Guests
  readonly following: Following

  /** Called after a person was disabled, removed, or got a new password: his sessions have to end. */
  onRevoked(listener: (id: PersonId) => void): void
  /** Called with each act as soon as it counts, in the order of the record. */
  onAct(listener: (act: Act) => void): void
}

/** What somebody was given so that he can come in, once. XEP-0401. */
export type Invitation = {
  /** 32 hex digits. It is no secret. */
  readonly id: string
  /** To an account, or to being a contact of who invites. */
  readonly to: 'account' | 'contact'
  /** Null: the machine's own command line. */
  readonly inviter: PersonId | null
  /** The account's bare JID, which nobody else gets meanwhile; null: who comes chooses it. */
  readonly address: string | null
  /** Who comes gets an account with it. */
  readonly registers: boolean
  /** He and who invited become contacts of each other. */
  readonly subscribes: boolean
  /** Who comes is a guest; null: a member. */
  readonly guest: GuestTerms | null
  /** ms since 1970 */
  readonly expiresAt: number
}

/** The token is nowhere but with who was invited. */
export type StoredInvitation = Invitation & {
  /** SHA-256 of the token, hex. */
  readonly tokenHash: string
}

/** Invitations. Each change is an entry of the record first. */
export type Invitations = {
  readonly mode: InvitationMode
  /** @throws {OperatorError} when there are too many, or the address is not free. @param days undefined: as the settings have it */
  make(
    wanted: Pick<Invitation, 'to' | 'subscribes'> & {
      /** Local part of the account's address; null: who comes chooses it. */
      readonly name: string | null
      readonly days?: number | undefined
      readonly guest?: GuestTerms | undefined
    },
    by: Exclude<Actor, { readonly invitation: string }>,
  ): Promise<{
    readonly invitation: Invitation
    readonly token: Secret<string>
    readonly uri: Secret<string>
  }>
  /** Null where it is unknown, used, taken back or too old, or who invited is gone: nobody can tell these apart. */
  find(token: string): Invitation | null
  /** Whether there are any, of those that ended within the last hour too. */
  areThere(): boolean
  /** Those that can be used, the one that ends first first. */
  list(): readonly Invitation[]
  /** @throws {OperatorError} where there is none with that id */
  revoke(id: string, by: Actor): Promise<void>
  /**
   * Somebody with an account takes it; it cannot be used again. @returns false where it is gone
   * @param address bare JID
   */
  take(id: string, address: string): Promise<boolean>
  /** Adds the person who comes with it; it cannot be used again. @throws {OperatorError} with one sentence */
  register(coming: {
    readonly invitation: Pick<Invitation, 'id'>
    readonly name: string
    readonly password: Secret<string>
  }): Promise<Person>
  /** Called when somebody was added with an invitation, before he is told so. */
  onJoined(listener: (person: Person, invitation: Invitation) => Promise<void>): void
}

/** A change of people or invitations that is on record, without secrets. */
export type Act =
  | PersonAct
  | GroupAct
  | InvitationAct
  | TokenAct
  | FactorAct
  | IdentityAct
  | AppPasswordAct
  | GuestAct
  | FollowAct

export type PersonAct =
  | {
      readonly kind: 'person.add'
      readonly person: PersonId
      readonly address: string
      readonly role: Role
      /** Null: signs in elsewhere. */
      readonly credential: string | null
      /** With which he came; null: an administrator has added him. */
      readonly invitation: string | null
      readonly profile: Profile
      readonly source: PersonSource | null
      /** He comes as a guest. */
      readonly guest?: GuestTerms
    }
  | { readonly kind: 'person.password'; readonly person: PersonId; readonly credential: string }
  | {
      readonly kind: 'person.role'
      readonly person: PersonId
      readonly role: Role
    }
  | {
      readonly kind: 'person.groups'
      readonly person: PersonId
      readonly groups: readonly string[]
    }
  | ({ readonly kind: 'person.profile'; readonly person: PersonId } & ProfileChange)
  | {
      readonly kind: 'person.disable'
      readonly person: PersonId
      /** The system that has it so, and may take it back; null: an administrator. */
      readonly sync: SyncKind | null
    }
  | {
      readonly kind: 'person.enable' | 'person.leave' | 'person.remove'
      readonly person: PersonId
    }

export type InvitationAct =
  | ({ readonly kind: 'invitation.make' } & StoredInvitation)
  /** Somebody with an account has become a contact of who invited. */
  | {
      readonly kind: 'invitation.take'
      readonly invitation: string
      /** Bare JID. */
      readonly address: string
    }
  | { readonly kind: 'invitation.revoke'; readonly invitation: string }

/** With which a program uses the API in somebody's name. */
export type Token = {
  /** 32 hex digits. It is no secret. */
  readonly id: string
  readonly person: PersonId
  readonly name: string
  /** Names of permissions, in order: it is for nothing else. */
  readonly scopes: readonly string[]
  /** ms since 1970 */
  readonly madeAt: number
  readonly expiresAt: number
  /** To the hour; null: never. It is not on record. */
  readonly usedAt: number | null
}

/** The token itself is nowhere but with who made it. */
export type StoredToken = Token & {
  /** SHA-256, hex. */
  readonly tokenHash: string
}

export type TokenAct =
  | ({ readonly kind: 'token.make' } & Omit<StoredToken, 'usedAt'>)
  | { readonly kind: 'token.revoke'; readonly token: string }

/** A person with the name of what signs him in, and the log position of the act that added him. */
export type StoredPerson = Omit<Person, 'enabled'> &
  Details & {
    /** Null: signs in elsewhere. */
    readonly credential: string | null
    readonly addedAt: LogPosition
  }

/**
 * People as the acts on record made them, kept so that a start need not read them all again. Credentials are not on
 * record: they lie here before the act that names them.
 */
export type PeopleState = {
  /** What second factors are checked with. */
  readonly factors: FactorState

  /** Everybody who was not removed, all credentials, and the position of the newest act in it, -1 before the first. */
  load(): Promise<{
    readonly applied: LogPosition
    readonly people: readonly StoredPerson[]
    readonly credentials: readonly Credential[]
    /** Those that nobody has used or taken back. */
    readonly invitations: readonly StoredInvitation[]
    /** Those that nobody took back. */
    readonly tokens: readonly StoredToken[]
    /** The oldest first. */
    readonly factors: readonly Factor[]
    readonly identities: readonly LinkedIdentity[]
    /** The oldest first. */
    readonly appPasswords: readonly AppPassword[]
    readonly guests: readonly Guest[]
    readonly following: StoredFollowing
    readonly groups: StoredGroups
  }>

  /** Null where there is none. */
  photo(id: PersonId): Promise<Photo | null>

  /** Of that moment: those whose member is one of these, or whose group is. Of 500 at a time. */
  memberships(
    of: { readonly members: Members } | { readonly groups: readonly GroupId[] },
    moment: Moment,
  ): Promise<readonly Membership[]>

  /**
   * Applies an act and notes its position, both or neither; durable when it resolves. What is applied already changes
   * nothing. A removed person keeps his id and his dated addresses.
   */
  apply(act: Act, at: { readonly position: LogPosition; readonly at: number }): Promise<void>

  /** Durable when it resolves. */
  putCredential(credential: Credential): Promise<void>

  /** Of a credential that had none. */
  putWebKey(credential: string, key: WebKey): Promise<void>

  /** Notes when a token was used last. */
  tokenUsed(id: string, at: number): Promise<void>
  appPasswordUsed(id: string, at: number): Promise<void>

  /** Those that nobody signs in with, secrets of factors too: replaced, of the removed, or written before an act that never came. */
  dropUnusedCredentials(): Promise<void>

  /** A secret of this installation by name, made at first use. */
  secret(name: string, make: () => Buffer): Promise<Buffer>
}
