// Channel binding: RFC 9266 (tls-exporter) and RFC 5929 §4 (tls-server-end-point, which XEP-0440 §3 asks of servers).
import { hash } from 'node:crypto'
import { type SecureContext, type TLSSocket } from 'node:tls'

import { type ChannelBinding } from './channel.ts'

const exporterLabel = 'EXPORTER-Channel-Binding'
const exporterBytes = 32

/** What connections of one context bind to: reading a certificate costs as much as the rest of a sign-in. */
const endPoints = new WeakMap<SecureContext, Buffer | null>()

/**
 * What a sign-in on this TLS connection can be bound to.
 *
 * @param context with which the connection was made, where that is known
 */
export function channelBinding(
  socket: TLSSocket,
  context: SecureContext | null,
): ChannelBinding | null {
  const types: string[] = []
  // Before TLS 1.3 the exporter is safe only with an extension that Node cannot ask about (RFC 9266 §4.2).
  if (socket.getProtocol() === 'TLSv1.3') types.push('tls-exporter')
  const endPoint = context ? endPointOf(context, socket) : serverEndPoint(socket)
  if (endPoint) types.push('tls-server-end-point')
  if (types.length === 0) return null
  return {
    types,
    data(type) {
      if (type === 'tls-unique') return firstFinished(socket)
      // A connection that is gone has no keys to export, and Node throws.
      if (!types.includes(type) || socket.destroyed) return null
      if (type === 'tls-server-end-point') return endPoint
      return socket.exportKeyingMaterial(exporterBytes, exporterLabel, Buffer.alloc(0))
    },
  }
}

/**
 * tls-unique (RFC 5929 §3): the first Finished message. It is not announced, because TLS 1.3 has none (RFC 9266 §1). But
 * slixmpp 1.8 knows no other, sends the client's Finished under TLS 1.3, too, and claims a downgrade ("y") where that is
 * refused. It binds to the handshake there as well, so that taking it makes nobody less safe than PLAIN would.
 */
function firstFinished(socket: TLSSocket): Buffer | null {
  const finished = socket.isSessionReused() ? socket.getFinished() : socket.getPeerFinished()
  return finished ?? null
}

function endPointOf(context: SecureContext, socket: TLSSocket): Buffer | null {
  const known = endPoints.get(context)
  if (known !== undefined) return known
  const endPoint = serverEndPoint(socket)
  endPoints.set(context, endPoint)
  return endPoint
}

/** The hash of our certificate, by the hash function of its signature; MD5 and SHA-1 give way to SHA-256. */
function serverEndPoint(socket: TLSSocket): Buffer | null {
  const certificate = socket.getX509Certificate()
  const signature = certificate?.signatureAlgorithm
  if (!certificate || !signature) return null
  const name = /(md5|sha-?1|sha-?256|sha-?384|sha-?512)(?!\d)/i.exec(signature)?.[1]
  if (name === undefined) return null
  const algorithm = name.toLowerCase().replace('-', '')
  const weak = algorithm === 'md5' || algorithm === 'sha1'
  return hash(weak ? 'sha256' : algorithm, certificate.raw, 'buffer')
}
