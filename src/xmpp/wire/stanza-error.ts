// RFC 6120 section 8.3: stanza errors.
import { el, type Element } from '../../xml/element.ts'

const NS_STANZAS = 'urn:ietf:params:xml:ns:xmpp-stanzas'

export type ErrorType = 'auth' | 'cancel' | 'continue' | 'modify' | 'wait'

/** RFC 6120 section 8.3.3: each condition with the type that it usually has. */
const usualType = {
  'bad-request': 'modify',
  conflict: 'cancel',
  'feature-not-implemented': 'cancel',
  forbidden: 'auth',
  gone: 'cancel',
  'internal-server-error': 'cancel',
  'item-not-found': 'cancel',
  'jid-malformed': 'modify',
  'not-acceptable': 'modify',
  'not-allowed': 'cancel',
  'not-authorized': 'auth',
  'policy-violation': 'modify',
  'recipient-unavailable': 'wait',
  redirect: 'modify',
  'registration-required': 'auth',
  'remote-server-not-found': 'cancel',
  'remote-server-timeout': 'wait',
  'resource-constraint': 'wait',
  'service-unavailable': 'cancel',
  'subscription-required': 'auth',
  'undefined-condition': 'cancel',
  'unexpected-request': 'wait',
} as const satisfies Readonly<Record<string, ErrorType>>

export type Condition = keyof typeof usualType

/** What a handler throws for its sender to be told. It costs the one stanza. */
export class StanzaError extends Error {
  override readonly name = 'StanzaError'
  readonly condition: Condition
  readonly type: ErrorType
  /** A sentence that the sender is shown; null where the condition says it all. */
  readonly text: string | null
  /** An application-specific condition, RFC 6120 section 8.3.4. */
  readonly detail: Element | null
  /** What stands beside the error: what is the case instead of what was asked for. Null for nothing. */
  readonly beside: Element | null

  constructor(
    condition: Condition,
    more: {
      readonly type?: ErrorType
      readonly text?: string
      readonly detail?: Element
      readonly beside?: Element
    } = {},
  ) {
    super(more.text ?? condition)
    this.condition = condition
    this.type = more.type ?? usualType[condition]
    this.text = more.text ?? null
    this.detail = more.detail ?? null
    this.beside = more.beside ?? null
  }
}

/**
 * The error stanza that answers `stanza`: addresses swapped, same id. What was sent is not echoed (RFC 6120 section 8.3.1
 * leaves it open), so that an error never carries a message's text.
 */
export function errorReply(stanza: Element, error: StanzaError): Element {
  const { id, from, to } = stanza.attrs
  const children = [el(error.condition, NS_STANZAS)]
  if (error.text !== null) {
    children.push(el('text', NS_STANZAS, { 'xml:lang': 'en' }, error.text))
  }
  if (error.detail) children.push(error.detail)
  return el(
    stanza.name,
    stanza.ns,
    {
      type: 'error',
      ...(id === undefined ? {} : { id }),
      ...(to === undefined ? {} : { from: to }),
      ...(from === undefined ? {} : { to: from }),
    },
    ...(error.beside ? [error.beside] : []),
    el('error', stanza.ns, { type: error.type }, ...children),
  )
}
