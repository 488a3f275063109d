import { Resolver } from 'node:dns/promises'
import { Unreachable } from './errors.ts'
import { type Lookup } from './hosts.ts'

/** Of one question to one name server, in ms, and how often it is asked. */
const questionMs = 4_000
const triesMax = 2

/** What says that there is no such record. */
const nothing = new Set(['ENODATA', 'ENOTFOUND'])

/**
 * Node's resolver, which asks the name servers by itself. `getaddrinfo` would know /etc/hosts, too, but each of
 * its questions holds a thread that the record's files need; ONRECORD_S2S_HOSTS is for what DNS does not know.
 *
 * @param servers IP addresses, with ports or without; null: those of the machine
 */
export function dnsLookup(servers: readonly string[] | null): Lookup {
  const resolver = new Resolver({ timeout: questionMs, tries: triesMax })
  if (servers) resolver.setServers(servers)
  return {
    srv: async (name) => await orNothing(async () => await resolver.resolveSrv(name)),
    async addresses(host) {
      const [four, six] = await Promise.all([
        orNothing(async () => await resolver.resolve4(host)),
        orNothing(async () => await resolver.resolve6(host)),
      ])
      return [...four, ...six]
    },
  }
}

async function orNothing<T>(ask: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await ask()
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    if (nothing.has(code)) return []
    throw new Unreachable(`The Domain Name System did not answer (${code}).`, false, { cause })
  }
}
