import { type Element } from '../xml/element.ts'
import { StanzaError } from './wire/stanza-error.ts'

/**
 * What would take bytes from device to device, past the record: XEP-0096, 0065, 0047, 0066, 0234 and 0166. Calls go
 * through a relay (DESIGN.md §8, 5), which Jingle's own candidates do not.
 */
const refused: ReadonlySet<string> = new Set([
  'http://jabber.org/protocol/si',
  'http://jabber.org/protocol/bytestreams',
  'http://jabber.org/protocol/ibb',
  'jabber:iq:oob',
  'urn:xmpp:jingle:1',
])

/** @throws {StanzaError} when the stanza offers a transfer or a connection between devices */
export function refuseDirectTransfer(stanza: Element): void {
  if (!stanza.children.some((node) => typeof node !== 'string' && refused.has(node.ns))) return
  throw new StanzaError('not-acceptable', {
    text: 'Files and connections from device to device are not allowed here: send files through the server.',
  })
}
