// A name server that knows what the test says: RFC 1035, as much of it as resolvers ask for.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'

export type SrvAnswer = {
  readonly target: string
  readonly port: number
  readonly priority?: number
  readonly weight?: number
}

/** SRV records and addresses of IPv4, by name. Any other name does not exist. */
export type Zone = {
  readonly srv?: Readonly<Record<string, readonly SrvAnswer[]>>
  readonly a?: Readonly<Record<string, string>>
}

export type DnsServer = { readonly port: number; close(): void }

const typeA = 1
const typeSrv = 33
const headerBytes = 12

export async function dnsServer(zone: Zone): Promise<DnsServer> {
  const socket = createSocket('udp4')
  socket.on('message', (query, { address, port }) => {
    socket.send(answerTo(query, zone), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { port: socket.address().port, close: () => void socket.close() }
}

function answerTo(query: Buffer, zone: Zone): Buffer {
  const { name, end } = nameAt(query, headerBytes)
  const type = query.readUInt16BE(end)
  const isKnown = zone.srv?.[name] !== undefined || zone.a?.[name] !== undefined
  const records = recordsOf(name, type, zone)
  const header = Buffer.alloc(headerBytes)
  query.copy(header, 0, 0, 2)
  // An authoritative answer; 3: there is no such name.
  header.writeUInt16BE(0x8580 | (isKnown ? 0 : 3), 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(records.length, 6)
  return Buffer.concat([header, query.subarray(headerBytes, end + 4), ...records])
}

function recordsOf(name: string, type: number, zone: Zone): Buffer[] {
  if (type === typeSrv) {
    return (zone.srv?.[name] ?? []).map(({ priority = 0, weight = 0, port, target }) => {
      return record(type, Buffer.concat([numbers(priority, weight, port), encoded(target)]))
    })
  }
  const address = type === typeA ? zone.a?.[name] : undefined
  return address === undefined ? [] : [record(type, Buffer.from(address.split('.').map(Number)))]
}

/** For the name of the question, which is at the first byte after the header. */
function record(type: number, data: Buffer): Buffer {
  return Buffer.concat([numbers(0xc000 | headerBytes, type, 1, 0, 60, data.length), data])
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2)
  for (const [at, value] of values.entries()) bytes.writeUInt16BE(value, at * 2)
  return bytes
}

function encoded(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)]))
  return Buffer.concat([...labels, Buffer.from([0])])
}

function nameAt(query: Buffer, start: number): { readonly name: string; readonly end: number } {
  const labels: string[] = []
  let at = start
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 }
}
