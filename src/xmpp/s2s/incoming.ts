// A stream that another server opens: RFC 6120 §4 to §6, XEP-0178 §3, XEP-0220, XEP-0288.
import { type TLSSocket } from 'node:tls'
import { type Element, textOf } from '../../xml/element.ts'
import { type Header } from '../stream/channel.ts'
import { type StreamFailure } from '../stream/failure.ts'
import { NS_DIALBACK, NS_SASL, NS_TLS } from '../stream/namespaces.ts'
import { parseJid } from '../wire/jid.ts'
import { answerDialback, type DialbackHost } from './dialback.ts'
import { type DomainPair } from './inside.ts'
import { type Link, newStreamId } from './link.ts'
import { NS_BIDI, offersAfterProof, tlsAlone, waysToProve } from './offers.ts'
import { refusalOf } from './tls.ts'

export type IncomingHost = DialbackHost

/** What is known of a stream that was opened to us, once one pair is proved. */
export type Welcome = {
  readonly pair: DomainPair
  /** Our name for the stream. */
  readonly streamId: string
  /** The other side wants our stanzas for it on the same stream, XEP-0288. */
  readonly isBidi: boolean
}

/** Elements that are heard before a pair is proved: questions about our keys, and attempts. */
const elementsBeforeProofMax = 20

/**
 * Hears a stream out until one pair of domains is proved on it.
 *
 * @returns null when the stream has ended, or never was for more than questions
 * @throws {Error} when it ends
 */
export async function welcome(
  link: Link,
  { directTls }: { readonly directTls: boolean },
  host: IncomingHost,
): Promise<Welcome | null> {
  if (!directTls) {
    if ((await answerHeader(link, host)) === null) return null
    link.write(tlsAlone)
    const { ns, name } = await link.nextElement()
    if (ns !== NS_TLS || name !== 'starttls') {
      link.fail({ condition: 'policy-violation', text: 'There is nothing here without TLS.' })
      return null
    }
    link.write(`<proceed xmlns='${NS_TLS}'/>`)
  }
  const secure = await link.secure(async (plain) => await host.tls.accept(plain))
  const opened = await answerHeader(link, host)
  return opened && (await proved(link, secure, opened, host))
}

type Opened = { readonly id: string; readonly from: string | null; readonly to: string }

/** Our header, in answer to one that can stand; null: it cannot. */
async function answerHeader(link: Link, host: IncomingHost): Promise<Opened | null> {
  const header = await link.nextHeader()
  const id = newStreamId(host)
  const from = domainOf(header.from)
  const to = domainOf(header.to)
  const failure = headerFailure(header, { from, to }, host)
  link.open({ id, from: to ?? host.domain, to: from })
  if (failure) link.fail(failure)
  return failure || to === null ? null : { id, from, to }
}

function headerFailure(
  header: Header,
  { from, to }: { readonly from: string | null; readonly to: string | null },
  host: IncomingHost,
): StreamFailure | null {
  if (header.to === null)
    return { condition: 'improper-addressing', text: 'The stream header needs a "to".' }
  if (to === null || !host.inside.isOurs(to)) return { condition: 'host-unknown' }
  if (header.version !== '1.0') return { condition: 'unsupported-version' }
  if (header.from === null) return null
  if (from === null || host.inside.isOurs(from)) return { condition: 'invalid-from' }
  if (host.policy.isAllowed(from)) return null
  return { condition: 'policy-violation', text: 'This server does not talk to that domain.' }
}

function domainOf(attribute: string | null): string | null {
  const jid = attribute === null ? null : parseJid(attribute)
  return jid?.local === null && jid.resource === null ? jid.domain : null
}

async function proved(
  link: Link,
  secure: TLSSocket,
  { id, from, to }: Opened,
  host: IncomingHost,
): Promise<Welcome | null> {
  const external = from !== null && mayUseCertificate(secure, from, host)
  link.write(waysToProve({ external }))
  let isBidi = false
  for (let heard = 0; heard < elementsBeforeProofMax; heard++) {
    const element = await link.nextElement()
    if (element.ns === NS_BIDI && element.name === 'bidi') isBidi = true
    else if (element.ns === NS_DIALBACK) {
      const pair = await answerDialback(element, { link, id, isProved: false }, host)
      if (pair) return { pair, streamId: id, isBidi }
    } else if (element.ns === NS_SASL && element.name === 'auth') {
      const failure =
        from === null || !external ? 'invalid-mechanism' : externalFailure(element, from)
      if (failure === null && from !== null) {
        const streamId = await afterExternal(link, host)
        return streamId === null ? null : { pair: { from, to }, streamId, isBidi }
      }
      link.write(`<failure xmlns='${NS_SASL}'><${failure}/></failure>`)
    } else {
      link.fail({ condition: 'not-authorized', text: 'It is not proved yet who is there.' })
      return null
    }
  }
  link.fail({ condition: 'policy-violation', text: 'Too many attempts.' })
  return null
}

/** XEP-0178 §3, step 10: EXTERNAL is offered when it would succeed. Where dialback is enough a good certificate is, too. */
function mayUseCertificate(secure: TLSSocket, domain: string, { policy }: IncomingHost): boolean {
  const proof = policy.proofOf(domain)
  return refusalOf(secure, domain, proof === 'dialback' ? 'certificate' : proof) === null
}

/** RFC 6120 §6.4.2: nothing, or the very domain of the header. */
function externalFailure(auth: Element, domain: string): string | null {
  if (auth.attrs['mechanism'] !== 'EXTERNAL') return 'invalid-mechanism'
  const given = textOf(auth).trim()
  if (given === '' || given === '=') return null
  const name = Buffer.from(given, 'base64').toString('utf8')
  return parseJid(name)?.text === domain ? null : 'invalid-authzid'
}

async function afterExternal(link: Link, host: IncomingHost): Promise<string | null> {
  link.write(`<success xmlns='${NS_SASL}'/>`)
  link.restart()
  const opened = await answerHeader(link, host)
  if (!opened) return null
  link.write(offersAfterProof())
  return opened.id
}
