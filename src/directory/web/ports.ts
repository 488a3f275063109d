// What is kept of those who come through the web.
import { type PersonId } from '../../record/types.ts'

/** Somebody who has signed in in a browser. */
export type StoredSession = {
  /** 32 hex digits. It is no secret. */
  readonly id: string
  readonly person: PersonId
  /** Which password he had: with another one it is over. */
  readonly credential: string
  /** What the browser said of itself. */
  readonly agent: string
  /** ms since 1970 */
  readonly since: number
  /** To the hour. */
  readonly seenAt: number
  /** Null: he has signed in here. */
  readonly provider: ProviderSession | null
  /** SHA-256 of what the browser has, hex. */
  readonly secretHash: string
}

/** At the identity provider that he came from. */
export type ProviderSession = {
  /** As the provider calls it; null: it does not say. */
  readonly session: string | null
  /** With which he signs out there. */
  readonly idToken: string
}

/** Keeps sessions. Each write is durable when it resolves. */
export type SessionState = {
  load(): Promise<readonly StoredSession[]>
  /** One that is there is seen anew. */
  put(session: StoredSession): Promise<void>
  remove(id: string): Promise<void>
  /** Those that began before. @param since ms since 1970 */
  dropBefore(since: number): Promise<void>
}

/** An answer that was given. */
export type GivenAnswer = {
  /** Of what was asked. */
  readonly digest: string
  readonly status: number
  readonly body: unknown
}

/** Keeps answers for a day, 100,000 at most. */
export type Answers = {
  find(id: string): Promise<GivenAnswer | null>
  /** Durable when it resolves. */
  put(id: string, answer: GivenAnswer): Promise<void>
}
