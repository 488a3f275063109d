// What servers offer each other after a stream header: RFC 6120 §4.3.2.
import { child, type Element, elements, textOf } from '../../xml/element.ts'
import { NS_MANAGEMENT, NS_SASL, NS_TLS } from '../stream/namespaces.ts'

export const NS_BIDI = 'urn:xmpp:bidi'
const NS_BIDI_FEATURE = 'urn:xmpp:features:bidi'
const NS_DIALBACK_FEATURE = 'urn:xmpp:features:dialback'

/** In clear there is TLS and nothing else, RFC 7590 §3.4. */
export const tlsAlone = `<stream:features><starttls xmlns='${NS_TLS}'><required/></starttls></stream:features>`

/** Inside TLS: EXTERNAL where the certificate is good for the domain that the header names, and dialback. */
export function waysToProve({ external }: { readonly external: boolean }): string {
  const mechanisms = external
    ? `<mechanisms xmlns='${NS_SASL}'><mechanism>EXTERNAL</mechanism></mechanisms>`
    : ''
  return `<stream:features>${mechanisms}${afterProof()}</stream:features>`
}

/** Once it is known who is there. Dialback stays, for further pairs. */
export function offersAfterProof(): string {
  return `<stream:features>${afterProof()}</stream:features>`
}

function afterProof(): string {
  return (
    `<dialback xmlns='${NS_DIALBACK_FEATURE}'><errors/></dialback>` +
    `<bidi xmlns='${NS_BIDI_FEATURE}'/><sm xmlns='${NS_MANAGEMENT}'/>`
  )
}

/** What the other side offers, as far as it is of use to us. */
export type Offers = {
  readonly external: boolean
  readonly bidi: boolean
  readonly management: boolean
}

export function offersOf(features: Element): Offers {
  const mechanisms = child(features, 'mechanisms', NS_SASL)
  return {
    external:
      mechanisms !== undefined &&
      elements(mechanisms).some((one) => textOf(one).trim() === 'EXTERNAL'),
    bidi: child(features, 'bidi', NS_BIDI_FEATURE) !== undefined,
    management: child(features, 'sm', NS_MANAGEMENT) !== undefined,
  }
}
