// XEP-0292: vCard4 Over XMPP, version 0.12.0
// Source: https://xmpp.org/extensions/xep-0292.html
import { type Feature } from '../host.ts'

/** Cards as nodes: one's own, and those that a person keeps of his contacts for himself (`pep/config.ts`). */
export const vcard4: Feature = {
  name: 'vcard4',
  xep: 292,
  title: 'vCard4 Over XMPP',
  version: '0.12.0',
  discovery: [],
  accountDiscovery: ['urn:ietf:params:xml:ns:vcard-4.0'],
  notes: [
    'As the node `urn:xmpp:vcard4`; requests of its own were taken out of the specification in version 0.12.0. It is not made of the card of XEP-0054, nor the other way round.',
    'A notification has the card in it, unless the node is set up otherwise.',
  ],
}
