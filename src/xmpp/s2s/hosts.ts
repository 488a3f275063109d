// Where the server of a domain is: RFC 6120 §3.2, RFC 2782, XEP-0368.
import { BlockList, isIP, isIPv6 } from 'node:net'
import { domainToASCII } from 'node:url'
import { type Random } from '../../base/random.ts'
import { Unreachable } from './errors.ts'

/** One place to try. */
export type Place = {
  readonly address: string
  readonly port: number
  /** TLS from the first byte, XEP-0368; else STARTTLS. */
  readonly directTls: boolean
}

export type SrvRecord = {
  readonly name: string
  readonly port: number
  readonly priority: number
  readonly weight: number
}

/** The Domain Name System. Each answers with nothing where there is no such record, and throws where nobody answers. */
export type Lookup = {
  srv(name: string): Promise<readonly SrvRecord[]>
  addresses(host: string): Promise<readonly string[]>
}

/** Where the operator says that a domain is, in place of DNS. */
export type MappedHost = {
  readonly host: string
  readonly port: number
  readonly directTls: boolean
}

/** The places of a domain's server, best first. @throws {Unreachable} */
export type Hosts = (domain: string) => Promise<readonly Place[]>

/** Records, addresses of one record, and places in all, that one domain can make us look at. */
const recordsMax = 8
const addressesMax = 4
const placesMax = 12

/** RFC 6120 §14.7. */
const standardPort = 5269

type Option = { readonly host: string; readonly port: number; readonly directTls: boolean }

type Parts = {
  readonly lookup: Lookup
  readonly mapped: ReadonlyMap<string, MappedHost>
  readonly random: Random
}

export function createHosts({ lookup, mapped, random }: Parts): Hosts {
  return async (domain) => {
    const fixed = mapped.get(domain)
    if (fixed) return await placesOf([fixed], lookup, { isMapped: true })
    const ascii = domainToASCII(domain)
    // A domain that is an address has no certificate that an authority would sign, and leads into our own network.
    if (ascii === '' || isIP(ascii.replace(/^\[|\]$/g, '')) !== 0) {
      throw new Unreachable('An IP address is not the domain of a server.', true)
    }
    return await placesOf(await optionsOf(ascii, lookup, random), lookup, { isMapped: false })
  }
}

async function optionsOf(ascii: string, lookup: Lookup, random: Random): Promise<Option[]> {
  const [inClear, direct] = await Promise.all([
    lookup.srv(`_xmpp-server._tcp.${ascii}`),
    lookup.srv(`_xmpps-server._tcp.${ascii}`),
  ])
  if (inClear.length + direct.length === 0) {
    return [{ host: ascii, port: standardPort, directTls: false }]
  }
  // XEP-0368 §3.1: both kinds are one list.
  const records = [
    ...inClear.slice(0, recordsMax).map((record) => ({ ...record, directTls: false })),
    ...direct.slice(0, recordsMax).map((record) => ({ ...record, directTls: true })),
  ].filter(({ name, port }) => name !== '' && name !== '.' && port > 0)
  if (records.length === 0) {
    throw new Unreachable(`The domain ${ascii} has no server, as its records say.`, true)
  }
  return inOrder(records, random)
    .slice(0, recordsMax)
    .map(({ name, port, directTls }) => ({ host: name, port, directTls }))
}

/** RFC 2782: lower priorities first; among equals, by lot with the weights as odds. */
function inOrder<R extends SrvRecord>(records: readonly R[], random: Random): R[] {
  const left = records.toSorted((one, other) => one.priority - other.priority)
  const ordered: R[] = []
  while (left.length > 0) {
    const same = left.filter(({ priority }) => priority === left[0]?.priority)
    const total = same.reduce((sum, { weight }) => sum + weight + 1, 0)
    let lot = random.bytes(4).readUInt32BE() % total
    const drawn = same.find(({ weight }) => (lot -= weight + 1) < 0)
    if (!drawn) break
    ordered.push(drawn)
    left.splice(left.indexOf(drawn), 1)
  }
  return ordered
}

async function placesOf(
  options: readonly Option[],
  lookup: Lookup,
  { isMapped }: { readonly isMapped: boolean },
): Promise<Place[]> {
  const places: Place[] = []
  let isPrivate = false
  for (const { host, port, directTls } of options) {
    const found = isIP(host) === 0 ? await lookup.addresses(host) : [host]
    for (const address of found.slice(0, addressesMax)) {
      // A domain of somebody else must not have us knock at doors inside (SSRF).
      if (!isMapped && isInside(address)) isPrivate = true
      else if (places.length < placesMax) places.push({ address, port, directTls })
    }
  }
  if (places.length > 0) return places
  if (!isPrivate) throw new Unreachable('There is no address for the server of that domain.', true)
  const why = 'The server of that domain has an address of a private network'
  throw new Unreachable(`${why}: name it in ONRECORD_S2S_HOSTS if that is right.`, true)
}

/** Addresses that are not of the public Internet: RFC 6890 and what followed. */
const inside = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  inside.addSubnet(network, prefix, 'ipv4')
}

/** Global unicast, less 6to4, Teredo and documentation: in the first two anybody can hide an address of IPv4. */
const global6 = new BlockList()
global6.addSubnet('2000::', 3, 'ipv6')
const inside6 = new BlockList()
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
] as const) {
  inside6.addSubnet(network, prefix, 'ipv6')
}

function isInside(address: string): boolean {
  if (!isIPv6(address)) return isIP(address) === 0 || inside.check(address, 'ipv4')
  return !global6.check(address, 'ipv6') || inside6.check(address, 'ipv6')
}
