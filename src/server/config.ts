import { approvalsOf } from './approval-config.ts'
import { auditConfigOf, type AuditConfig } from './audit-settings.ts'
import { dirname, join, resolve } from 'node:path'
import { OperatorError } from '../base/errors.ts'
import { Secret } from '../base/secret.ts'
import { type Timetable } from '../record/disposal/timetable.ts'
import { grant, type Grants, noGrants } from '../xmpp/component/grants.ts'
import { type ComponentAccount } from '../xmpp/component/settings.ts'
import { holdersContradiction, type KeyConfig, keyConfigOf } from './key-config.ts'
import { type LdapConfig, ldapConfigOf, ldapContradiction } from './ldap-settings.ts'
import { type ExportConfig, exportConfigOf } from './export-settings.ts'
import { nearest } from './nearest.ts'
import {
  type ProofConfig,
  proofConfigOf,
  proofContradiction,
  type ScrubConfig,
  scrubConfigOf,
} from './proof-settings.ts'
import * as kinds from './setting-kinds.ts'
import {
  isLoopback,
  parseAddress,
  parseList,
  parseGrants,
  parsePairs,
  parseWindowMs,
} from './setting-kinds.ts'
import { type AlarmConfig, alarmConfigOf } from './alarm-config.ts'
import { readToml } from './read-toml.ts'
import { type S2sConfig, s2sConfigOf } from './s2s-config.ts'
import { type SignInConfig, signInConfigOf } from './sign-in-settings.ts'
import { type ShownSetting, shownSettings } from './shown-settings.ts'
import { isSettingName, type SettingName, settingNames, settings } from './settings.ts'

/** What is read beside its settings. */
type ReadElsewhere = KeyConfig & SignInConfig

/** All that can be set. Each part of the server is passed only what it needs of it. A port that is off is null. */
export type Config = ReadElsewhere & {
  readonly data: string
  readonly keyFile: string
  readonly headRegister: string
  readonly domain: string
  readonly bind: string
  readonly xmppPort: number | null
  readonly xmppsPort: number | null
  readonly httpPort: number | null
  readonly componentPort: number | null
  readonly componentBind: string
  readonly components: readonly ComponentAccount[]
  readonly componentStanzasPerSecondMax: number
  readonly componentAddressesMax: number
  /** Null: no other servers. */
  readonly s2s: S2sConfig | null
  readonly proxies: readonly string[]
  readonly webSocketUrl: string | null
  readonly boshUrl: string | null
  readonly boshOrigins: readonly string[]
  /** Null: made of domain and port. */
  readonly uploadUrl: string | null
  /** 0: no files. */
  readonly uploadBytesMax: number
  readonly uploadBytesPerDay: number
  readonly uploadFilesPerDay: number
  readonly uploadRefusedTypes: readonly string[]
  readonly adminBind: { readonly host: string; readonly port: number } | null
  readonly tls: { readonly cert: string; readonly key: string } | null
  /** Clients on loopback may do without TLS. */
  readonly allowPlaintext: boolean
  readonly adminAddresses: readonly string[]
  readonly relays: readonly kinds.Relay[]
  readonly relaySecretFile: string | null
  readonly logLevel: LogLevel
  /** 0: never; null: always. */
  readonly correctionWindowMs: number | null
  readonly retractionWindowMs: number | null
  readonly sessionsPerAccountMax: number
  readonly strangersPerAddressMax: number
  readonly signInFailuresFree: number
  readonly signInFailuresPerAddressFree: number
  readonly scramIterations: number
  /** Null: people are kept here. */
  readonly ldap: LdapConfig | null
  /** 0: there are no tokens. */
  readonly tokenMs: number
  readonly sessionMs: number
  readonly apiPerMinute: number
  readonly alarms: AlarmConfig
  /** What webhooks may reach that is not public. */
  readonly webhookNetworks: readonly string[]
  /** Holds too: both `needs` are distinct persons. */
  readonly disposal: {
    readonly needs: number
    readonly releaseNeeds: number
    readonly timetable: Timetable
    readonly overdueMs: number
  }
  /** Persons that it takes to shorten a retention class or to change the rules, 1 or 2. */
  readonly retentionApprovals: number
  /** What takes a second person, and how long it waits. */
  readonly approvals: { readonly acts: ReadonlySet<string>; readonly days: number }
  readonly proofs: ProofConfig
  readonly audit: AuditConfig
  readonly scrub: ScrubConfig
  readonly exports: ExportConfig
  readonly signInMs: number
  readonly idleMs: number
  readonly resumeMs: number
  readonly stanzaBytesMax: number
  readonly strangerBytesMax: number
  readonly elementsMax: number
  readonly depthMax: number
  readonly attributesMax: number
  readonly unsettledMax: number
  readonly segmentBytes: number
  readonly openedCacheBytes: number
  readonly searchMemoryBytes: number
  /** All of them, as they may be shown. */
  readonly shown: readonly ShownSetting[]
}

