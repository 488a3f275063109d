// XEP-0441: Message Archive Management Preferences, version 0.2.0
// Source: https://xmpp.org/extensions/xep-0441.html
import { el } from '../../xml/element.ts'
import { type Feature } from '../host.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'

/** Everything is archived, and nobody can choose otherwise: the archive is a view of the record. */
export const archivePreferences: Feature = {
  name: 'archive-preferences',
  xep: 441,
  title: 'Message Archive Management Preferences',
  version: '0.2.0',
  isPartial: true,
  discovery: [],
  accountDiscovery: [ns.mam],
  notes: ['`always` is the only preference; a request for another is refused.'],
  setup(host) {
    const always = el(
      'prefs',
      ns.mam,
      { default: 'always' },
      el('always', ns.mam),
      el('never', ns.mam),
    )
    host.onIq({ type: 'get', ns: ns.mam, name: 'prefs' }, () => always)
    host.onIq({ type: 'set', ns: ns.mam, name: 'prefs' }, (prefs) => {
      const never = prefs.children.some(
        (node) => typeof node !== 'string' && node.name === 'never' && node.children.length > 0,
      )
      if (prefs.attrs['default'] !== 'always' || never) {
        throw new StanzaError('not-allowed', {
          text: 'Every message is on record here, and in your archive.',
        })
      }
      return always
    })
  },
}
