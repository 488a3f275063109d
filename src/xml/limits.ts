/** What bounds the memory and the time that a peer can make us spend. All are settings. */
export type XmlLimits = {
  /**
   * Longest stanza or stream header, in bytes as sent, finished or not. RFC 6120 section 13.12 asks for at least 10,000. Of the namespaces
   * of a stanza, written out as often as they are needed, the same in characters.
   */
  readonly stanzaBytesMax: number
  /** Elements within each other, the stanza counted as the first. */
  readonly depthMax: number
  /** Attributes of one element, namespace declarations counted, too. */
  readonly attributesMax: number
  /** Elements of one stanza, itself counted. */
  readonly elementsMax: number
}

export const defaultXmlLimits: XmlLimits = {
  stanzaBytesMax: 262_144,
  depthMax: 100,
  attributesMax: 64,
  elementsMax: 10_000,
}