export type LogLevel = 'info' | 'warn' | 'error'

/** Where settings come from. A flag wins over the environment, that over the file, that over the default. */
export type Sources = {
  readonly env: NodeJS.ProcessEnv
  /** What `--config` gave. */
  readonly file?: string | undefined
  /** What `--data` gave. */
  readonly data?: string | undefined
}

/** A setting with its value and where that came from: what `config check` prints. Null: unset. */
export type Found = {
  readonly value: string | null
  readonly from: 'flag' | 'environment' | 'file' | 'default'
}

export type FoundSettings = (name: SettingName) => Found

/** @throws {OperatorError} for the first setting that is unknown, wrong or contradicts another. */
export function readConfig(sources: Sources): Config {
  return configOf(findSettings(sources))
}

/** Every setting, each looked at alone. @throws {OperatorError} for the first that is unknown or wrong. */
export function findSettings({ env, file, data }: Sources): FoundSettings {
  const inFile = file === undefined ? {} : readFile(file)
  const inEnv = Object.fromEntries(
    Object.entries(env).filter(([name]) => name.startsWith('ONRECORD_')),
  )
  refuseUnknown(Object.keys(inEnv), 'The environment')
  const find = (name: SettingName): Found => {
    if (name === 'ONRECORD_DATA' && data !== undefined)
      return check(name, { value: data, from: 'flag' })
    // An empty variable is as good as none: that is how a unit or compose file unsets one.
    const set = inEnv[name]
    if (set !== undefined && set !== '') return check(name, { value: set, from: 'environment' })
    const written = inFile[name]
    if (written !== undefined) return check(name, { value: written, from: 'file' })
    return { value: settings[name].or, from: 'default' }
  }
  const found = new Map(settingNames.map((name) => [name, find(name)]))
  return (name) => found.get(name) ?? { value: null, from: 'default' }
}

function apiConfigOf(
  text: (name: SettingName) => string,
): Pick<Config, 'tokenMs' | 'sessionMs' | 'apiPerMinute' | 'webhookNetworks'> {
  return {
    tokenMs: Number(text('ONRECORD_TOKEN_DAYS')) * 86_400_000,
    sessionMs: Number(text('ONRECORD_SESSION_DAYS')) * 86_400_000,
    apiPerMinute: Number(text('ONRECORD_API_PER_MINUTE')),
    webhookNetworks: parseList(text('ONRECORD_WEBHOOK_NETWORKS')),
  }
}

