// XEP-0486, XEP-0317, XEP-0502, XEP-0433 and XEP-0503 at rooms: their versions are below
// Source: https://xmpp.org/extensions/
import { type Feature } from '../host.ts'

/** What rooms do beside XEP-0045, each in a file of its own in `rooms/`. */
export const roomExtras: readonly Feature[] = [
  {
    name: 'spaces',
    xep: 503,
    title: 'Server-side spaces',
    version: '0.3.0',
    discovery: [],
    notes: [
      'A room says which space it belongs to (section "Advertising space membership"), as its owner has set it (`muc#roomconfig_pubsub`). There is no publish-subscribe service for spaces: a node of a person’s account can be one, as far as XEP-0060 goes there.',
    ],
  },
]
