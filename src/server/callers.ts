import { type Server } from 'node:http'
import { type Socket } from 'node:net'
import { createStrangers } from '../xmpp/stream/strangers.ts'

/** Bounds the HTTP connections of each address, so that one cannot take them all. */
export type Callers = {
  /** It has become a WebSocket: streams count those by whether they have signed in. */
  release(socket: Socket): void
}

/** @param isExempt who speaks for many: a proxy */
export function limitCallers(
  server: Server,
  perAddressMax: number,
  isExempt: (address: string) => boolean,
): Callers {
  const callers = createStrangers(perAddressMax)
  // By the peer, since TLS puts a socket of its own over the one that we are shown here.
  const addresses = new Map<string, string>()

  function leave(peer: string): void {
    const address = addresses.get(peer)
    if (addresses.delete(peer) && address !== undefined) callers.leave(address)
  }

  server.prependListener('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? ''
    if (isExempt(address)) return
    if (!callers.enter(address)) {
      socket.destroy()
      return
    }
    const peer = peerOf(socket)
    addresses.set(peer, address)
    socket.once('close', () => leave(peer))
  })

  return { release: (socket) => leave(peerOf(socket)) }
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
