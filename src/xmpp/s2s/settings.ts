/** What can be set about streams of other servers. Times in milliseconds. */
export type S2sSettings = {
  /** Longest stanza of a server that has proved who it is, in bytes. */
  readonly stanzaBytesMax: number
  /** Longest element before that, in bytes. */
  readonly strangerBytesMax: number
  readonly depthMax: number
  readonly attributesMax: number
  readonly elementsMax: number
  /** From the connection to the proof of who is there. */
  readonly negotiationMs: number
  /** For one TCP connection to be made. */
  readonly connectMs: number
  /** A stream over which nothing has gone for so long is closed. */
  readonly idleMs: number
  /** A server that has not confirmed what it was sent is asked after so long a silence, and given up after twice that. */
  readonly answerMs: number
  /** How long the other side has to close after we have. */
  readonly closingMs: number
  /** The first pause before a server is tried again; each next is twice as long, up to the second. */
  readonly pauseMs: number
  readonly pauseMsMax: number
  /** What has waited so long for a server is given up, and its sender told. */
  readonly giveUpMs: number
  /** Stanzas that wait for one server, or that it has not confirmed, and their UTF-16 units. */
  readonly queueStanzasMax: number
  readonly queueCharsMax: number
  /** Stanzas of one stream that are neither recorded nor refused yet. */
  readonly unsettledMax: number
  /** Pairs of domains that we keep a queue for. */
  readonly pairsMax: number
  /** Connections from one address that have not proved who they are. */
  readonly strangersPerAddressMax: number
  /** Streams that one domain may have to us. */
  readonly streamsPerDomainMax: number
  /** UTF-16 units that the kernel has not taken, beyond which we do not read from that server. */
  readonly backlogCharsMax: number
  /** How often time limits are looked at; 0: `sweep()` is called from outside. */
  readonly sweepMs: number
}

export const defaultS2sSettings: S2sSettings = {
  stanzaBytesMax: 262_144,
  strangerBytesMax: 10_000,
  depthMax: 100,
  attributesMax: 64,
  elementsMax: 10_000,
  negotiationMs: 30_000,
  connectMs: 10_000,
  idleMs: 600_000,
  answerMs: 60_000,
  closingMs: 2_000,
  pauseMs: 1_000,
  pauseMsMax: 60_000,
  giveUpMs: 300_000,
  queueStanzasMax: 1_000,
  queueCharsMax: 4_194_304,
  unsettledMax: 64,
  pairsMax: 4_096,
  strangersPerAddressMax: 50,
  streamsPerDomainMax: 20,
  backlogCharsMax: 1_048_576,
  sweepMs: 1_000,
}
