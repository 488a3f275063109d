import { resolve } from 'node:path'
import { type OtherServersSettings, type Proof } from '../policy/other-servers.ts'
import { type MappedHost } from '../xmpp/s2s/hosts.ts'
import { type Kind, parseList } from './setting-kinds.ts'

type Name =
  | 'PORT'
  | 'TLS_PORT'
  | 'ALLOW'
  | 'DENY'
  | 'PEOPLE'
  | 'PROOF'
  | 'HOSTS'
  | 'CA'
  | 'QUEUE_STANZAS'
  | 'GIVE_UP_SECONDS'

/** What is set about other servers. */
export type S2sConfig = {
  readonly port: number | null
  readonly tlsPort: number | null
  readonly policy: OtherServersSettings
  readonly hosts: ReadonlyMap<string, MappedHost>
  /** File of the authorities that are trusted, PEM; null: those that Node knows. */
  readonly authorities: string | null
  readonly queueStanzasMax: number
  readonly giveUpMs: number
}

export const listOfDomains: Kind = {
  name: 'list of domains',
  words: 'domains such as example.org, *.example.org for those below it, or *, separated by commas',
  accepts: (value) => parseList(value).every(isPattern),
}

export const listOfPeople: Kind = {
  name: 'list of rules',
  words: 'rules such as bank.example=anna@example.org role:officer, separated by commas',
  accepts: (value) => parsePeople(value) !== null,
}

export const listOfProofs: Kind = {
  name: 'list of rules',
  words: 'rules such as old.example=dialback or x.example=sha256: and 64 hex digits, with commas',
  accepts: (value) => parseProof(value) !== null,
}

export const listOfHosts: Kind = {
  name: 'list of places',
  words: 'places such as example.org=10.0.0.5:5269 or x.example=tls:10.0.0.6:5270, with commas',
  accepts: (value) => parseHosts(value) !== null,
}

/** @param text the settings by name, each accepted already; @param isWeb only the HTTP port is wanted */
export function s2sConfigOf(
  text: (name: `ONRECORD_S2S_${Name}`) => string,
  isWeb: boolean,
): S2sConfig | null {
  const port = Number(text('ONRECORD_S2S_PORT')) || null
  const tlsPort = Number(text('ONRECORD_S2S_TLS_PORT')) || null
  const allow = parseList(text('ONRECORD_S2S_ALLOW'))
  if (isWeb || (port === null && tlsPort === null && allow.length === 0)) return null
  return {
    port,
    tlsPort,
    policy: {
      allow,
      deny: parseList(text('ONRECORD_S2S_DENY')),
      people: parsePeople(text('ONRECORD_S2S_PEOPLE')) ?? [],
      proof: parseProof(text('ONRECORD_S2S_PROOF')) ?? [],
    },
    hosts: parseHosts(text('ONRECORD_S2S_HOSTS')) ?? new Map(),
    authorities: text('ONRECORD_S2S_CA') === '' ? null : resolve(text('ONRECORD_S2S_CA')),
    queueStanzasMax: Number(text('ONRECORD_S2S_QUEUE_STANZAS')),
    giveUpMs: Number(text('ONRECORD_S2S_GIVE_UP_SECONDS')) * 1_000,
  }
}

/** `domain=rest`, or null. */
function split(item: string): readonly [string, string] | null {
  const at = item.indexOf('=')
  return at > 0 && isPattern(item.slice(0, at)) ? [item.slice(0, at), item.slice(at + 1)] : null
}

/** `example.org`, `*.example.org` or `*`. */
function isPattern(text: string): boolean {
  if (text === '*') return true
  const domain = text.startsWith('*.') ? text.slice(2) : text
  return /^[\p{L}\p{N}.-]{1,255}$/u.test(domain) && domain === domain.toLowerCase()
}

/** @returns null where one of them is none */
function each<T>(value: string, read: (item: string) => T | null): readonly T[] | null {
  const items = parseList(value).map(read)
  return items.includes(null) ? null : items.filter((item) => item !== null)
}

/** `bank.example=anna@example.org role:officer` */
function parsePeople(value: string): OtherServersSettings['people'] | null {
  return each(value, (item) => {
    const [domain, rest = ''] = split(item) ?? []
    const who = rest.split(/\s+/).filter((word) => word !== '')
    const isRight = who.length > 0 && who.every((word) => /^(role:[a-z]+|\S+@\S+)$/.test(word))
    return domain !== undefined && isRight ? { domain, who } : null
  })
}

/** `old.example=dialback, partner.example=sha256:` and 64 hex digits, with or without colons. */
function parseProof(value: string): OtherServersSettings['proof'] | null {
  return each(value, (item) => {
    const [domain, rest = ''] = split(item) ?? []
    const by = proofOf(rest)
    return domain !== undefined && by !== null ? { domain, by } : null
  })
}

function proofOf(text: string): Proof | null {
  if (text === 'certificate' || text === 'dialback') return text
  const sha256 = text.startsWith('sha256:') ? text.slice(7).replaceAll(':', '').toLowerCase() : ''
  return /^[0-9a-f]{64}$/.test(sha256) ? { sha256 } : null
}

/** `partner.example=10.0.0.5:5269, other.example=tls:xmpp.other.example:5270, [::1]:5269` */
function parseHosts(value: string): ReadonlyMap<string, MappedHost> | null {
  const hosts = each(value, (item) => {
    const [domain, rest = ''] = split(item) ?? []
    const [, tls, bracketed, plain, digits] =
      /^(tls:)?(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(rest) ?? []
    const host = bracketed ?? plain
    const port = Number(digits)
    if (domain === undefined || domain.startsWith('*') || host === undefined) return null
    if (port < 1 || port > 65_535) return null
    return [domain, { host, port, directTls: tls !== undefined }] as const
  })
  return hosts && new Map(hosts)
}
