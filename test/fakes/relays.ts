import { Secret } from '../../src/base/secret.ts'
import { type Relays } from '../../src/xmpp/host.ts'

/** One relay, for STUN and for TURN. */
export const fakeRelays: Relays = {
  services: [
    { type: 'stun', host: 'relay.localhost', port: 3478, transport: 'udp' },
    { type: 'turn', host: 'relay.localhost', port: 3478, transport: 'udp' },
  ],
  secret: new Secret('north'),
}
