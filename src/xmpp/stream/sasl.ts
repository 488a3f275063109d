// SASL in XMPP as RFC 6120 §6 has it.
import { textOf } from '../../xml/element.ts'
import { escapeText } from '../../xml/serialize.ts'
import { fromBase64 } from './base64.ts'
import { type Framing } from './framing.ts'
import { failed } from './mechanism.ts'
import { NS_SASL } from './namespaces.ts'
import { noWishes } from './wishes.ts'

/** `auth`, `response` and `abort`; after success the client begins a new stream. */
export const sasl: Framing = {
  read(element) {
    const text = textOf(element)
    // "=" alone is an empty message, and none at all asks for the first challenge (§6.4.2).
    const data = text === '=' ? Buffer.alloc(0) : fromBase64(text)
    switch (element.name) {
      case 'auth': {
        if (!data) return failed('incorrect-encoding')
        const mechanism = element.attrs['mechanism'] ?? ''
        return { kind: 'start', mechanism, initial: text === '' ? null : data, wishes: noWishes }
      }
      case 'response':
        return data ? { kind: 'response', data } : failed('incorrect-encoding')
      case 'abort':
        return failed('aborted')
      default:
        return failed('malformed-request')
    }
  },

  challenge: (data) => `<challenge xmlns='${NS_SASL}'>${data.toString('base64')}</challenge>`,

  failure({ condition, text }) {
    const said = text === null ? '' : `<text xml:lang='en'>${escapeText(text)}</text>`
    return `<failure xmlns='${NS_SASL}'><${condition}/>${said}</failure>`
  },
}

/** @param data the last word of the mechanism */
export function success(data: Buffer | null): string {
  return `<success xmlns='${NS_SASL}'>${data ? data.toString('base64') : ''}</success>`
}
