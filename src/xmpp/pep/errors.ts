import { el } from '../../xml/element.ts'
import { type Condition, type ErrorType, StanzaError } from '../wire/stanza-error.ts'

const NS_ERRORS = 'http://jabber.org/protocol/pubsub#errors'

/** A stanza error with the condition that XEP-0060 adds to it. */
export function pubsubError(
  condition: Condition,
  detail: string,
  more: { readonly type?: ErrorType; readonly text?: string } = {},
): StanzaError {
  return new StanzaError(condition, { ...more, detail: el(detail, NS_ERRORS) })
}

/** XEP-0060 section 16.5: the features are in its schema. */
export function unsupported(feature: string): StanzaError {
  return new StanzaError('feature-not-implemented', {
    detail: el('unsupported', NS_ERRORS, { feature }),
  })
}
