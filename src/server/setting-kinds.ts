import { BlockList, isIP, isIPv6 } from 'node:net'
import { domainToASCII } from 'node:url'
import { grant, noGrants } from '../xmpp/component/grants.ts'

/** What a value has to look like. */
export type Kind = {
  /** In the reference page's table. */
  readonly name: string
  /** Ends the sentence "… must be". */
  readonly words: string
  readonly accepts: (value: string) => boolean
  /** It is shown nowhere. */
  readonly isSecret?: true
}

export const path: Kind = { name: 'path', words: 'a path', accepts: (value) => value !== '' }

/** Of an outside system: without spaces. */
export const unspaced: Kind = {
  name: 'text',
  words: 'a text without spaces',
  accepts: (value) => /^\S+$/.test(value),
}

export const domain: Kind = {
  name: 'domain',
  words: 'a domain name such as example.org',
  accepts: isDomain,
}

export const ip: Kind = {
  name: 'IP address',
  words: 'an IP address',
  accepts: (value) => isIP(value) !== 0,
}

export const ipAndPort: Kind = {
  name: 'IP:port',
  words: 'an IP address and a port, such as 127.0.0.1:9090',
  accepts: (value) => parseAddress(value) !== null,
}

export const port: Kind = {
  name: 'port',
  words: 'a port, 0 to 65535',
  accepts: (value) => isCount(value, 0, 65_535),
}

export const url: Kind = {
  name: 'address',
  words: 'an absolute address such as wss://chat.example.org/xmpp',
  accepts: isUrl,
}

export const listOfActs: Kind = {
  name: 'list of acts',
  words: 'grant and export, separated by commas, or none of them',
  accepts: (value) =>
    value === 'none' || parseList(value).every((act) => act === 'grant' || act === 'export'),
}

/** At most 100 years: beyond it `always` is meant. */
export const window: Kind = {
  name: 'hours, `never` or `always`',
  words: "whole hours, 'never' or 'always'",
  accepts: (value) => value === 'never' || value === 'always' || isCount(value, 1, 876_000),
}

export const days: Kind = {
  name: 'days or `always`',
  words: "whole days or 'always'",
  accepts: (value) => value === 'always' || isCount(value, 1, 36_500),
}

