import { type Socket } from 'node:net'

/** Whether both ends of the connection are on this machine. */
export function isLoopback({ localAddress = '', remoteAddress = '' }: Socket): boolean {
  return isLoopbackAddress(localAddress) && isLoopbackAddress(remoteAddress)
}

function isLoopbackAddress(address: string): boolean {
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address
  return plain === '::1' || plain.startsWith('127.')
}
