// What a client with a bound resource sends: stanzas, RFC 6120 §8; XEP-0198; XEP-0352.
import { child, el, type Element, withAttrs } from '../../xml/element.ts'
import { escapeAttr } from '../../xml/serialize.ts'
import { parseJid } from '../wire/jid.ts'
import { errorReply, StanzaError } from '../wire/stanza-error.ts'
import { type StreamHost } from './host.ts'
import { NS_BIND, NS_CLIENT, NS_CLIENT_STATE, NS_MANAGEMENT, NS_SESSION } from './namespaces.ts'
import { countOf, managementFailed, tooHigh } from './resume.ts'
import { type Session } from './session.ts'
import { type Stream } from './stream.ts'

type Place = {
  readonly session: Session
  readonly stream: Stream
  readonly host: StreamHost
  /** Language of the stream, when it is not ours. */
  readonly lang: string | null
}

/** @returns false when the element has to wait until earlier ones are settled, and be offered again */
export function receive(element: Element, place: Place): boolean {
  switch (element.ns) {
    case NS_CLIENT:
      return receiveStanza(element, place)
    case NS_MANAGEMENT:
      manage(element, place)
      return true
    case NS_CLIENT_STATE:
      place.session.setActive(element.name !== 'inactive')
      return true
    default:
      place.stream.fail({ condition: 'unsupported-stanza-type' })
      return true
  }
}

function receiveStanza(stanza: Element, { session, stream, host, lang }: Place): boolean {
  const { name, attrs } = stanza
  if (name !== 'message' && name !== 'presence' && name !== 'iq') {
    stream.fail({ condition: 'unsupported-stanza-type' })
    return true
  }
  const from = attrs['from']
  if (from !== undefined && !isOwn(from, session)) {
    stream.fail({ condition: 'invalid-from', text: 'The "from" is not of this session.' })
    return true
  }
  const reply = name === 'iq' && attrs['type'] === 'set' ? replyTo(stanza, session) : null
  if (reply) {
    if (!session.isIdle) return false
    session.answer(reply)
    return true
  }
  // A stanza without a language has that of its stream, RFC 6120 §8.1.5; other streams have another.
  const isSilent = lang === null || name === 'iq' || attrs['xml:lang'] !== undefined
  const offered = session.offer(isSilent ? stanza : withAttrs(stanza, { 'xml:lang': lang }))
  if (offered) host.events.stanza()
  return offered
}

/** What is of the stream and no matter of the router; null for all else. */
function replyTo(stanza: Element, { jid }: Session): Element | null {
  const { id = '', to } = stanza.attrs
  if (to !== undefined && to !== jid.domain) return null
  if (child(stanza, 'session', NS_SESSION)) {
    return el('iq', NS_CLIENT, { type: 'result', id, to: jid.text })
  }
  if (!child(stanza, 'bind', NS_BIND)) return null
  // RFC 6120 §7.6.2.2: a stream has one resource.
  return errorReply(withAttrs(stanza, { from: jid.text }), new StanzaError('not-allowed'))
}

/** RFC 6120 §8.1.2.1: the full address, or the bare one. */
function isOwn(from: string, { jid }: Session): boolean {
  if (from === jid.text || from === jid.bare) return true
  const parsed = parseJid(from)?.text
  return parsed === jid.text || parsed === jid.bare
}

function manage(element: Element, { session, stream, host }: Place): void {
  switch (element.name) {
    case 'r':
      session.answerRequest()
      return
    case 'a': {
      const h = countOf(element)
      if (h === null || !session.management) stream.fail({ condition: 'policy-violation' })
      else if (!session.acknowledge(h)) stream.fail(tooHigh(session, h))
      return
    }
    case 'enable':
      enable(element, { session, stream, host })
      return
    default:
      stream.write(managementFailed('unexpected-request'))
  }
}

/** XEP-0198 §3. A second attempt ends the stream. */
function enable(element: Element, { session, stream, host }: Omit<Place, 'lang'>): void {
  if (session.management) {
    stream.fail({ condition: 'policy-violation', text: 'Stream management is on already.' })
    return
  }
  stream.write(enableManagement(element, session, host))
}

/** @param element `<enable/>`. @returns `<enabled/>` */
export function enableManagement(element: Element, session: Session, host: StreamHost): string {
  const isResumable = ['true', '1'].includes(element.attrs['resume'] ?? '')
  const id = isResumable ? host.random.bytes(18).toString('base64url') : null
  const max = Math.floor(host.settings.resumeMs / 1_000)
  const how = id === null ? '' : ` id='${escapeAttr(id)}' resume='true' max='${max}'`
  session.enableManagement(id)
  if (id !== null) host.sessions.addResumable(id, session)
  return `<enabled xmlns='${NS_MANAGEMENT}'${how}/>`
}
