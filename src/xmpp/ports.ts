import { type Person, type PersonId, type UserAgent } from '../directory/ports.ts'
import { type LogPosition } from '../intake/draft.ts'
import { type Outbound } from '../intake/outbound.ts'
import { type Element } from '../xml/element.ts'
import { type Jid } from './wire/jid.ts'

/** Stream error conditions, RFC 6120 §4.9.3. */
export type StreamCondition =
  | 'bad-format'
  | 'bad-namespace-prefix'
  | 'conflict'
  | 'connection-timeout'
  | 'host-gone'
  | 'host-unknown'
  | 'improper-addressing'
  | 'internal-server-error'
  | 'invalid-from'
  | 'invalid-namespace'
  | 'invalid-xml'
  | 'not-authorized'
  | 'not-well-formed'
  | 'policy-violation'
  | 'remote-connection-failed'
  | 'reset'
  | 'resource-constraint'
  | 'restricted-xml'
  | 'see-other-host'
  | 'system-shutdown'
  | 'undefined-condition'
  | 'unsupported-encoding'
  | 'unsupported-feature'
  | 'unsupported-stanza-type'
  | 'unsupported-version'

/** The program at the other end, and how it came in. */
export type SignedIn = {
  readonly agent: UserAgent
  readonly by: 'password' | 'token'
  /** Null: with the account's own password, or a token of it; else by the id of what is taken back alone. */
  readonly key: string | null
  /** ms since 1970 */
  readonly at: number
  /** Its network address; '' where there is none. */
  readonly address: string
}

/**
 * One bound resource of a person: a device that is signed in. `stream/` makes it at bind; with stream management
 * (XEP-0198) it outlives the connection.
 */
export type Resource = {
  readonly jid: Jid
  readonly person: Person
  readonly client: SignedIn
  /** False while its connection is broken and it may be resumed: what is sent waits. */
  readonly isConnected: boolean
  /** Queues for the client, in order. Bounded: a client that does not read is closed, and what it has not had is in `closed()`. */
  send(out: Outbound): void
  /** Ends the session with a stream error; `text` is a sentence for the person. */
  close(condition: StreamCondition, text?: string): void
}

/**
 * What is behind the streams: routing and features. `stream/` calls it; `router.ts` is it.
 *
 * A stream's stanzas are given in order. A stanza is settled when the returned promise resolves (recorded, transient or
 * refused: an answer was sent in each case); it rejects only with a FatalError. Stanzas whose `pipelines()` is true may be
 * given while earlier ones of the same stream that pipeline too are unsettled; any other waits until all before it are.
 */
export type Router = {
  pipelines(stanza: Element): boolean
  stanza(stanza: Element, from: Resource): Promise<void> | void

  /** Bound, and can be sent to. A resource with the same full JID was closed with `conflict` before. */
  opened(resource: Resource): void
  /**
   * XEP-0386: the resource was opened just now by this request.
   *
   * @param request `<bind/>`; what it asks for is on at once
   * @returns what `<bound/>` says of it: the server's own words, and nobody else's
   */
  bound(resource: Resource, request: Element): Promise<readonly Element[]>
  /**
   * The recipient's device has confirmed it: by XEP-0198 `<a/>`, or, without stream management, its bytes were handed to
   * the kernel.
   */
  confirmed(resource: Resource, out: Outbound): void
  /** Its connection broke, and it may be resumed. `unconfirmed`: as `undelivered` below. */
  lost(resource: Resource, unconfirmed: readonly Outbound[]): void
  /** Gone for good. `undelivered`: what was sent and not confirmed, oldest first, recorded only. */
  closed(resource: Resource, undelivered: readonly Outbound[]): void

  /** Namespaces announced in stream features after sign-in, as elements: XEP-0115 caps, roster versioning, pre-approval. */
  streamFeatures(): readonly Element[]
  /** Namespaces of what can be asked for while a resource is bound, XEP-0386. */
  inlineFeatures(): readonly string[]
}

/** RFC 6121 section 2.1.2.5: who gets whose presence. `from`: the contact gets the owner's. */
export type Subscription = 'none' | 'to' | 'from' | 'both'

/** One contact of a person: an item of the roster, or only a request that waits, or an approval given beforehand. */
export type RosterItem = {
  /** Bare JID. */
  readonly jid: string
  /** False: it is not in the roster that clients see (RFC 6121 Appendix A, "None + Pending In"). */
  readonly listed: boolean
  readonly name: string
  readonly groups: readonly string[]
  readonly subscription: Subscription
  /** The owner has asked ("Pending Out"). */
  readonly ask: boolean
  /** The contact has asked, and the owner has not answered ("Pending In"). */
  readonly pendingIn: boolean
  /** Where that request is on record, to be shown whole (section 3.1.3); null where it says nothing of its own. */
  readonly request: LogPosition | null
  /** The owner has said yes beforehand, RFC 6121 section 3.4. */
  readonly approved: boolean
}

/** What is kept for an account. None of it is on record: it is the person's own arrangement. */
type StoredAccount = {
  readonly roster: readonly RosterItem[]
  readonly rosterVersion: number
  readonly blocked: readonly string[]
  /** Everything that came in up to this log position was had by a device; -1 at first. */
  readonly deliveredTo: number
}

/** One change of somebody's roster, with the version that it leads to; `item` null: it is gone. */
export type RosterChange = {
  readonly owner: PersonId
  readonly version: number
  readonly jid: string
  readonly item: RosterItem | null
}

/** Keeps rosters, block lists and how far offline delivery has come. */
export type AccountStore = {
  /** Sees all writes that were begun before. */
  load(owner: PersonId): Promise<StoredAccount>
  /** All or none of them; durable when it returns. A subscription changes two rosters. */
  saveRoster(changes: readonly RosterChange[]): Promise<void>
  /** Durable when it returns. */
  saveBlocked(owner: PersonId, blocked: readonly string[]): Promise<void>
  saveDelivered(
    positions: readonly { readonly owner: PersonId; readonly deliveredTo: number }[],
  ): Promise<void>
}

/** Keeps who has signed in when, the newest time of each. */
export type SignInStore = {
  /** Durable when it returns. @param signIns `at` in ms since 1970 */
  save(signIns: readonly { readonly person: PersonId; readonly at: number }[]): Promise<void>
  /** ms since 1970; null for who has not signed in. */
  last(person: PersonId): Promise<number | null>
}
