import { BlockList, isIP, isIPv6 } from 'node:net'

/**
 * Addresses that are nobody's on the Internet, or lead back into the house: what a program that sends to addresses which people name must
 * not reach. IANA's registries of special-purpose addresses, RFC 6890. The last four have an IPv4 address in them; ::ffff:0:0/96 is looked up as the IPv4 address that it is.
 */
const special = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/127',
  '100::/64',
  '2001:db8::/32',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2001::/23',
  '2002::/16',
]

const notPublic = networks(special)

/** @param allowed networks that may be reached all the same */
export function isReachable(address: string, allowed: BlockList): boolean {
  if (isIP(address) === 0) return false
  const family = isIPv6(address) ? 'ipv6' : 'ipv4'
  return allowed.check(address, family) || !notPublic.check(address, family)
}

/** @param items each an IP address or a network */
export function networks(items: readonly string[]): BlockList {
  const list = new BlockList()
  for (const item of items) {
    const [address = '', prefix] = item.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return list
}
