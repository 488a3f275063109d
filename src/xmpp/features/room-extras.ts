// XEP-0503: Server-side spaces, version 0.3.0, and what else rooms do beside XEP-0045
// Source: https://xmpp.org/extensions/xep-0503.html
import { type Feature } from '../host.ts'

/** What rooms do beside XEP-0045, each in a file of its own in `rooms/`. */
export const roomExtras: readonly Feature[] = [
  {
    name: 'self-ping',
    xep: 410,
    title: "MUC Self-Ping (Schrödinger's Chat)",
    version: '1.1.0',
    discovery: [],
    notes: ['Answered by the room itself (`rooms/relay.ts`).'],
  },
  {
    name: 'occupant-ids',
    xep: 421,
    title: 'Occupant identifiers for semi-anonymous MUCs',
    version: '1.0.1',
    discovery: [],
  },
  {
    name: 'moderation',
    xep: 425,
    title: 'Moderated Message Retraction',
    version: '0.3.0',
    discovery: [],
    notes: [
      'What a moderator takes back stays on the record. What is left of it in an archive says who did that; why, stands in his act.',
    ],
  },
  {
    name: 'slow-mode',
    xep: 500,
    title: 'MUC Slow Mode',
    version: '0.1.1',
    discovery: [],
  },
  {
    name: 'hats',
    xep: 317,
    title: 'Hats',
    version: '0.3.1',
    discovery: [],
    notes: [
      'In rooms. Owners alone make, give and take hats, and each of that is on record; whoever belongs to a room sees the list of its hats.',
    ],
  },
  {
    name: 'channel-search',
    xep: 433,
    title: 'Extended Channel Search',
    version: '0.1.0',
    discovery: [],
    notes: [
      'Over the rooms at `conference.<domain>` that who asks may know of. Without a least number of users.',
    ],
  },
  {
    name: 'room-avatars',
    xep: 486,
    title: 'MUC Avatars',
    version: '0.1.0',
    discovery: [],
    notes: [
      'The card is on record. No presence comes from the address of the room itself, which section 5.2 advises against.',
    ],
  },
  {
    name: 'room-activity',
    xep: 502,
    title: 'MUC Activity Indicator',
    version: '0.1.0',
    discovery: [],
    notes: [
      'Over the last 24 whole hours, counted since the start of the server; to nobody who may not know of the room.',
    ],
  },
  {
    name: 'spaces',
    xep: 503,
    title: 'Server-side spaces',
    version: '0.3.0',
    isPartial: true,
    discovery: [],
    notes: [
      'A room says which space it belongs to (section "Advertising space membership"), as its owner has set it (`muc#roomconfig_pubsub`). There is no publish-subscribe service for spaces: a node of a person’s account can be one, as far as XEP-0060 goes there.',
    ],
  },
]