/** @throws {OperatorError} for settings that contradict each other. */
export function configOf(found: FoundSettings): Config {
  const text = (name: SettingName): string => found(name).value ?? ''
  const path = (name: SettingName): string => resolve(text(name))
  const count = (name: SettingName): number => Number(text(name))
  const pathOrNull = (name: SettingName): string | null =>
    found(name).value === null ? null : path(name)
  const isWeb = text('ONRECORD_PROFILE') === 'web'
  const port = (name: SettingName): number | null => count(name) || null
  const keyFile = path('ONRECORD_KEY_FILE')
  const config: Config = {
    data: path('ONRECORD_DATA'),
    keyFile,
    ...keyConfigOf((name) => found(name).value),
    headRegister: resolve(found('ONRECORD_HEAD_REGISTER').value ?? join(dirname(keyFile), 'head')),
    domain: text('ONRECORD_DOMAIN'),
    bind: text('ONRECORD_BIND'),
    xmppPort: isWeb ? null : port('ONRECORD_XMPP_PORT'),
    xmppsPort: isWeb ? null : port('ONRECORD_XMPPS_PORT'),
    httpPort: port('ONRECORD_HTTP_PORT'),
    componentPort: port('ONRECORD_COMPONENT_PORT'),
    componentBind: text('ONRECORD_COMPONENT_BIND'),
    components: componentsOf(text),
    componentStanzasPerSecondMax: count('ONRECORD_COMPONENT_STANZAS_PER_SECOND'),
    componentAddressesMax: count('ONRECORD_COMPONENT_ADDRESSES'),
    s2s: s2sConfigOf(text, isWeb),
    proxies: parseList(text('ONRECORD_PROXIES')),
    webSocketUrl: found('ONRECORD_WEBSOCKET_URL').value,
    boshUrl: found('ONRECORD_BOSH_URL').value,
    boshOrigins: parseList(text('ONRECORD_BOSH_ORIGINS')),
    uploadUrl: found('ONRECORD_UPLOAD_URL').value,
    uploadBytesMax: count('ONRECORD_UPLOAD_BYTES_MAX'),
    uploadBytesPerDay: count('ONRECORD_UPLOAD_BYTES_PER_DAY'),
    uploadFilesPerDay: count('ONRECORD_UPLOAD_FILES_PER_DAY'),
    uploadRefusedTypes: parseList(text('ONRECORD_UPLOAD_REFUSED_TYPES')),
    adminBind: parseAddress(text('ONRECORD_ADMIN_BIND')),
    tls: tlsOf(text),
    allowPlaintext: text('ONRECORD_ALLOW_PLAINTEXT') === 'loopback',
    adminAddresses: parseList(text('ONRECORD_ADMIN_ADDRESSES')),
    relays: parseList(text('ONRECORD_RELAYS')).flatMap((uri) => kinds.parseRelay(uri) ?? []),
    relaySecretFile: pathOrNull('ONRECORD_RELAY_SECRET_FILE'),
    logLevel: logLevels.find((level) => level === text('ONRECORD_LOG_LEVEL')) ?? 'info',
    correctionWindowMs: parseWindowMs(text('ONRECORD_CORRECTION_WINDOW')),
    retractionWindowMs: parseWindowMs(text('ONRECORD_RETRACTION_WINDOW')),
    sessionsPerAccountMax: count('ONRECORD_SESSIONS_PER_ACCOUNT'),
    strangersPerAddressMax: count('ONRECORD_STRANGERS_PER_ADDRESS'),
    signInFailuresFree: count('ONRECORD_SIGN_IN_FAILURES'),
    signInFailuresPerAddressFree: count('ONRECORD_SIGN_IN_FAILURES_PER_ADDRESS'),
    scramIterations: count('ONRECORD_SCRAM_ITERATIONS'),
    ldap: ldapConfigOf((name) => found(name).value),
    ...apiConfigOf(text),
    ...signInConfigOf((name) => found(name).value),
    alarms: alarmConfigOf(text),
    disposal: disposalOf(text),
    ...approvalsOf(text),
    audit: auditConfigOf((name) => found(name).value),
    proofs: proofConfigOf((name) => found(name).value),
    scrub: scrubConfigOf((name) => found(name).value),
    exports: exportConfigOf((name) => found(name).value),
    ...waits(count),
    ...stanzaBounds(count),
    unsettledMax: count('ONRECORD_UNSETTLED_MAX'),
    segmentBytes: count('ONRECORD_SEGMENT_BYTES'),
    openedCacheBytes: count('ONRECORD_OPENED_CACHE_BYTES'),
    searchMemoryBytes: count('ONRECORD_SEARCH_MEMORY_BYTES'),
    shown: shownSettings(found),
  }
  refuseContradictions(config, found)
  return config
}

function tlsOf(text: (name: SettingName) => string): Config['tls'] {
  const [cert, key] = [text('ONRECORD_TLS_CERT'), text('ONRECORD_TLS_KEY')]
  return cert === '' ? null : { cert: resolve(cert), key: resolve(key) }
}

function disposalOf(text: (name: SettingName) => string): Config['disposal'] {
  const timetable = text('ONRECORD_DISPOSAL_TIMETABLE')
  return {
    needs: Number(text('ONRECORD_DISPOSAL_APPROVALS')),
    releaseNeeds: Number(text('ONRECORD_HOLD_RELEASE_APPROVALS')),
    timetable: timetable === 'daily' || timetable === 'monthly' ? timetable : 'by hand',
    overdueMs: Number(text('ONRECORD_DISPOSAL_OVERDUE_DAYS')) * 86_400_000,
  }
}

/** For clients. */
function waits(count: (name: SettingName) => number) {
  return {
    signInMs: count('ONRECORD_SIGN_IN_SECONDS') * 1_000,
    idleMs: count('ONRECORD_IDLE_SECONDS') * 1_000,
    resumeMs: count('ONRECORD_RESUME_SECONDS') * 1_000,
  }
}

/** Of what clients send. */
function stanzaBounds(count: (name: SettingName) => number) {
  return {
    stanzaBytesMax: count('ONRECORD_STANZA_BYTES_MAX'),
    strangerBytesMax: count('ONRECORD_STRANGER_BYTES_MAX'),
    elementsMax: count('ONRECORD_ELEMENTS_MAX'),
    depthMax: count('ONRECORD_DEPTH_MAX'),
    attributesMax: count('ONRECORD_ATTRIBUTES_MAX'),
  }
}

function componentsOf(text: (name: SettingName) => string): ComponentAccount[] {
  const grants = new Map<string, Grants>()
  for (const [domain, granted] of parseGrants(text('ONRECORD_COMPONENT_GRANTS'))) {
    const before = grants.get(domain) ?? noGrants
    grants.set(domain, grant(before, granted) ?? before)
  }
  const components = parsePairs(text('ONRECORD_COMPONENTS')).map(([domain, secret]) => ({
    domain,
    secret: new Secret(secret),
    grants: grants.get(domain) ?? noGrants,
  }))
  const stranger = [...grants.keys()].find((name) =>
    components.every(({ domain }) => domain !== name),
  )
  if (stranger !== undefined)
    contradiction(
      `ONRECORD_COMPONENT_GRANTS names ${stranger}, which ONRECORD_COMPONENTS does not: name it there, too.`,
    )
  return components
}

