// XEP-0092: Software Version, version 1.1
// Source: https://xmpp.org/extensions/xep-0092.html
import { productVersion } from '../../base/version.ts'
import { el } from '../../xml/element.ts'
import { type Feature } from '../host.ts'

const NS = 'jabber:iq:version'

/** Name and version of the program. Not the operating system: section 4 leaves it out for who does not want to say. */
export const version: Feature = {
  name: 'version',
  xep: 92,
  title: 'Software Version',
  version: '1.1',
  discovery: [NS],
  setup(host) {
    const answer = el(
      'query',
      NS,
      {},
      el('name', NS, {}, 'Onrecord'),
      el('version', NS, {}, productVersion),
    )
    host.onOpenIq({ type: 'get', ns: NS, name: 'query', at: ['server'] }, () => answer)
  },
}
