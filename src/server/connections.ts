import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { type Log } from '../base/log.ts'

/** Files that are not for connections: segments, tiles, bodies, databases. Half of them where a process may have few. */
const filesReservedMax = 512

/** What node:net publishes once for each socket that a server has accepted. */
const accepted = 'net.server.socket'

/** How many connections leave enough open files to the record: without one the record stops, and the server with it. */
export function connectionsMaxOf(filesMax: number): number {
  return filesMax - Math.min(filesReservedMax, Math.ceil(filesMax / 2))
}

/** How many files this process may have open; infinite where the system does not say. */
export function openFilesMax(): number {
  const limits = readFileSync('/proc/self/limits', 'utf8')
  const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1]
  return soft === undefined ? Infinity : Number(soft)
}

/**
 * Closes new connections from the network while there are as many as that, whatever they came to.
 *
 * @returns what ends it
 */
export function limitConnections(connectionsMax: number, log: Log): () => void {
  let count = 0
  let isFull = false

  function onAccepted(message: unknown): void {
    const socket = socketOf(message)
    // The administrator's own, at admin.sock, has no address.
    if (socket?.remoteAddress === undefined) return
    if (count >= connectionsMax) {
      if (!isFull) log.warn('server.connections-full', { connections: count })
      isFull = true
      socket.destroy()
      return
    }
    count += 1
    socket.once('close', () => {
      count -= 1
      isFull = false
    })
  }

  subscribe(accepted, onAccepted)
  return () => void unsubscribe(accepted, onAccepted)
}

function socketOf(message: unknown): Socket | null {
  if (typeof message !== 'object' || message === null || !('socket' in message)) return null
  return message.socket instanceof Socket ? message.socket : null
}
