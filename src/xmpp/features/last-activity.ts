// XEP-0012: Last Activity, version 2.0
// Source: https://xmpp.org/extensions/xep-0012.html
import { el } from '../../xml/element.ts'
import { type Feature } from '../host.ts'

const NS = 'jabber:iq:last'

/**
 * How long the server has been running. Of people it says nothing: when somebody was last there is known to those who
 * have his presence, from that presence.
 */
export const lastActivity: Feature = {
  name: 'last-activity',
  xep: 12,
  title: 'Last Activity',
  version: '2.0',
  isPartial: true,
  discovery: [NS],
  notes: [
    'Of the server alone (section 5). Requests to people are answered as by one who is not there.',
  ],
  setup(host) {
    const startedAt = host.clock.now()
    host.onOpenIq({ type: 'get', ns: NS, name: 'query', at: ['server'] }, () => {
      const seconds = Math.max(0, Math.floor((host.clock.now() - startedAt) / 1_000))
      return el('query', NS, { seconds: String(seconds) })
    })
  },
}
