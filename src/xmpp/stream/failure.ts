import { escapeText } from '../../xml/serialize.ts'
import { type StreamCondition } from '../ports.ts'

const NS_STREAM_ERRORS = 'urn:ietf:params:xml:ns:xmpp-streams'

/** Why a stream ends: RFC 6120 §4.9. `extra` is an application-specific condition, as XML. */
export type StreamFailure = {
  readonly condition: StreamCondition
  readonly text?: string
  readonly extra?: string
}

/**
 * The `<stream:error/>` element.
 *
 * @param declared ` xmlns:stream='…'` where nothing around it declares the prefix (RFC 7395 §3.3.3)
 */
export function streamError(
  { condition, text, extra = '' }: StreamFailure,
  declared: string,
): string {
  const ns = `xmlns='${NS_STREAM_ERRORS}'`
  const said = text === undefined ? '' : `<text ${ns} xml:lang='en'>${escapeText(text)}</text>`
  return `<stream:error${declared}><${condition} ${ns}/>${said}${extra}</stream:error>`
}
