import { type Element } from '../../xml/element.ts'
import { type Jid } from '../wire/jid.ts'

/** Who speaks to whom. Each pair of domains is proved, and queued for, by itself: RFC 6120 §4.4, XEP-0220 §2.5. */
export type DomainPair = { readonly from: string; readonly to: string }

export function pairKey({ from, to }: DomainPair): string {
  return `${from} ${to}`
}

export function reversed({ from, to }: DomainPair): DomainPair {
  return { from: to, to: from }
}

/** This server, as other servers' streams see it. */
export type Inside = {
  /** Our own domain, or that of a service here. */
  isOurs(domain: string): boolean
  /**
   * A stanza of another server, in the namespace of clients; `from` is at a domain that the stream has proved. Settled when
   * it resolves: recorded, transient or answered with an error. Rejects with a FatalError only.
   */
  receive(stanza: Element, from: Jid, to: Jid): Promise<void>
}
