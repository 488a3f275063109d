// XEP-0202: Entity Time, version 2.0
// Source: https://xmpp.org/extensions/xep-0202.html
import { el } from '../../xml/element.ts'
import { type Feature } from '../host.ts'

const NS = 'urn:xmpp:time'

/** The server's clock, in UTC and without a zone of its own. */
export const entityTime: Feature = {
  name: 'entity-time',
  xep: 202,
  title: 'Entity Time',
  version: '2.0',
  discovery: [NS],
  setup(host) {
    host.onOpenIq({ type: 'get', ns: NS, name: 'time', at: ['server'] }, () => {
      const utc = new Date(host.clock.now()).toISOString()
      return el('time', NS, {}, el('tzo', NS, {}, 'Z'), el('utc', NS, {}, utc))
    })
  },
}
