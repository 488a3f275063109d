import { OperatorError } from '../../base/errors.ts'

/** XML 1.0 section 2.2 knows no other characters. */
const unsayable = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u

/** @throws {OperatorError} for what cannot be in a stanza: it would end the streams of all whom it is for */
export function mustBeSayable(text: string): void {
  if (!unsayable.test(text)) return
  throw new OperatorError('api.bad-request', 'A text has no control characters.')
}
