import { type ThrottleSettings, defaultThrottle } from '../../directory/throttle.ts'

/** What can be set about client streams. Times in milliseconds. */
export type StreamSettings = {
  /** Longest stanza of a signed-in client, in bytes. RFC 6120 §13.12 asks for at least 10,000. */
  readonly stanzaBytesMax: number
  /** Longest element before sign-in, in bytes: strangers get little of our memory. */
  readonly strangerBytesMax: number
  readonly depthMax: number
  readonly attributesMax: number
  readonly elementsMax: number
  /** `loopback`: a connection whose both ends are loopback may sign in without TLS. */
  readonly allowPlaintext: 'never' | 'loopback'
  /** From the connection to the bound resource. */
  readonly negotiationMs: number
  /** A client that is silent for so long is asked whether it is there. */
  readonly idleMs: number
  /** How long it has to answer. */
  readonly answerMs: number
  /** How long we wait for the other side after we have closed a stream. */
  readonly closingMs: number
  /** Stanzas of one stream that are neither recorded nor refused yet. Beyond that TCP pushes back. */
  readonly unsettledMax: number
  /** UTF-16 units of such stanzas of all streams together. Beyond that each stream has one at a time. */
  readonly unsettledCharsMax: number
  /** Stanzas for a client that it has not confirmed. */
  readonly queueStanzasMax: number
  /** The same in UTF-16 units, which is what strings take in memory. */
  readonly queueCharsMax: number
  /** UTF-16 units that the kernel has not taken, beyond which we do not read from that client. */
  readonly backlogCharsMax: number
  /** How long a session waits to be resumed, XEP-0198 §5. */
  readonly resumeMs: number
  readonly sessionsPerPersonMax: number
  /** Connections from one address that have not signed in. */
  readonly strangersPerAddressMax: number
  /** Failed sign-ins on one stream; RFC 6120 §6.4.5 asks for 2 to 5. */
  readonly signInFailuresMax: number
  /** How often time limits are looked at; 0: `sweep()` is called from outside. */
  readonly sweepMs: number
  readonly throttle: ThrottleSettings
}

export const defaultStreamSettings: StreamSettings = {
  stanzaBytesMax: 262_144,
  strangerBytesMax: 10_000,
  depthMax: 100,
  attributesMax: 64,
  elementsMax: 10_000,
  allowPlaintext: 'never',
  negotiationMs: 60_000,
  idleMs: 240_000,
  answerMs: 60_000,
  closingMs: 5_000,
  unsettledMax: 64,
  unsettledCharsMax: 67_108_864,
  queueStanzasMax: 10_000,
  queueCharsMax: 8_388_608,
  backlogCharsMax: 1_048_576,
  resumeMs: 300_000,
  sessionsPerPersonMax: 20,
  strangersPerAddressMax: 200,
  signInFailuresMax: 5,
  sweepMs: 1_000,
  throttle: defaultThrottle,
}
