// TLS between servers: RFC 7590, XEP-0178, XEP-0368.
import { type Socket } from 'node:net'
import {
  connect,
  createServer,
  type SecureContextOptions,
  type Server,
  type TLSSocket,
} from 'node:tls'
import { constants } from 'node:crypto'
import { domainToASCII } from 'node:url'
import { type Proof } from '../../policy/other-servers.ts'
import { namesOf, speaksFor } from './certificate-names.ts'

/** XEP-0368 §3: what a server asks for. */
const alpn = ['xmpp-server']

export type ServerTls = {
  /** As the server that was called. It asks for a certificate, and is content without. */
  accept(plain: Socket): Promise<TLSSocket>
  /** As the server that calls. The certificate is looked at later, by `refusalOf`. */
  connect(plain: Socket, domain: string): Promise<TLSSocket>
}

/**
 * @param ownOptions our certificate as of now
 * @param authorities PEM, in place of those that Node knows; null: those
 * @param handshakeMs how long one may take
 */
export function serverTls(
  ownOptions: () => SecureContextOptions,
  authorities: string | null,
  handshakeMs: number,
): ServerTls {
  // Without a list of its own Node does not name all the world's authorities to each client.
  const trust = authorities === null ? {} : { ca: authorities }
  const accepting = new Map<string, (secure: TLSSocket) => void>()
  let options: SecureContextOptions | null = null
  let server: Server | null = null

  /** A `tls.Server` that never listens and is given sockets: the documented way to a client's verified certificate. */
  function acceptor(): Server {
    const current = ownOptions()
    if (server && options === current) return server
    options = current
    server = createServer({
      ...current,
      ...trust,
      requestCert: true,
      rejectUnauthorized: false,
      ALPNProtocols: alpn,
      handshakeTimeout: handshakeMs,
      // A resumed session would not show its certificate again.
      secureOptions: constants.SSL_OP_NO_TICKET,
    })
    server.on('secureConnection', (secure) => accepting.get(endOf(secure))?.(secure))
    return server
  }

  return {
    async accept(plain) {
      const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>()
      const key = endOf(plain)
      const closed = (): void => reject(new Error('The TLS handshake failed.'))
      accepting.set(key, resolve)
      plain.once('close', closed)
      acceptor().emit('connection', plain)
      return await promise.finally(() => {
        accepting.delete(key)
        plain.off('close', closed)
      })
    },
    async connect(plain, domain) {
      const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>()
      const secure = connect({
        ...ownOptions(),
        ...trust,
        socket: plain,
        servername: domainToASCII(domain),
        ALPNProtocols: alpn,
        // `refusalOf` does it, by what the operator says of this domain.
        rejectUnauthorized: false,
        checkServerIdentity: () => undefined,
      })
      const timer = setTimeout(() => secure.destroy(new Error('It took too long.')), handshakeMs)
      secure.once('secureConnect', () => resolve(secure))
      secure.once('error', reject)
      secure.once('close', () => reject(new Error('The connection was closed.')))
      return await promise.finally(() => clearTimeout(timer))
    },
  }
}

/** The other end, which no other connection to the same port of ours has. */
function endOf({ remoteAddress, remotePort, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localPort}`
}

/** Why the certificate that was shown does not prove that this is the server of `domain`, in a sentence; null: it does. */
export function refusalOf(socket: TLSSocket, domain: string, proof: Proof): string | null {
  if (proof === 'dialback') return null
  const certificate = socket.getPeerX509Certificate()
  if (!certificate) return 'It showed no certificate.'
  if (typeof proof === 'object') {
    const shown = certificate.fingerprint256.replaceAll(':', '').toLowerCase()
    return shown === proof.sha256 ? null : 'Its certificate is another than the one that is agreed.'
  }
  if (!socket.authorized) {
    const code = String(socket.authorizationError)
    return reasons[code] ?? `Its certificate cannot be trusted (${code}).`
  }
  const names = namesOf(certificate.raw)
  const isRight = speaksFor(names, { unicode: domain, ascii: domainToASCII(domain) })
  return isRight ? null : 'Its certificate is for another name.'
}

const reasons: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'Its certificate has expired.',
  CERT_NOT_YET_VALID: 'Its certificate is not valid yet.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'Its certificate is self-signed.',
  SELF_SIGNED_CERT_IN_CHAIN: 'Its certificate is of an authority that is not trusted here.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'Its certificate is of an authority that is not trusted here.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'Its certificate is of an authority that is not trusted here.',
}
