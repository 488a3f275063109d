import { listOfDomains, listOfHosts, listOfPeople, listOfProofs } from './s2s-config.ts'
import { keySettings } from './key-config.ts'
import { auditSettings } from './audit-settings.ts'
import { disposalSettings } from './disposal-settings.ts'
import { ldapSettings } from './ldap-settings.ts'
import { exportSettings } from './export-settings.ts'
import { oidcSettings } from './oidc-settings.ts'
import { proofSettings } from './proof-settings.ts'
import { signInSettings } from './sign-in-settings.ts'
import * as kinds from './setting-kinds.ts'
import { webSettings } from './web-settings.ts'
import { webhookSettings } from './webhook-settings.ts'

/** One setting, as `config check` and docs/reference/config.md explain it. */
export type Setting = {
  readonly kind: kinds.Kind
  /** As an operator would write it; null: unset. */
  readonly or: string | null
  readonly meaning: string
}

/** All that can be set, by name: an environment variable, or the same name in the file that `--config` gives. */
export const settings = {
  ONRECORD_DATA: {
    kind: kinds.path,
    or: './data',
    meaning: 'Folder of the record and of all other state. `--data` sets it too.',
  },
  ...keySettings,
  ONRECORD_HEAD_REGISTER: {
    kind: kinds.path,
    or: null,
    meaning:
      'File that remembers the newest signed head of the record, so that a roll-back of the data shows. Default: `head` beside the key file; better on another disk.',
  },
  ONRECORD_DOMAIN: {
    kind: kinds.domain,
    or: 'localhost',
    meaning: 'The part of addresses after the @. It cannot be changed once people have signed in.',
  },
  ONRECORD_PROFILE: {
    kind: kinds.choice('full', 'web'),
    or: 'full',
    meaning: '`web` leaves only the HTTP port: people come with browsers alone.',
  },
  ONRECORD_BIND: {
    kind: kinds.ip,
    or: '127.0.0.1',
    meaning: 'IP address that all ports listen at. `0.0.0.0` or `::` is every one of the machine.',
  },
  ONRECORD_XMPP_PORT: {
    kind: kinds.port,
    or: '5222',
    meaning: 'XMPP with STARTTLS. 0 turns it off.',
  },
  ONRECORD_XMPPS_PORT: {
    kind: kinds.port,
    or: '5223',
    meaning: 'XMPP over direct TLS (XEP-0368). 0 turns it off.',
  },
  ONRECORD_HTTP_PORT: {
    kind: kinds.port,
    or: '8080',
    meaning:
      'Health, metrics, host-meta, WebSocket, BOSH and files. HTTPS, unless ONRECORD_BIND is a loopback address or ONRECORD_PROXIES names a proxy. 0 turns it off.',
  },
  ONRECORD_S2S_PORT: {
    kind: kinds.port,
    or: '0',
    meaning: 'Other servers, with STARTTLS; 5269 by custom. 0 turns it off.',
  },
  ONRECORD_S2S_TLS_PORT: {
    kind: kinds.port,
    or: '0',
    meaning: 'Other servers over direct TLS (XEP-0368); 5270 by custom. 0 turns it off.',
  },
  ONRECORD_S2S_ALLOW: {
    kind: listOfDomains,
    or: '',
    meaning:
      'Domains of other servers that people here may talk to: `example.org`, `*.example.org` for those below it, `*` for all. Empty: none.',
  },
  ONRECORD_S2S_DENY: {
    kind: listOfDomains,
    or: '',
    meaning: 'Domains that are refused although ONRECORD_S2S_ALLOW names them.',
  },
  ONRECORD_S2S_PEOPLE: {
    kind: listOfPeople,
    or: '',
    meaning:
      'Who may talk to a domain, such as `bank.example=anna@example.org role:officer`. Domains that no rule names are for everybody.',
  },
  ONRECORD_S2S_PROOF: {
    kind: listOfProofs,
    or: '',
    meaning:
      'How the server of a domain proves who it is, where that is not by a certificate of a trusted authority: `old.example=dialback`, or `x.example=sha256:` and the fingerprint of its certificate.',
  },
  ONRECORD_S2S_HOSTS: {
    kind: listOfHosts,
    or: '',
    meaning:
      'Where the server of a domain is, in place of DNS: `example.org=10.0.0.5:5269`, with `tls:` before the host for direct TLS. Private addresses are only talked to when they are named here.',
  },
  ONRECORD_S2S_CA: {
    kind: kinds.path,
    or: null,
    meaning:
      'Certificates of the authorities that other servers may have theirs from, PEM, in place of those that come with Node. Read at the start.',
  },
  ONRECORD_S2S_QUEUE_STANZAS: {
    kind: kinds.count(10, 100_000),
    or: '1000',
    meaning: 'Stanzas that may wait for one other server. What comes beyond it is refused.',
  },
  ONRECORD_S2S_GIVE_UP_SECONDS: {
    kind: kinds.count(5, 86_400),
    or: '300',
    meaning:
      'How long something waits for another server that cannot be reached before its sender is told that it did not arrive.',
  },
  ONRECORD_COMPONENT_PORT: {
    kind: kinds.port,
    or: '0',
    meaning:
      'Gateways and other components (XEP-0114), which ONRECORD_COMPONENTS names; 5347 by custom. 0 turns it off.',
  },
  ONRECORD_COMPONENT_BIND: {
    kind: kinds.ip,
    or: '127.0.0.1',
    meaning:
      'IP address that the component port listens at. Components speak in clear: leave it on this machine, or put a tunnel before it.',
  },
  ONRECORD_COMPONENTS: {
    kind: kinds.listOfSecrets,
    or: '',
    meaning:
      'The components, each with the secret that its own configuration has: `irc.example.org=correct-horse-battery, sms.example.org=…`.',
  },
  ONRECORD_COMPONENT_GRANTS: {
    kind: kinds.listOfGrants,
    or: '',
    meaning:
      'What a component may do in the names of people here (XEP-0356), each as domain and grant: `wa.example.org roster=both`, `wa.example.org message=outgoing`, `wa.example.org presence=managed_entity`, `wa.example.org http://jabber.org/protocol/pubsub=set`. Grant it to programs that you trust as you do the server.',
  },
  ONRECORD_COMPONENT_STANZAS_PER_SECOND: {
    kind: kinds.count(10, 100_000),
    or: '1000',
    meaning: 'Stanzas of one component in a second. Beyond it the component is not read from.',
  },
  ONRECORD_COMPONENT_ADDRESSES: {
    kind: kinds.count(10, 1_000_000),
    or: '10000',
    meaning: 'Bare addresses that one component may speak for while it is connected.',
  },
  ONRECORD_PROXIES: {
    kind: kinds.listOfNetworks,
    or: '',
    meaning:
      'IP addresses or networks of reverse proxies, such as `10.0.0.7, 10.1.0.0/16`. When set the HTTP port speaks plain HTTP, to these and to loopback only.',
  },
  ONRECORD_WEBSOCKET_URL: {
    kind: kinds.url,
    or: null,
    meaning:
      'Address of the WebSocket as clients see it, for host-meta (XEP-0156). Default: made of domain and HTTP port. Set it behind a proxy.',
  },
  ONRECORD_BOSH_URL: {
    kind: kinds.url,
    or: null,
    meaning:
      'Address of BOSH (XEP-0206) as clients see it, for host-meta. Default: made of domain and HTTP port. Set it behind a proxy.',
  },
  ONRECORD_BOSH_ORIGINS: {
    kind: kinds.listOfOrigins,
    or: '*',
    meaning:
      'Web pages that may use BOSH, such as `https://chat.example.org`; `*` is all of them. No cookies are used: a page can do there what any program can.',
  },
  ONRECORD_UPLOAD_URL: {
    kind: kinds.webUrl,
    or: null,
    meaning:
      'What addresses of files begin with, as clients see the HTTP port, such as `https://chat.example.org`. Default: made of domain and HTTP port. Set it behind a proxy.',
  },
  ONRECORD_UPLOAD_BYTES_MAX: {
    kind: kinds.count(0, 17_179_869_184),
    or: '104857600',
    meaning: 'Size of the largest file that people can send, in bytes. 0: no files.',
  },
  ONRECORD_UPLOAD_BYTES_PER_DAY: {
    kind: kinds.count(1, 1_099_511_627_776),
    or: '2147483648',
    meaning: 'Bytes that one person can upload in 24 hours.',
  },
  ONRECORD_UPLOAD_FILES_PER_DAY: {
    kind: kinds.count(1, 5_000),
    or: '1000',
    meaning: 'Files that one person can upload in 24 hours.',
  },
  ONRECORD_UPLOAD_REFUSED_TYPES: {
    kind: kinds.listOfMediaTypes,
    or: '',
    meaning:
      'Media types that are not taken, such as `video/*, application/x-executable`. By what the client says and by what the bytes are.',
  },
  ONRECORD_ADMIN_BIND: {
    kind: kinds.ipAndPort,
    or: null,
    meaning:
      'IP address and port, such as `127.0.0.1:9090`, for health, metrics and the API of administration, in plain HTTP. When set the HTTP port has them no longer; what everybody may ask of the API stays there.',
  },
  ONRECORD_TLS_CERT: {
    kind: kinds.path,
    or: null,
    meaning:
      'Certificate chain, PEM. Without it a self-signed one is made. Read again when it changes, and on SIGHUP.',
  },
  ONRECORD_TLS_KEY: {
    kind: kinds.path,
    or: null,
    meaning: 'Private key of the certificate, PEM.',
  },
  ONRECORD_ALLOW_PLAINTEXT: {
    kind: kinds.choice('loopback'),
    or: null,
    meaning:
      '`loopback` lets XMPP clients on this machine do without TLS, for tests and benchmarks. Refused where ONRECORD_BIND is another address.',
  },
  ONRECORD_ADMIN_ADDRESSES: {
    kind: kinds.listOfUrls,
    or: '',
    meaning:
      'How to reach the administrators, such as `xmpp:it@example.org, mailto:it@example.org`; clients show it (XEP-0157).',
  },
  ONRECORD_RELAYS: {
    kind: kinds.listOfRelays,
    or: '',
    meaning:
      'STUN and TURN servers that clients find for calls (XEP-0215), such as `stun:relay.example.org:3478, turn:relay.example.org:3478?transport=udp, turns:relay.example.org:5349`.',
  },
  ONRECORD_RELAY_SECRET_FILE: {
    kind: kinds.path,
    or: null,
    meaning:
      'File with the secret that the TURN servers share (`static-auth-secret` of coturn, with `use-auth-secret`): clients get credentials that end by themselves. Without it they get none.',
  },
  ONRECORD_LOG_LEVEL: {
    kind: kinds.choice('info', 'warn', 'error'),
    or: 'info',
    meaning: 'The least severe events that are written to standard error.',
  },
  ONRECORD_CORRECTION_WINDOW: {
    kind: kinds.window,
    or: '24',
    meaning: 'How long a sender may correct a message: hours, `never` or `always`.',
  },
  ONRECORD_RETRACTION_WINDOW: {
    kind: kinds.window,
    or: '24',
    meaning:
      'How long a sender may take a message back: hours, `never` or `always`. It stays on the record.',
  },
  ONRECORD_SESSIONS_PER_ACCOUNT: {
    kind: kinds.count(1, 1_000),
    or: '20',
    meaning: 'Devices of one person that can be signed in at the same time.',
  },
  ONRECORD_STRANGERS_PER_ADDRESS: {
    kind: kinds.count(1, 100_000),
    or: '200',
    meaning:
      'Connections from one IP address that have not signed in, and as many of HTTP. Raise it behind a proxy that ONRECORD_PROXIES does not name.',
  },
  ONRECORD_SIGN_IN_FAILURES: {
    kind: kinds.count(1, 1_000),
    or: '5',
    meaning:
      'Wrong passwords of one account before its answers come slower. One is forgotten every 30 seconds.',
  },
  ONRECORD_SIGN_IN_FAILURES_PER_ADDRESS: {
    kind: kinds.count(1, 1_000_000),
    or: '100',
    meaning:
      'Wrong passwords from one IP address before it is told to come back later. One is forgotten every 6 seconds.',
  },
  ONRECORD_SCRAM_ITERATIONS: {
    kind: kinds.count(10_000, 10_000_000),
    or: '10000',
    meaning:
      'Rounds of PBKDF2 for passwords that are set from now on. More makes a stolen state.db harder to use, and clients slower to sign in.',
  },
  ONRECORD_TOKEN_DAYS: {
    kind: kinds.count(0, 365),
    or: '21',
    meaning:
      'How many days a device that has signed in may come back without the password (XEP-0484); each time counts anew. 0: each sign-in needs the password.',
  },
  ...signInSettings,
  ...webSettings,
  ...webhookSettings,
  ...ldapSettings,
  ONRECORD_APPROVALS: {
    kind: kinds.listOfActs,
    or: 'grant',
    meaning:
      'What takes a second person beside what has counts of its own, separated by commas: `grant` (over HTTP, to give a role that opens what others said or the record; without it that is done at the machine alone), `export`.',
  },
  ONRECORD_APPROVAL_DAYS: {
    kind: kinds.count(1, 90),
    or: '7',
    meaning: 'Days that a request waits for another person.',
  },
  ...oidcSettings,
  ...exportSettings,
  ONRECORD_RETENTION_APPROVALS: {
    kind: kinds.count(1, 2),
    or: '1',
    meaning:
      'How many persons it takes to shorten a retention class or to change the rules. An exemption always takes two.',
  },
  ONRECORD_SIGN_IN_SECONDS: {
    kind: kinds.count(5, 600),
    or: '60',
    meaning: 'How long a connection may take until it is signed in, in seconds.',
  },
  ONRECORD_IDLE_SECONDS: {
    kind: kinds.count(10, 86_400),
    or: '240',
    meaning: 'A client that is silent for so many seconds is asked whether it is there (XEP-0199).',
  },
  ONRECORD_RESUME_SECONDS: {
    kind: kinds.count(0, 3_600),
    or: '300',
    meaning:
      'How long a session waits for its client after the connection was cut (XEP-0198), in seconds.',
  },
  ONRECORD_STANZA_BYTES_MAX: {
    kind: kinds.count(10_000, 1_048_576),
    or: '262144',
    meaning: 'Longest stanza, in bytes. RFC 6120 §13.12 asks for at least 10,000.',
  },
  ONRECORD_STRANGER_BYTES_MAX: {
    kind: kinds.count(4_096, 1_048_576),
    or: '10000',
    meaning: 'Longest element before sign-in, in bytes.',
  },
  ONRECORD_ELEMENTS_MAX: {
    kind: kinds.count(100, 1_000_000),
    or: '10000',
    meaning: 'Elements that one stanza may have.',
  },
  ONRECORD_DEPTH_MAX: {
    kind: kinds.count(10, 1_000),
    or: '100',
    meaning: 'How deep elements of a stanza may nest.',
  },
  ONRECORD_ATTRIBUTES_MAX: {
    kind: kinds.count(16, 1_000),
    or: '64',
    meaning: 'Attributes that one element may have.',
  },
  ONRECORD_UNSETTLED_MAX: {
    kind: kinds.count(1, 10_000),
    or: '64',
    meaning:
      'Stanzas of one stream that may wait for the record. Beyond it the stream is not read until one is settled.',
  },
  ONRECORD_SEGMENT_BYTES: {
    kind: kinds.count(8_388_608, 1_073_741_824),
    or: '16777216',
    meaning: 'Size of a segment of the write-ahead log, in bytes. Two or three exist at a time.',
  },
  ONRECORD_OPENED_CACHE_BYTES: {
    kind: kinds.count(1_048_576, 8_589_934_592),
    or: '67108864',
    meaning: 'Memory for opened records that clients fetch again, in bytes.',
  },
  ...disposalSettings,
  ONRECORD_SEARCH_MEMORY_BYTES: {
    kind: kinds.count(1_048_576, 1_099_511_627_776),
    or: '536870912',
    meaning:
      'Memory for search indexes that are kept open, in bytes. A million messages take about 70 MB; a month that is not open is opened when a search comes to it.',
  },
  ...proofSettings,
  ...auditSettings,
} as const satisfies Readonly<Record<string, Setting>>

export type SettingName = keyof typeof settings

export const settingNames: readonly SettingName[] = Object.keys(settings).filter(isSettingName)

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settings, name)
}