const logLevels: readonly LogLevel[] = ['info', 'warn', 'error']

function refuseContradictions(config: Config, found: FoundSettings): void {
  const isSet = (name: SettingName): boolean => found(name).value !== null
  if (isSet('ONRECORD_TLS_CERT') !== isSet('ONRECORD_TLS_KEY'))
    contradiction('ONRECORD_TLS_CERT and ONRECORD_TLS_KEY belong together: set both or neither.')
  if (config.allowPlaintext && !isLoopback(config.bind))
    contradiction(
      `ONRECORD_ALLOW_PLAINTEXT=loopback is refused with ONRECORD_BIND=${config.bind}: bind to a loopback address or leave it unset.`,
    )
  refuseComponents(config)
  const aboutHolders = holdersContradiction(config.keyHolders)
  if (aboutHolders !== null) contradiction(aboutHolders)
  const aboutLdap = ldapContradiction(config.ldap, isSet)
  if (aboutLdap !== null) contradiction(aboutLdap)
  const aboutProofs = proofContradiction(config.proofs, isSet)
  if (aboutProofs !== null) contradiction(aboutProofs)
  if (config.s2s && config.s2s.policy.allow.length === 0)
    contradiction(
      'ONRECORD_S2S_ALLOW is empty while there is a port for other servers: name their domains, or turn ONRECORD_S2S_PORT and ONRECORD_S2S_TLS_PORT off.',
    )
  const ports = [
    ['ONRECORD_XMPP_PORT', config.xmppPort],
    ['ONRECORD_XMPPS_PORT', config.xmppsPort],
    ['ONRECORD_HTTP_PORT', config.httpPort],
    ['ONRECORD_S2S_PORT', config.s2s?.port ?? null],
    ['ONRECORD_S2S_TLS_PORT', config.s2s?.tlsPort ?? null],
    ['ONRECORD_ADMIN_BIND', config.adminBind?.host === config.bind ? config.adminBind.port : null],
    ['ONRECORD_COMPONENT_PORT', config.componentPort],
  ] as const
  if (ports.slice(0, 3).every(([, port]) => port === null))
    contradiction('Every port is off: set ONRECORD_HTTP_PORT or an XMPP port.')
  for (const [index, [name, port]] of ports.entries()) {
    const twin = ports.slice(index + 1).find(([, other]) => port !== null && other === port)
    if (twin) contradiction(`${name} and ${twin[0]} are both ${port}: give each its own port.`)
  }
}

function refuseComponents({ domain, components, componentPort }: Config): void {
  const domains = components.map((component) => component.domain)
  if (domains.includes(domain))
    contradiction(
      `ONRECORD_COMPONENTS names ${domain}, which is ONRECORD_DOMAIN: give the component another.`,
    )
  if (new Set(domains).size < domains.length)
    contradiction('ONRECORD_COMPONENTS names a domain twice: each has one secret.')
  if ((componentPort === null) !== (components.length === 0))
    contradiction(
      'ONRECORD_COMPONENT_PORT and ONRECORD_COMPONENTS belong together: set both or neither.',
    )
}

function contradiction(text: string): never {
  throw new OperatorError('config.contradiction', text)
}

function check(name: SettingName, found: Found): Found {
  const { kind } = settings[name]
  if (kind.accepts(found.value ?? '')) return found
  const instead = kind.isSecret ? '' : `, not '${found.value}'`
  const text = `${name} must be ${kind.words}${instead}.`
  throw new OperatorError('config.bad-value', text)
}

function refuseUnknown(names: readonly string[], where: string): void {
  const unknown = names.find((name) => !isSettingName(name))
  if (unknown === undefined) return
  const near = nearest(unknown, Object.keys(settings))
  const advice = near === null ? 'see onrecord config check for all there are' : `it may be ${near}`
  throw new OperatorError(
    'config.unknown-setting',
    `${where} sets ${unknown}, which is no setting; ${advice}.`,
  )
}

/** The settings in a TOML file, as text. A relative path in it is relative to the file's folder. */
function readFile(file: string): Readonly<Record<string, string>> {
  const table = readToml(file)
  refuseUnknown(Object.keys(table), file)
  return Object.fromEntries(
    Object.entries(table).map(([name, value]) => {
      const text = Array.isArray(value) ? value.join(', ') : String(value)
      const isPath = isSettingName(name) && settings[name].kind === kinds.path
      return [name, isPath ? resolve(dirname(file), text) : text]
    }),
  )
}
