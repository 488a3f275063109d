// Everything by which something can leave: the one place that knows. What opens a connection, or gives to who is outside, has a row, and
// `ways-out.test.ts` fails for code that has none.
import { type RecordKind, type StatementKind } from '../record/types.ts'

export type WayOut = {
  /** What leaves, to whom. */
  readonly what: string
  /** What turns it on: a setting, a command, or a permission of whoever asks. */
  readonly on: string
  /** Kinds of records that say so: each use, or that it was opened. */
  readonly entries: readonly (RecordKind | StatementKind)[]
  /** Where it is in the code: files, or folders. */
  readonly code: readonly string[]
}

export const waysOut = {
  federation: {
    what: 'messages, presence and answers, to people at other servers',
    on: 'ONRECORD_S2S_PORT',
    entries: ['message', 'marks'],
    code: ['src/xmpp/s2s/'],
  },
  component: {
    what: 'the same, to what a gateway or bot speaks for',
    on: 'ONRECORD_COMPONENT_PORT',
    entries: ['message', 'marks'],
    code: ['src/xmpp/component/'],
  },
  client: {
    what: 'what a person may see, to his own devices',
    on: 'an account',
    entries: ['message', 'marks', 'app-password.make'],
    code: ['src/xmpp/stream/'],
  },
  push: {
    what: 'that something has come, and nothing of it, to the service that wakes a device',
    on: 'the device itself (XEP-0357)',
    entries: ['message'],
    code: ['src/xmpp/push/'],
  },
  api: {
    what: 'what whoever asks may see, to browsers and programs with a token',
    on: 'ONRECORD_HTTP_PORT; each route has its permission',
    entries: ['token.make', 'search', 'read', 'export'],
    code: ['src/api/', 'src/server/http.ts'],
  },
  feed: {
    what: 'what comes on record for whoever asks, as it comes, to browsers and programs with a token',
    on: 'events.read',
    entries: ['token.make'],
    code: ['src/api/events/', 'src/api/door/open-stream.ts'],
  },
  webhook: {
    what: 'what is said where a bot is, verdicts and alarms, to programs at addresses that an administrator names',
    on: 'webhooks.manage',
    entries: ['webhook.make', 'webhook.enable'],
    code: ['src/api/hooks/', 'src/storage/http/'],
  },
  'file link': {
    what: 'a file, to whoever has its address',
    on: 'a message that names it',
    entries: ['message', 'file.look'],
    code: ['src/api/files/get-file.ts'],
  },
  export: {
    what: 'chosen records in clear with their proofs, to the machine’s own disk, or to the browser or program of whoever asked',
    on: 'content.export',
    entries: ['export', 'export.fetch', 'export.end'],
    code: ['src/server/export-bundle.ts', 'src/api/exports/'],
  },
  backup: {
    what: 'sealed files, to the machine’s own disk',
    on: 'onrecord backup',
    entries: ['backup'],
    code: ['src/server/backup/'],
  },
  mail: {
    what: 'that an alarm was raised: ids and codes, to who runs the server',
    on: 'ONRECORD_ALARM_MAIL',
    entries: ['alarm.change'],
    code: ['src/storage/smtp/'],
  },
  'key holders': {
    what: 'wrapped keys, to a key service of the company’s',
    on: 'ONRECORD_KEY_HOLDERS',
    entries: ['key', 'key.turn'],
    code: ['src/storage/http/', 'src/storage/aws-kms/', 'src/storage/vault-transit/'],
  },
  witnesses: {
    what: 'heads of the log, which are hashes, to witnesses and to the time-stamping service',
    on: 'the policy of witnesses; ONRECORD_TIMESTAMP_URL',
    entries: ['tick'],
    code: ['src/storage/http/', 'src/record/witness/', 'src/record/timestamps/'],
  },
  'read-only log': {
    what: 'tiles and heads, which are hashes, to anybody',
    on: 'ONRECORD_LOG_READERS',
    entries: ['tick'],
    code: ['src/api/record/log-routes.ts'],
  },
  siem: {
    what: 'acts and refused attempts, without content, to the company’s own watch (SIEM)',
    on: 'ONRECORD_SIEM_URL',
    entries: ['attempt'],
    code: ['src/storage/siem/'],
  },
  directory: {
    what: 'names and passwords of those who sign in, to the company’s directory server',
    on: 'ONRECORD_LDAP_URL',
    entries: ['person.add', 'person.groups'],
    code: ['src/storage/ldap/'],
  },
  'identity provider': {
    what: 'that somebody signs in or out in a browser, to the company’s identity provider',
    on: 'ONRECORD_OIDC_ISSUER',
    entries: ['identity.link', 'person.add', 'person.groups'],
    code: ['src/storage/oidc/'],
  },
} as const satisfies { readonly [name: string]: WayOut }

export type WayName = keyof typeof waysOut

/** Those that are open, each with whom it leads to. */
export type OpenWays = { readonly [name in WayName]?: readonly string[] }
