// XEP-0133: Service Administration, version 1.3.1
// Source: https://xmpp.org/extensions/xep-0133.html
// Sections 4.11, 4.12, 4.30 and 4.31 are left out on purpose: docs/decisions/0014-administrators-at-a-client.md
import { type Feature } from '../host.ts'

/** For people with the role `administrator`: commands in `commands/`, each on record before anything comes of it. */
export const administration: Feature = {
  name: 'administration',
  xep: 133,
  title: 'Service Administration',
  version: '1.3.1',
  isPartial: true,
  discovery: ['http://jabber.org/protocol/admin'],
  notes: [
    'Four use cases are left out on purpose: lists of whom the server talks to (sections 4.11 and 4.12) are settings, and restart and shut-down (4.30 and 4.31) belong to whoever runs the process: with a chat password alone nobody stops the record.',
    'Nobody removes or disables himself, or takes the role from himself. Passwords and roles of people who open content (officers, reviewers and so on) are changed at the machine alone: `not-allowed`.',
    'An account has a password, so `password` is required (4.1). Statistics (4.10) are addresses, resources and the size of the roster.',
    'Announcements are messages: recorded, then delivered. The message of the day comes once, whatever is corrected later.',
  ],
  setup(host) {
    host.onStart(async () => await host.administration.start())
  },
}
