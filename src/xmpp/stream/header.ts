import { type Person } from '../../directory/ports.ts'
import { parseJid } from '../wire/jid.ts'
import { type Header } from './channel.ts'
import { type StreamFailure } from './failure.ts'

/** Why a stream header cannot stand, or null: RFC 6120 §4.7 and §4.9.3. */
export function refusalOf(
  { to, from, version }: Header,
  domain: string,
  person: Person | null,
): StreamFailure | null {
  if (to === null) {
    return { condition: 'improper-addressing', text: 'The stream header needs a "to".' }
  }
  if (parseJid(to)?.text !== domain) return { condition: 'host-unknown' }
  // §4.7.5: leading zeros are ignored.
  if (!/^0{0,9}[1-9]\d{0,2}\.\d{1,3}$/.test(version ?? ''))
    return { condition: 'unsupported-version' }
  if (from === null) return null
  const who = parseJid(from)
  const isOther = who === null || (person !== null && who.bare !== person.address)
  return isOther ? { condition: 'invalid-from' } : null
}
