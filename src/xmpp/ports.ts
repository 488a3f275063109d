import { type Person } from '../directory/ports.ts'
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

/**
 * One bound resource of a person: a device that is signed in. `stream/` makes it at bind; with stream management
 * (XEP-0198) it outlives the connection.
 */
export type Resource = {
  readonly jid: Jid
  readonly person: Person
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
   * The recipient's device has confirmed it: by XEP-0198 `<a/>`, or, without stream management, its bytes were handed to
   * the kernel.
   */
  confirmed(resource: Resource, out: Outbound): void
  /** Gone for good. `undelivered`: what was sent and not confirmed, oldest first, recorded only. */
  closed(resource: Resource, undelivered: readonly Outbound[]): void

  /** Namespaces announced in stream features after sign-in, as elements: XEP-0115 caps, roster versioning, pre-approval. */
  streamFeatures(): readonly Element[]
}
