// An act as an event of the Open Cybersecurity Schema Framework, 1.3.0. Source: https://schema.ocsf.io/1.3.0/

import { productVersion } from '../../base/version.ts'
import { fieldsOf, isInScope, textOf, textsOf } from '../entry.ts'
import { type AuditEntry, type SiemEvent } from '../ports.ts'
import { type NameOf, sentenceOf } from '../words.ts'

/** What is sent away. Purposes, reasons, words that were searched for and names of matters are not in it: what is content stays here. */
export type OcsfEvent = {
  readonly class_uid: number
  readonly activity_id: number
  readonly time: number
  readonly metadata: SiemEvent['metadata'] & { readonly [name: string]: unknown }
  readonly [name: string]: unknown
}

const schemaVersion = '1.3.0'
const classes = {
  account: 3001,
  authentication: 3002,
  entity: 3004,
  access: 3005,
  group: 3006,
  api: 6003,
} as const
const other = 99
/** `severity_id`: informational, low. `status_id`: success, failure. */
const [informational, low] = [1, 2]
const [success, failure] = [1, 2]

type Classed = {
  readonly class: number
  readonly activity: number
  readonly more: { readonly [name: string]: unknown }
}

export function ocsfOf(entry: AuditEntry, nameOf: NameOf): OcsfEvent {
  const { kind, at, position, about } = entry
  const { class: class_uid, activity: activity_id, more } = classOf(entry, nameOf)
  const isRefused = kind === 'attempt'
  const isPlain = isInScope(kind, 'administration')
  return {
    activity_id,
    category_uid: Math.floor(class_uid / 1_000),
    class_uid,
    type_uid: class_uid * 100 + activity_id,
    severity_id: isRefused ? low : informational,
    status_id: isRefused ? failure : success,
    time: at,
    message: isPlain ? sentenceOf({ ...entry, purpose: null, matter: null }, nameOf) : kind,
    metadata: {
      version: schemaVersion,
      product: { name: 'Onrecord', vendor_name: 'Onrecord', version: productVersion },
      log_name: 'audit',
      uid: String(position),
      sequence: position,
      event_code: kind,
    },
    actor: actorOf(entry, nameOf),
    // From which machine somebody came is no part of the trail.
    src_endpoint: { name: entry.through === '' ? 'server' : entry.through },
    ...more,
    ...(about.length > 0 && { unmapped: { about: about.map(nameOf) } }),
  }
}

function actorOf({ actor, by, through }: AuditEntry, nameOf: NameOf): object {
  const [, session] = /^session:(.+)$/.exec(through) ?? []
  const inSession = session === undefined ? {} : { session: { uid: session } }
  if (by !== null) return { user: { uid: by, name: nameOf(by) }, ...inSession }
  if (actor === 'machine') return { user: { name: 'machine administrator' } }
  return { app_name: actor === 'server' || actor === 'person' ? 'Onrecord' : actor }
}

const accountActivities: { readonly [kind: string]: number } = {
  'person.add': 1,
  'person.enable': 2,
  'person.disable': 5,
  'person.remove': 6,
}
const [passwordChange, passwordReset] = [3, 4]
const [logon, logoff] = [1, 2]
const [create, read, update, remove] = [1, 2, 3, 4]
const [assign, revoke] = [1, 2]
const [factorEnable, factorDisable] = [10, 11]

function classOf(entry: AuditEntry, nameOf: NameOf): Classed {
  const { kind, by, about, details } = entry
  const [first] = about
  const user = first === undefined ? { name: 'unknown' } : { uid: first, name: nameOf(first) }
  const account = accountActivities[kind]
  if (account !== undefined) return { class: classes.account, activity: account, more: { user } }
  if (kind === 'person.password') {
    const activity = by === first ? passwordChange : passwordReset
    return { class: classes.account, activity, more: { user } }
  }
  if (kind === 'person.role') {
    const privileges = [textOf(details['role']) ?? 'none']
    return { class: classes.access, activity: assign, more: { user, privileges } }
  }
  if (kind === 'grant.make') {
    const privileges = [textOf(fieldsOf(details['grant'])['role']) ?? 'none']
    return { class: classes.access, activity: assign, more: { user, privileges } }
  }
  if (kind === 'grant.revoke') {
    const privileges = [textOf(details['grant']) ?? 'none']
    return { class: classes.access, activity: revoke, more: { user, privileges } }
  }
  if (kind === 'factor.add' || kind === 'factor.remove') {
    const activity = kind === 'factor.add' ? factorEnable : factorDisable
    return { class: classes.account, activity, more: { user } }
  }
  if (kind === 'person.groups') {
    const name = textsOf(details['groups']).join(',')
    const group = { name: name === '' ? 'none' : name }
    return { class: classes.group, activity: other, more: { user, group } }
  }
  if (kind === 'session.end')
    return { class: classes.authentication, activity: logoff, more: { user, service } }
  if (kind === 'attempt') return attemptOf(entry, user)
  if (/^(?:search|read|export|roster\.read|audit\.read|connections\.read)$/.test(kind))
    return { class: classes.api, activity: read, more: { api: { operation: kind } } }
  return entityOf(entry)
}

const service = { name: 'Onrecord' }
const methods: { readonly [method: string]: number } = {
  GET: read,
  POST: create,
  PUT: update,
  DELETE: remove,
}

function attemptOf({ details }: AuditEntry, user: object): Classed {
  const [what, route] = [details['what'], textOf(details['route']) ?? '']
  const code = { status_code: textOf(details['code']) ?? '' }
  if (what === 'sign-in')
    return { class: classes.authentication, activity: logon, more: { ...code, user, service } }
  if (what === 'api') {
    const activity = methods[route.split(' ')[0] ?? ''] ?? other
    return { class: classes.api, activity, more: { ...code, api: { operation: route } } }
  }
  const lines: unknown = details['lines']
  const counts = (Array.isArray(lines) ? lines : []).map((line) =>
    Number(fieldsOf(line)['counted']),
  )
  const count = counts.reduce((sum, one) => sum + one, Number(details['more'] ?? 0))
  return { class: classes.api, activity: other, more: { count, api: { operation: 'attempts' } } }
}

/** What an act makes of the thing that it is about, by the last word of its kind. */
const makes = /\.(?:make|place|propose|order|exempt|add|create|welcome|motd|announce)$/
const ends = /\.(?:revoke|release|exempt-end|remove|destroy|end)$/

function entityOf({ kind, details, position }: AuditEntry): Classed {
  const [type = kind] = kind.split('.')
  const ids = ['id', 'token', 'invitation', 'hold', 'run'].map((name) => details[name])
  const id = ids.find((one) => typeof one === 'string' || typeof one === 'number')
  const activity = makes.test(kind) ? create : ends.test(kind) ? remove : update
  const entity = { type, uid: String(id ?? position) }
  return { class: classes.entity, activity, more: { entity } }
}
