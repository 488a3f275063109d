import { type Element } from '../../xml/element.ts'
import { type SaslFailure } from './mechanism.ts'
import { type Wishes } from './wishes.ts'

/** What a client says in a SASL exchange, less how it is written down. */
export type SaslMessage =
  | {
      readonly kind: 'start'
      readonly mechanism: string
      /** Null: the client waits for a challenge. */
      readonly initial: Buffer | null
      readonly wishes: Wishes
    }
  | { readonly kind: 'response'; readonly data: Buffer }
  | SaslFailure

/** How SASL is written down in XMPP: as RFC 6120 has it, or XEP-0388. What is said is the same. */
export type Framing = {
  read(element: Element): SaslMessage
  challenge(data: Buffer): string
  failure(failure: SaslFailure): string
}
