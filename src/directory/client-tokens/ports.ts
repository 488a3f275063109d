// XMPP clients that come back with a token, and how those are kept.
import { type PersonId } from '../../record/types.ts'

/** What a client says of itself (XEP-0388 §2.3). Nobody is shown it but the person himself. */
export type UserAgent = {
  /** Of this installation, the same each time. */
  readonly id: string | null
  readonly software: string | null
  readonly device: string | null
}

/** What a token is made of, with a key of the vault. The token itself is nowhere but at the client. */
export type TokenSeed = {
  /** 32 random bytes. */
  readonly seed: Uint8Array
  /** The mechanism that it is for, and no other. */
  readonly mechanism: string
  /** ms since 1970 */
  readonly issuedAt: number
  readonly expiresAt: number
}

/** A client that has tokens. */
export type StoredClient = {
  readonly person: PersonId
  /** 32 hex digits that stand for the person and the installation's id. */
  readonly id: string
  /** What it says of itself, sealed. */
  readonly agent: Uint8Array
  /** ms since 1970 */
  readonly firstSeen: number
  readonly lastSeen: number
  /** It has come back with a token since it last gave the password. */
  readonly usesToken: boolean
  /** With what it came in, as `Opening` has it: its tokens are good as long as that is. */
  readonly key: string | null
  readonly current: TokenSeed | null
  /** Given out, and not used yet: `current` counts until it is. */
  readonly next: TokenSeed | null
}

/** Keeps the clients that have tokens. Each write is durable when it resolves. */
export type ClientState = {
  find(person: PersonId, id: string): Promise<StoredClient | null>
  /** Seen last, first. */
  of(person: PersonId): Promise<readonly StoredClient[]>
  /** In place of what was there. */
  put(client: StoredClient): Promise<void>
  remove(person: PersonId, id: string): Promise<void>
  removeAll(person: PersonId): Promise<void>
  /** Those without a token that is good still. @param now ms since 1970 */
  dropExpired(now: number): Promise<void>
}
