// XEP-0115: Entity Capabilities, version 1.6.0
// Source: https://xmpp.org/extensions/xep-0115.html
import { type Feature } from '../host.ts'

/**
 * The server's own capabilities are in the stream features (`disco.ts`), and those of clients go with their presence. What they want to be
 * notified of is looked up, and remembered by hashes that were checked (`pep/interests.ts`).
 */
export const caps: Feature = {
  name: 'caps',
  xep: 115,
  title: 'Entity Capabilities',
  version: '1.6.0',
  discovery: ['http://jabber.org/protocol/caps'],
}
