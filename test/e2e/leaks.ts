// What nobody is to be sent, for tests that look at bytes; and requests that have the HTTP port say all that it can say.
import { hostname } from 'node:os'

/** What nobody outside of the machine is told. */
const ofMachine: readonly RegExp[] = [
  new RegExp(String.raw`\b${hostname().replaceAll(/[^\w]/g, '.')}\b`),
  /\b(?:127|10)\.\d+\.\d+\.\d+\b/,
  /\b192\.168\.\d+\.\d+\b/,
  /\b172\.(?:1[6-9]|2\d|3[01])\.\d+\.\d+\b/,
  /localhost|::1/,
  /\/tmp\/|\/home\/|\/root\/|node_modules|\.ts:\d+|\bat async\b|onrecord-e2e/,
  /fastify|FST_|ERR_[A-Z]|pino|kysely|sqlite|\bws\/\d|node\.js|nodejs|Node\//i,
  /onrecord:/,
]

/** Each with what stands around it; empty where all is well. @param words addresses and names that must not be in it either */
export function leaksIn(bytes: string, words: readonly string[]): readonly string[] {
  const patterns = [
    ...words.map((word) => new RegExp(word.replaceAll('.', String.raw`\.`))),
    ...ofMachine,
  ]
  return patterns.flatMap((pattern) => {
    const match = pattern.exec(bytes)
    if (!match) return []
    return [`${pattern}: ${bytes.slice(Math.max(0, match.index - 200), match.index + 120)}`]
  })
}

/** @param put where a file of 5 bytes is taken @param get where it is then */
export function httpAsks(domain: string, put: string, get: string): readonly string[] {
  return [
    `PUT ${put} HTTP/1.1\r\nHost: ${domain}\r\nContent-Length: 5\r\n\r\nhello`,
    ...[
      get,
      '/files/nothing/a',
      '/upload/nothing/a',
      '/',
      '/nothing',
      '/.well-known/host-meta',
      '/.well-known/host-meta.json',
      '/xmpp',
      '/%zz',
    ].map((path) => `GET ${path} HTTP/1.1\r\nHost: ${domain}\r\n\r\n`),
    `POST /http-bind HTTP/1.1\r\nHost: ${domain}\r\nContent-Length: 8\r\n\r\nnonsense`,
    `POST /http-bind HTTP/1.1\r\nHost: ${domain}\r\nContent-Type: ;;\r\nContent-Length: 8\r\n\r\nnonsense`,
    `POST /http-bind HTTP/1.1\r\nHost: ${domain}\r\nContent-Length: 99999999\r\n\r\n`,
    `POST /files/x/y HTTP/1.1\r\nHost: ${domain}\r\nContent-Length: 1\r\n\r\nx`,
    `GET /xmpp HTTP/1.1\r\nHost: ${domain}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n`,
    'NONSENSE\r\n\r\n',
    `GET /health/ready HTTP/1.1\r\nHost: ${domain}\r\n\r\n`,
  ]
}
