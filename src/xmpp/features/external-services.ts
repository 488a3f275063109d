// XEP-0215: External Service Discovery, version 1.0.0
// Source: https://xmpp.org/extensions/xep-0215.html
import { createHmac } from 'node:crypto'
import { child, el, type Element } from '../../xml/element.ts'
import { type Feature, type Host } from '../host.ts'
import { formatDateTime } from '../wire/date-time.ts'
import { StanzaError } from '../wire/stanza-error.ts'

const NS = 'urn:xmpp:extdisco:2'

/** Longer than most calls; who keeps them for later asks again. */
const credentialMs = 12 * 3_600_000

/** STUN and TURN servers that the settings name, with credentials that end by themselves, and this server's own web port. */
export const externalServices: Feature = {
  name: 'external-services',
  xep: 215,
  title: 'External Service Discovery',
  version: '1.0.0',
  discovery: [NS],
  notes: [
    'The web port, which files, WebSocket and BOSH are at, stands in it as `http` or `https`.',
    'Changes are not pushed: services are settings, and change with a new start.',
  ],
  setup(host) {
    host.onIq({ type: 'get', ns: NS, name: 'services', at: ['server'] }, ({ attrs }, from) => {
      const { type } = attrs
      const asked = host.relays.services.filter((one) => type === undefined || one.type === type)
      const all = asked.map((one) => serviceElement(host, one, from.account.person.id))
      return el('services', NS, type === undefined ? {} : { type }, ...all)
    })
    // Section 3.3.
    host.onIq({ type: 'get', ns: NS, name: 'credentials', at: ['server'] }, (request, from) => {
      const asked = child(request, 'service', NS)?.attrs ?? {}
      if (asked['type'] === undefined || asked['host'] === undefined) {
        throw new StanzaError('bad-request', { text: 'A service is named by its type and host.' })
      }
      const found = host.relays.services.filter(
        ({ type, host: name, port }) =>
          type === asked['type'] &&
          name === asked['host'] &&
          (asked['port'] === undefined || asked['port'] === String(port)),
      )
      if (found.length === 0) throw new StanzaError('item-not-found')
      const all = found.map((one) => serviceElement(host, one, from.account.person.id))
      return el('credentials', NS, {}, ...all)
    })
  },
}

/** A server that clients find: for calls, or on the web. */
export type ExternalService = {
  readonly type: 'stun' | 'stuns' | 'turn' | 'turns' | 'http' | 'https'
  readonly host: string
  readonly port: number
  readonly transport: 'udp' | 'tcp'
}

function serviceElement(host: Host, service: ExternalService, person: string): Element {
  const { type, host: name, port, transport } = service
  const attrs = { type, host: name, port: String(port), transport }
  const { secret } = host.relays
  if (!secret || (type !== 'turn' && type !== 'turns')) return el('service', NS, attrs)
  const expires = host.clock.now() + credentialMs
  // As coturn's `use-auth-secret` has it: when it ends and for whom, and an HMAC of that. The relay learns an id and no address.
  const username = `${Math.floor(expires / 1_000)}:${person}`
  const password = createHmac('sha1', secret.reveal()).update(username).digest('base64')
  const credentials = { username, password, expires: formatDateTime(expires), restricted: 'true' }
  return el('service', NS, { ...attrs, ...credentials })
}
