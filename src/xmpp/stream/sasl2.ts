// XEP-0388: Extensible SASL Profile, version 1.0.4
// Source: https://xmpp.org/extensions/xep-0388.html
import { child, textOf } from '../../xml/element.ts'
import { escapeText } from '../../xml/serialize.ts'
import { fromBase64 } from './base64.ts'
import { type StreamFailure } from './failure.ts'
import { type Framing } from './framing.ts'
import { failed } from './mechanism.ts'
import { NS_SASL, NS_SASL2 } from './namespaces.ts'
import { wishesIn } from './wishes.ts'

/** `authenticate`, `response` and `abort`; after success the stream goes on, with new features. */
export const sasl2: Framing = {
  read(element) {
    switch (element.name) {
      case 'authenticate': {
        const first = child(element, 'initial-response', NS_SASL2)
        const initial = first ? fromBase64(textOf(first)) : null
        if (first && !initial) return failed('incorrect-encoding')
        const mechanism = element.attrs['mechanism'] ?? ''
        return { kind: 'start', mechanism, initial, wishes: wishesIn(element) }
      }
      case 'response': {
        const data = fromBase64(textOf(element))
        return data ? { kind: 'response', data } : failed('incorrect-encoding')
      }
      case 'abort':
        return failed('aborted')
      default:
        return failed('malformed-request')
    }
  },

  challenge: (data) => `<challenge xmlns='${NS_SASL2}'>${data.toString('base64')}</challenge>`,

  failure({ condition, text }) {
    const said = text === null ? '' : `<text>${escapeText(text)}</text>`
    return `<failure xmlns='${NS_SASL2}'><${condition} xmlns='${NS_SASL}'/>${said}</failure>`
  },
}

/** Nothing but these may come while an exchange is under way, §2.4. */
export function goesOn(name: string, ns: string): boolean {
  return ns === NS_SASL2 && (name === 'response' || name === 'abort')
}

/** What ends the stream of who sends something else then. */
export const outOfTurn: StreamFailure = {
  condition: 'policy-violation',
  text: 'Only a response or an abort may come now.',
}

/**
 * §2.6.1.
 *
 * @param data the last word of the mechanism
 * @param address bare, or full where a resource is bound
 * @param more what came of the client's wishes, as XML
 */
export function success2(data: Buffer | null, address: string, more: string): string {
  const said = data ? `<additional-data>${data.toString('base64')}</additional-data>` : ''
  const who = `<authorization-identifier>${escapeText(address)}</authorization-identifier>`
  return `<success xmlns='${NS_SASL2}'>${said}${who}${more}</success>`
}
