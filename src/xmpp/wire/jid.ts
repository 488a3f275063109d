/** An XMPP address, normalized (RFC 7622). Equal addresses have equal `text`. */
export type Jid = {
  readonly local: string | null
  readonly domain: string
  readonly resource: string | null
  /** Without the resource. */
  readonly bare: string
  /** In full. */
  readonly text: string
}
