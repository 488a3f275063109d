import { type Feature } from '../host.ts'
import { ns } from '../wire/names.ts'

/**
 * What clients say to each other and the server carries: on record where it says something, else by the table of what is
 * transient (`intake/transient-table.ts`). The rules that the server has for it are in the files that are named.
 */
export const carried: readonly Feature[] = [
  {
    name: 'avatars',
    xep: 84,
    title: 'User Avatar',
    version: '1.1.4',
    discovery: [],
    notes: ['As nodes of their person; `avatar-conversion.ts` keeps the card of XEP-0054 in step.'],
  },
  {
    name: 'nicknames',
    xep: 172,
    title: 'User Nickname',
    version: '1.1',
    discovery: [],
    notes: ['As a node of its person.'],
  },
  {
    name: 'vcard4',
    xep: 292,
    title: 'vCard4 Over XMPP',
    version: '0.12.0',
    discovery: [],
    notes: [
      'As the node `urn:xmpp:vcard4`. It is not made of the card of XEP-0054, nor the other way round.',
    ],
  },
  {
    name: 'displayed-synchronization',
    xep: 490,
    title: 'Message Displayed Synchronization',
    version: '1.0.1',
    discovery: [],
    notes: ['As a private node of its person; the server does not fill it in itself (section 5).'],
  },
  {
    name: 'notification-settings',
    xep: 492,
    title: 'Chat Notification Settings',
    version: '0.2.0',
    discovery: [],
    notes: ['As extensions of bookmarks, which are kept as they are.'],
  },
  {
    name: 'chat-states',
    xep: 85,
    title: 'Chat State Notifications',
    version: '2.1',
    discovery: [],
    notes: ['To nobody who is there they vanish (`messages.ts`).'],
  },
  {
    name: 'receipts',
    xep: 184,
    title: 'Message Delivery Receipts',
    version: '1.4.0',
    discovery: [],
    notes: ['For who is away a receipt is recorded, so that it waits (`messages.ts`).'],
  },
  {
    name: 'delayed-delivery',
    xep: 203,
    title: 'Delayed Delivery',
    version: '2.0',
    discovery: [ns.delay],
    notes: ["A delay that a client claims in the server's name is taken out (`drafts.ts`)."],
  },
  {
    name: 'forwarding',
    xep: 297,
    title: 'Stanza Forwarding',
    version: '1.0',
    discovery: [],
  },
  {
    name: 'correction',
    xep: 308,
    title: 'Last Message Correction',
    version: '1.2.1',
    discovery: [],
    notes: [
      'By the author alone, and within the time that the settings give (`intake/target.ts`).',
    ],
  },
  {
    name: 'markers',
    xep: 333,
    title: 'Displayed Markers',
    version: '1.0.0',
    discovery: [],
    notes: ['What was displayed is on record, at most one entry a conversation a second.'],
  },
  {
    name: 'hints',
    xep: 334,
    title: 'Message Processing Hints',
    version: '1.0.0',
    discovery: [ns.hints],
    notes: [
      '`no-store` and `no-permanent-store` have no effect: nothing keeps a message off the record or out of the archives. `no-copy` is heeded (`carbons.ts`).',
    ],
  },
  {
    name: 'stanza-ids',
    xep: 359,
    title: 'Unique and Stable Stanza IDs',
    version: '0.7.0',
    discovery: [ns.stanzaIds],
    accountDiscovery: [ns.stanzaIds],
    notes: ['A stanza id in the name of an archive of this server is taken out (`drafts.ts`).'],
  },
  {
    name: 'reactions',
    xep: 444,
    title: 'Message Reactions',
    version: '0.2.1',
    discovery: [],
  },
  {
    name: 'replies',
    xep: 461,
    title: 'Message Replies',
    version: '0.2.1',
    discovery: [],
  },
  {
    name: 'offline',
    xep: 160,
    title: 'Best Practices for Handling Offline Messages',
    version: '1.0.1',
    discovery: ['msgoffline'],
    notes: ['What waits is fetched from the archive (`offline.ts`); there is no store of its own.'],
  },
]
