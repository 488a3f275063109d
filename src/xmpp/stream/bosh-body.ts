// XEP-0124: Bidirectional-streams Over Synchronous HTTP (BOSH), version 1.11.2: the `<body/>` around everything.
// Source: https://xmpp.org/extensions/xep-0124.html
import { Element } from '../../xml/element.ts'
import { escapeAttr } from '../../xml/serialize.ts'
import { type Header } from './channel.ts'
import { NS_CLIENT, NS_STREAMS } from './namespaces.ts'

const NS_BOSH = 'http://jabber.org/protocol/httpbind'
const NS_XBOSH = 'urn:xmpp:xbosh'

/** Terminal conditions of §17.2 that we use. */
export type BoshCondition =
  | 'bad-request'
  | 'item-not-found'
  | 'policy-violation'
  | 'remote-stream-error'

/** What a request says beside its payloads. */
export type BoshRequest = {
  /** 1 to 2^53 - 1. */
  readonly rid: number
  /** The highest of which the client has had all answers; null: it did not say. */
  readonly ack: number | null
  readonly isTerminate: boolean
  /** Seconds; null: no pause is asked for. */
  readonly pause: number | null
  readonly isRestart: boolean
  /** What stands for the stream header where a stream begins. */
  readonly header: Header
  readonly payloads: readonly Element[]
}

/** Null when it is none. */
export function readRequest(body: Element): BoshRequest | null {
  const { name, ns, attrs, children } = body
  const rid = numberIn(attrs['rid'])
  if (name !== 'body' || ns !== NS_BOSH || rid === null || rid === 0) return null
  return {
    rid,
    ack: numberIn(attrs['ack']),
    isTerminate: attrs['type'] === 'terminate',
    pause: numberIn(attrs['pause']),
    isRestart: ['true', '1'].includes(attrs[`{${NS_XBOSH}}restart`] ?? ''),
    header: headerIn(attrs),
    payloads: children.filter((node) => typeof node !== 'string').map((node) => ofClient(node)),
  }
}

/** A whole number that rids can be, XEP-0124 §14; null for anything else. */
export function numberIn(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return null
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : null
}

/** XEP-0206 §3. Who names no version speaks the one that there is. */
function headerIn(attrs: Element['attrs']): Header {
  const { to = '' } = attrs
  return {
    to: to === '' ? null : to,
    from: attrs['from'] ?? null,
    version: attrs[`{${NS_XBOSH}}version`] ?? '1.0',
    lang: attrs['xml:lang'] ?? null,
  }
}

/** XEP-0206 §2: many clients leave out the namespace of stanzas, and mean theirs. */
function ofClient(element: Element): Element {
  if (element.ns !== NS_BOSH) return element
  const children = element.children.map((node) =>
    typeof node === 'string' ? node : ofClient(node),
  )
  return new Element(element.name, NS_CLIENT, element.attrs, children)
}

/** @param attrs of the `<body/>`. @param inside whole elements, as XML */
export function bodyXml(attrs: Readonly<Record<string, string>>, inside: string): string {
  let open = `<body xmlns='${NS_BOSH}'`
  if (inside !== '') open += ` xmlns:stream='${NS_STREAMS}'`
  for (const name in attrs) open += ` ${name}='${escapeAttr(attrs[name] ?? '')}'`
  return inside === '' ? `${open}/>` : `${open}>${inside}</body>`
}

export function terminal(condition: BoshCondition): string {
  return bodyXml({ type: 'terminate', condition }, '')
}

/** What the first answer says, beside the session's own numbers (XEP-0206 §4). */
export const xboshAttrs: Readonly<Record<string, string>> = {
  'xmlns:xmpp': NS_XBOSH,
  'xmpp:version': '1.0',
  'xmpp:restartlogic': 'true',
}
