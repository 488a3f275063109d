// XEP-0220: Server Dialback, version 1.1.1: the keys of others, asked for where their domain's server is.
// Source: https://xmpp.org/extensions/xep-0220.html
import { type Element, textOf } from '../../xml/element.ts'
import { escapeAttr, escapeText } from '../../xml/serialize.ts'
import { NS_DIALBACK } from '../stream/namespaces.ts'
import { parseJid } from '../wire/jid.ts'
import { dial, type DialHost, unreachable } from './dial.ts'
import { type DialbackKeys } from './dialback-key.ts'
import { Unreachable } from './errors.ts'
import { type DomainPair, type Inside } from './inside.ts'
import { type Link } from './link.ts'

export type DialbackHost = DialHost & {
  readonly inside: Pick<Inside, 'isOurs'>
  readonly keys: DialbackKeys
}

/** Keys of one stream that are asked about at the same time, and elements that are read while an answer is awaited. */
const answersAwaitedMax = 4

/** What a key or a question came over. */
export type DialbackStream = {
  readonly link: Link
  /** The name that we gave it. */
  readonly id: string
  /** Another pair is proved on it. */
  readonly isProved: boolean
}

/**
 * A key of another server (`db:result`), or a question about one of ours (`db:verify`).
 *
 * @returns the pair that is proved by it, or null
 */
export async function answerDialback(
  element: Element,
  stream: DialbackStream,
  host: DialbackHost,
): Promise<DomainPair | null> {
  const from = domainOf(element.attrs['from'])
  const to = domainOf(element.attrs['to'])
  if (from === null || to === null) {
    stream.link.fail({ condition: 'improper-addressing' })
    return null
  }
  const pair = { from, to }
  // What has a type is an answer, to a question that this stream was not asked.
  if (element.attrs['type'] !== undefined) return null
  if (element.name === 'verify') vouch(element, pair, stream.link, host)
  else if (element.name === 'result') return await prove(textOf(element).trim(), pair, stream, host)
  return null
}

function domainOf(attribute: string | undefined): string | null {
  const jid = parseJid(attribute ?? '')
  return jid?.local === null && jid.resource === null ? jid.domain : null
}

/** Section 2.2.2: whether the key is ours. Anybody may ask. */
function vouch(element: Element, { from, to }: DomainPair, link: Link, host: DialbackHost): void {
  const streamId = element.attrs['id'] ?? ''
  const use = { originating: to, receiving: from, streamId }
  const answer = (type: string, error = ''): void =>
    link.write(
      `<db:verify xmlns:db='${NS_DIALBACK}' from='${escapeAttr(to)}' to='${escapeAttr(from)}' ` +
        `id='${escapeAttr(streamId)}' type='${type}'>${error}</db:verify>`,
    )
  if (!host.inside.isOurs(to)) answer('error', condition('item-not-found'))
  else answer(host.keys.isKey(textOf(element).trim(), use) ? 'valid' : 'invalid')
}

async function prove(
  key: string,
  pair: DomainPair,
  { link, id, isProved }: DialbackStream,
  host: DialbackHost,
): Promise<DomainPair | null> {
  const answer = (type: string, error = ''): void => {
    const [from, to] = [escapeAttr(pair.to), escapeAttr(pair.from)]
    const names = `xmlns:db='${NS_DIALBACK}' from='${from}' to='${to}' type='${type}'`
    if (link.isOpen) link.write(`<db:result ${names}>${error}</db:result>`)
  }
  if (!host.inside.isOurs(pair.to)) {
    answer('error', condition('item-not-found'))
    return null
  }
  if (!host.policy.isAllowed(pair.from)) {
    answer('error', condition('policy-violation', 'This server does not talk to that domain.'))
    return null
  }
  try {
    const isValid = await isVouchedFor(key, pair, id, host)
    if (isValid) {
      answer('valid')
      return link.isOpen ? pair : null
    }
    // Section 2.2.1: a stream with other pairs stays, and one without is closed.
    if (isProved) answer('error', condition('forbidden'))
    else {
      answer('invalid')
      link.end(null)
    }
    return null
  } catch (error) {
    const { condition: name, message } = unreachable(error)
    answer('error', condition(name, message))
    return null
  }
}

/**
 * Section 2.1.2: asks the server of the domain, on a connection of our own. Its certificate is checked there, unless the
 * operator says that dialback is enough for that domain: so it is the certificate that proves, and not DNS.
 *
 * @throws {Error} when it cannot be asked
 */
async function isVouchedFor(
  key: string,
  pair: DomainPair,
  id: string,
  host: DialbackHost,
): Promise<boolean> {
  const { link } = await dial({ from: pair.to, to: pair.from }, host)
  try {
    const [from, to] = [escapeAttr(pair.to), escapeAttr(pair.from)]
    link.write(
      `<db:verify xmlns:db='${NS_DIALBACK}' from='${from}' to='${to}' id='${escapeAttr(id)}'>` +
        `${escapeText(key)}</db:verify>`,
    )
    for (let seen = 0; seen < answersAwaitedMax; seen++) {
      const { ns, name, attrs } = await link.nextElement()
      const isFor = attrs['from'] === pair.from && attrs['to'] === pair.to && attrs['id'] === id
      if (ns !== NS_DIALBACK || name !== 'verify' || !isFor) continue
      if (attrs['type'] !== 'error') return attrs['type'] === 'valid'
      // Section 2.5: an error there is remote-server-not-found here.
      throw new Unreachable('The server of that domain knows nothing of the key.', true)
    }
    throw new Unreachable('The server of that domain says nothing of the key.', false)
  } finally {
    link.end(null)
  }
}

/** Section 2.5: dialback errors are made like stanza errors. */
function condition(
  name: Unreachable['condition'] | 'item-not-found' | 'policy-violation' | 'forbidden',
  text?: string,
): string {
  const ns = `xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'`
  const said = text === undefined ? '' : `<text ${ns}>${escapeText(text)}</text>`
  return `<error type='cancel'><${name} ${ns}/>${said}</error>`
}
