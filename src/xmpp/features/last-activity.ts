// XEP-0012: Last Activity, version 2.0
// Source: https://xmpp.org/extensions/xep-0012.html
import { el } from '../../xml/element.ts'
import { type Feature } from '../host.ts'
import { StanzaError } from '../wire/stanza-error.ts'

const NS = 'jabber:iq:last'

/**
 * How long the server has been running. Of people it says only whether they are there: when somebody was last there is not
 * kept.
 */
export const lastActivity: Feature = {
  name: 'last-activity',
  xep: 12,
  title: 'Last Activity',
  version: '2.0',
  isPartial: true,
  discovery: [NS],
  accountDiscovery: [NS],
  notes: [
    'When a person was last there is not kept: contacts are told 0 while a device is connected (section 3), and then nothing. A stranger who asks a device is told that there is none.',
  ],
  setup(host) {
    const startedAt = host.clock.now()
    const at = ['server', 'own', 'contact', 'stranger', 'nobody'] as const
    host.onOpenIq({ type: 'get', ns: NS, name: 'query', at }, (_query, _from, whom) => {
      // Section 3. The same for nobody, so that it tells of no account.
      if (whom.kind === 'stranger' || whom.kind === 'nobody') throw new StanzaError('forbidden')
      const isAway = whom.kind === 'contact' && whom.account.sessions.size === 0
      if (isAway) throw new StanzaError('service-unavailable')
      const sinceMs = whom.kind === 'server' ? host.clock.now() - startedAt : 0
      const seconds = Math.max(0, Math.floor(sinceMs / 1_000))
      return el('query', NS, { seconds: String(seconds) })
    })
  },
}
