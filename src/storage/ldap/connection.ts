// One connection to a directory server, RFC 4511: over TLS, with a bound on what is read and on how long it takes.
import { connect, isIP, Socket } from 'node:net'
import { readFileSync } from 'node:fs'
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { Client } from 'ldapts'
import { OperatorError } from '../../base/errors.ts'
import { type LdapPlace } from './settings.ts'

/** To connect, and for an answer. */
const timeoutMs = 10_000

/** Bytes that may come until they are allowed again. */
export type Budget = { left: number }

export type Connection = {
  readonly client: Client
  readonly budget: Budget
}

/**
 * Connects, goes over to TLS, and has `work` speak; then the connection is closed, however that ends.
 *
 * @throws {OperatorError} `ldap.away` when it cannot be reached, and `ldap.refused` for what it answers otherwise
 */
export async function speak<T>(
  place: Pick<LdapPlace, 'url' | 'startTls' | 'caFile'>,
  bytesMax: number,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const budget: Budget = { left: bytesMax }
  const client = clientOf(place, budget)
  try {
    if (place.startTls) await client.startTLS(tlsOf(place))
    return await work({ client, budget })
  } catch (error) {
    throw refusalOf(error, budget)
  } finally {
    await client.unbind().catch(() => {
      // It is gone already.
    })
  }
}

function clientOf({ url, caFile }: Pick<LdapPlace, 'url' | 'caFile'>, budget: Budget): Client {
  const isTls = url.startsWith('ldaps:')
  const counted = <S extends Socket>(socket: S): S => {
    socket.on('data', (chunk: Buffer) => {
      budget.left -= chunk.length
      if (budget.left < 0) socket.destroy(new Error('the answer is longer than is read'))
    })
    return socket
  }
  const createConnection = (...given: readonly unknown[]): Socket => {
    const socket: Socket = Reflect.apply(connect, undefined, given)
    return counted(socket)
  }
  const createSecureConnection = (...given: readonly unknown[]): TLSSocket => {
    const [first] = given
    // What comes in clear is counted no more: TLS reads from the socket itself.
    if (typeof first === 'object' && first !== null && 'socket' in first)
      if (first.socket instanceof Socket) first.socket.removeAllListeners('data')
    const socket: TLSSocket = Reflect.apply(connectTls, undefined, given)
    return counted(socket)
  }
  return new Client({
    url,
    timeout: timeoutMs,
    connectTimeout: timeoutMs,
    ...(isTls && { tlsOptions: tlsOf({ url, caFile }) }),
    createConnection,
    createSecureConnection,
  })
}

/** The certificate has to be that host's, and of an authority that is trusted. */
function tlsOf({ url, caFile }: Pick<LdapPlace, 'url' | 'caFile'>): ConnectionOptions {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  return {
    host,
    ...(isIP(host) === 0 && { servername: host }),
    ...(caFile !== null && { ca: readFileSync(caFile) }),
    minVersion: 'TLSv1.2',
  }
}

/** What went wrong, without anything that was said. */
function refusalOf(error: unknown, budget: Budget): unknown {
  if (error instanceof OperatorError || !(error instanceof Error)) return error
  if (budget.left < 0)
    return new OperatorError('ldap.too-much', 'the directory server says more than is read', {
      cause: error,
    })
  // Answers of the server have a code (RFC 4511 appendix A), of the system one in letters.
  const code = 'code' in error ? error.code : null
  if (typeof code === 'number' && code !== busy && code !== unavailable)
    return new OperatorError(
      'ldap.refused',
      `the directory server answers ${error.name} (${code})`,
      { cause: error },
    )
  const why = typeof code === 'string' ? code : error.name
  return new OperatorError('ldap.away', `the directory server cannot be reached (${why})`, {
    cause: error,
  })
}

const busy = 51
const unavailable = 52
