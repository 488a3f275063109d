// A server of ours and one of other people, that know each other.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthority } from '../support/authority.ts'
import { dnsServer } from '../support/dns-server.ts'
import { freePorts } from '../support/free-ports.ts'
import { type Kind, peer, type Peer } from './peer.ts'
import { testServer, type TestServer } from './server.ts'

export type Both = {
  readonly ours: TestServer
  readonly theirs: Peer
  /** Stops both, and leaves nothing behind. */
  remove(): Promise<void>
}

/** @param settings of ours, beside those that they need to find and believe each other */
export async function startBoth(
  kind: Kind,
  settings: Readonly<Record<string, string>> = {},
): Promise<Both> {
  const authority = createAuthority()
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-peers-'))
  const [s2sPort = 0] = await freePorts(1)
  // ejabberd asks for the record itself, and the system for addresses.
  const dns = await dnsServer({
    srv: {
      '_xmpp-server._tcp.chat.example': [{ target: 'localhost', port: s2sPort }],
      '_xmpp-server._tcp.conference.chat.example': [{ target: 'localhost', port: s2sPort }],
    },
  })
  const where = { domain: 'chat.example', s2sPort, dnsPort: dns.port }
  const theirs = await peer(kind, authority, where)
  const { cert, key } = authority.issue({ dns: ['chat.example', 'conference.chat.example'] })
  const files = { 'ca.pem': authority.cert, 'cert.pem': cert, 'key.pem': key }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
  const at = `127.0.0.1:${theirs.s2sPort}`
  const ours = await testServer(
    {
      ONRECORD_S2S_PORT: String(s2sPort),
      ONRECORD_S2S_ALLOW: `${kind.domain}, *.${kind.domain}`,
      ONRECORD_S2S_HOSTS: `${kind.domain}=${at}, conference.${kind.domain}=${at}`,
      ONRECORD_S2S_CA: join(dir, 'ca.pem'),
      ONRECORD_TLS_CERT: join(dir, 'cert.pem'),
      ONRECORD_TLS_KEY: join(dir, 'key.pem'),
      ...settings,
    },
    dir,
  )
  await theirs.start()
  await ours.start()
  return {
    ours,
    theirs,
    async remove() {
      await theirs.remove()
      await ours.remove()
      dns.close()
    },
  }
}
