// Other servers, each with a domain of its own: their certificates, and the connections that our server makes to them.
import { once } from 'node:events'
import { createSecureContext, createServer, type TLSSocket } from 'node:tls'
import { type CertificateWishes, createAuthority, type Pair } from '../../support/authority.ts'

/** Where all of them listen, with TLS from the first byte; their domain is what TLS asks for. */
export type OtherServers = {
  readonly port: number
  /** Of the authority that our server trusts, PEM. */
  readonly authority: string
  /** A domain that no other case has. @param fault what is wrong with its certificate; empty: nothing */
  take(fault: string): string
  certificateOf(domain: string): Pair
  /** The next connection that our server makes to that domain, after TLS. */
  called(domain: string): Promise<TLSSocket>
  close(): void
}

/** Below it are all domains that our server talks to. */
const above = 'far.example'
const below = `*.${above}`
export const allowedServers = `${below}, nowhere.example`
/** It is not talked to, though it is below. */
export const refusedServer = `refused.${above}`
/** Nobody listens there. */
export const absentServer = `absent.${above}`
/** The server there has the certificate of another: nobody gets to it, and that is known at once. */
const nowhere = 'nowhere.example'
/** Of one run of all tables. */
const domains = Array.from({ length: 120 }, (_, at) => `s${at}.${above}`)

const faults: Readonly<Record<string, (domain: string) => CertificateWishes>> = {
  '': (domain) => ({ dns: [domain] }),
  expired: (domain) => ({ dns: [domain], expired: true }),
  'self-signed': (domain) => ({ dns: [domain], selfSigned: true }),
  'for another name': () => ({ dns: ['another.example'] }),
  'for servers alone': (domain) => ({ dns: [domain], clientAuth: false }),
  'for all below': () => ({ dns: [below] }),
  'for an address of XMPP': (domain) => ({ xmpp: [domain] }),
  'for a service': (domain) => ({ srv: [`_xmpp-server.${domain}`] }),
}

/** As `ONRECORD_S2S_HOSTS` has them. */
export function placesOf(port: number): string {
  const places = [...domains, nowhere].map((domain) => `${domain}=tls:127.0.0.1:${port}`)
  return [...places, `${absentServer}=127.0.0.1:1`].join(', ')
}

export async function otherServers(): Promise<OtherServers> {
  const authority = createAuthority()
  const pairs = new Map<string, Pair>()
  pairs.set(nowhere, authority.issue({ dns: ['another.example'] }))
  const calls = new Map<string, TLSSocket[]>()
  const waiting = new Map<string, (socket: TLSSocket) => void>()
  const sockets = new Set<TLSSocket>()
  let taken = 0

  function certificateOf(domain: string): Pair {
    const known = pairs.get(domain) ?? authority.issue({ dns: [domain] })
    pairs.set(domain, known)
    return known
  }
  const server = createServer({
    SNICallback: (domain, done) => done(null, createSecureContext(certificateOf(domain))),
  })
  server.on('secureConnection', (socket) => {
    const domain = String(socket.servername)
    sockets.add(socket.on('error', () => {}))
    const wake = waiting.get(domain)
    waiting.delete(domain)
    if (wake) wake(socket)
    else calls.set(domain, [...(calls.get(domain) ?? []), socket])
  })
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    port,
    authority: authority.cert,
    certificateOf,
    take(fault) {
      const domain = domains[taken++]
      const wishes = faults[fault]
      if (domain === undefined) throw new Error('all domains of other servers are taken')
      if (!wishes) throw new Error(`no certificate is ${fault}`)
      pairs.set(domain, authority.issue(wishes(domain)))
      return domain
    },
    async called(domain) {
      const [first, ...later] = calls.get(domain) ?? []
      calls.set(domain, later)
      return first ?? (await new Promise((resolve) => waiting.set(domain, resolve)))
    },
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