/** Without a query, and without a slash at the end. */
export const webUrl: Kind = {
  name: 'address',
  words: 'an address such as https://chat.example.org, without a slash at the end',
  accepts: (value) => /^https?:\/\/[^\s?#&<>'"]*[^\s?#&<>'"/]$/.test(value) && URL.canParse(value),
}

export const listOfMediaTypes: Kind = {
  name: 'list of media types',
  words: 'media types such as application/zip and video/*, separated by commas',
  accepts: (value) =>
    parseList(value).every((type) => /^[a-z0-9.+-]+\/(?:\*|[a-z0-9.+-]+)$/.test(type)),
}

export const listOfNetworks: Kind = {
  name: 'list of networks',
  words: 'IP addresses or networks such as 10.0.0.7 and 10.1.0.0/16, separated by commas',
  accepts: (value) => parseList(value).every(isNetwork),
}

export const listOfRelays: Kind = {
  name: 'list of relays',
  words:
    'addresses such as stun:relay.example.org:3478 or turn:relay.example.org:3478?transport=tcp (RFC 7064, RFC 7065), separated by commas',
  accepts: (value) => parseList(value).every((item) => parseRelay(item) !== null),
}

const relayUri =
  /^(stuns?|turns?):([A-Za-z0-9.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/

/** A URI of RFC 7064 or RFC 7065. Null for anything else. */
export function parseRelay(uri: string): Relay | null {
  const [, type, host = '', digits, transport] = relayUri.exec(uri) ?? []
  if (type !== 'stun' && type !== 'stuns' && type !== 'turn' && type !== 'turns') return null
  const isTls = type.endsWith('s')
  const usual = isTls ? 5349 : 3478
  const number = digits === undefined ? usual : Number(digits)
  if (number < 1 || number > 65_535) return null
  const way = transport === 'tcp' || (transport === undefined && isTls) ? 'tcp' : 'udp'
  return { type, host: host.replace(/^\[|\]$/g, ''), port: number, transport: way }
}

export type Relay = {
  readonly type: 'stun' | 'stuns' | 'turn' | 'turns'
  readonly host: string
  readonly port: number
  readonly transport: 'udp' | 'tcp'
}

/** A password may be in it. */
export const smtpUrl: Kind = {
  name: 'address of a mail server',
  words: 'an address such as smtps://user:password@mail.example.org or smtp://127.0.0.1:25',
  accepts: (value) => isUrl(value) && /^smtps?:$/.test(new URL(value).protocol),
  isSecret: true,
}

export const listOfMail: Kind = {
  name: 'list of mail addresses',
  words: 'mail addresses such as it@example.org, separated by commas',
  accepts: (value) => parseList(value).every((one) => /^[^\s@]+@[^\s@]+$/.test(one)),
}

export const listOfUrls: Kind = {
  name: 'list of addresses',
  words: 'addresses such as mailto:it@example.org, separated by commas',
  accepts: (value) => parseList(value).every(isUrl),
}

/** `domain=secret`. A short secret can be guessed by who sees one handshake. */
export const listOfSecrets: Kind = {
  name: 'list of `domain=secret`',
  words:
    'entries such as irc.example.org=secret, separated by commas, with secrets of 12 characters or more',
  accepts: (value) =>
    parsePairs(value).every(([name, secret]) => isDomain(name) && secret.length >= 12),
  isSecret: true,
}

export const listOfOrigins: Kind = {
  name: 'list of origins, or `*`',
  words: 'origins such as https://chat.example.org, separated by commas, or *',
  accepts: (value) => value === '*' || parseList(value).every(isOrigin),
}

/** RFC 6454 §6.2: as a browser writes it. */
function isOrigin(value: string): boolean {
  return URL.canParse(value) && new URL(value).origin === value
}

export const listOfGrants: Kind = {
  name: 'list of `domain grant`',
  words: 'entries such as wa.example.org roster=both, separated by commas',
  accepts: (value) =>
    parseGrants(value).every(([name, text]) => isDomain(name) && grant(noGrants, text) !== null),
}

/** Domain and grant of each. */
export function parseGrants(value: string): readonly (readonly [string, string])[] {
  return parseList(value).map((item) => {
    const [name = '', ...rest] = item.split(/\s+/)
    return [name, rest.join(' ')]
  })
}

export function choice(...options: readonly string[]): Kind {
  return {
    name: options.map((word) => `\`${word}\``).join(' or '),
    words: options.map((word) => `'${word}'`).join(' or '),
    accepts: (value) => options.includes(value),
  }
}

export function count(min: number, max: number): Kind {
  return {
    name: `${min} to ${max}`,
    words: `a whole number, ${min} to ${max}`,
    accepts: (value) => isCount(value, min, max),
  }
}

export function parseList(value: string): readonly string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

/** `name=value` each; the value is '' where there is none. */
export function parsePairs(value: string): readonly (readonly [string, string])[] {
  return parseList(value).map((item) => {
    const at = item.indexOf('=')
    return at < 0 ? [item, ''] : [item.slice(0, at), item.slice(at + 1)]
  })
}

/** Milliseconds: 0 for `never`, null for `always`. */
export function parseWindowMs(value: string): number | null {
  if (value === 'never') return 0
  if (value === 'always') return null
  return Number(value) * 3_600_000
}

export function parseDaysMs(value: string): number | null {
  return value === 'always' ? null : Number(value) * 86_400_000
}

/** `127.0.0.1:9090` or `[::1]:9090`; null for anything else. */
export function parseAddress(
  value: string,
): { readonly host: string; readonly port: number } | null {
  const [, bracketed, plain, digits = ''] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d+)$/.exec(value) ?? []
  const host = bracketed ?? plain ?? ''
  if (isIP(host) === 0 || !isCount(digits, 1, 65_535)) return null
  return { host, port: Number(digits) }
}

export function isLoopback(address: string): boolean {
  return loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

/** Which remote addresses are in `items`, each an IP address or a network. */
export function blockListOf(items: readonly string[]): BlockList {
  const list = new BlockList()
  for (const item of items) {
    const [address = '', prefix] = item.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return list
}

// ::ffff:127.0.0.1 is found too: BlockList maps such addresses.
const loopback = blockListOf(['127.0.0.0/8', '::1'])

function isCount(value: string, min: number, max: number): boolean {
  return /^\d{1,15}$/.test(value) && Number(value) >= min && Number(value) <= max
}

function isUrl(value: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\S+$/.test(value) && URL.canParse(value)
}

function isNetwork(value: string): boolean {
  const [address = '', prefix, ...rest] = value.split('/')
  if (isIP(address) === 0 || rest.length > 0) return false
  return prefix === undefined || isCount(prefix, 0, isIPv6(address) ? 128 : 32)
}

/** Lower case and as DNS would have it, so that one domain has one spelling. */
function isDomain(value: string): boolean {
  if (value !== value.toLowerCase() || value.length > 255 || isIP(value) !== 0) return false
  const ascii = domainToASCII(value)
  return ascii !== '' && /^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/.test(ascii)
}
