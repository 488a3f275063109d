// XEP-0199: XMPP Ping, version 2.0.1
// Source: https://xmpp.org/extensions/xep-0199.html
import { type Feature } from '../host.ts'

const NS = 'urn:xmpp:ping'

/** Answers pings; `stream/` sends them to clients that have been silent for long. */
export const ping: Feature = {
  name: 'ping',
  xep: 199,
  title: 'XMPP Ping',
  version: '2.0.1',
  discovery: [NS],
  accountDiscovery: [NS],
  setup(host) {
    host.onOpenIq({ type: 'get', ns: NS, name: 'ping', at: ['server', 'own'] }, () => null)
  },
}
