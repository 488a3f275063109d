// Each act in one sentence, for people.

import { type RecordKind } from '../record/types.ts'
import { fieldsOf, textOf, textsOf } from './entry.ts'
import { type AuditEntry } from './ports.ts'

export type NameOf = (id: string) => string

type Said = {
  /** A field as text; '' where it is none. */
  readonly text: (name: string) => string
  /** A field that is a list: how many it has. */
  readonly count: (name: string) => number
  readonly list: (name: string) => string
  /** A field that is an object. */
  readonly in: (name: string) => Said
  /** The person of the field `person`. */
  readonly person: string
  /** The room of the field `room`. */
  readonly room: string
}

type Saying = (said: Said) => string

/** What is done, behind who does it. What is not here is called by its kind: newer programs write others. */
const sayings: { readonly [kind in RecordKind]?: Saying } = {
  'person.add': ({ text }) => `added ${text('address')} as ${text('role')}`,
  'person.enable': ({ person }) => `let ${person} sign in again`,
  'person.disable': ({ person }) => `suspended ${person}`,
  'person.remove': ({ person }) => `removed ${person}`,
  'person.password': ({ person }) => `gave ${person} another password`,
  'person.role': ({ person, text }) => `gave ${person} the role ${text('role')}`,
  'person.groups': ({ person, list }) =>
    `put ${person} into the groups ${list('groups') || 'none'}`,
  'person.profile': ({ person }) => `changed what is known of ${person}`,
  'person.leave': ({ person }) => `noted that ${person} has left, and closed the account`,
  'group.set': ({ text }) => `set the group ${text('name')}`,
  'group.remove': ({ text }) => `removed the group ${text('group')}`,
  'group.members': ({ text }) => `changed who is in the group ${text('group')}`,
  'follow.room': ({ room, count }) =>
    `had the room ${room} follow ${numberOf(count('groups'), 'group')}`,
  'follow.contacts': ({ text, list }) =>
    list('to') === ''
      ? `had the group ${text('group')} be nobody's contacts any more`
      : `had the group ${text('group')} be contacts of ${list('to')}`,
  'factor.add': ({ person, text }) => `added a second factor (${text('type')}) of ${person}`,
  'factor.remove': ({ person, text }) =>
    `took ${text('factor') === '' ? 'all second factors' : 'a second factor'} from ${person}`,
  'identity.link': ({ person }) => `linked ${person} with the identity provider`,
  'identity.unlink': ({ person }) => `let go of any link of ${person} with the identity provider`,
  'grant.make': (said) => {
    const { person, text } = said.in('grant')
    return `granted ${person} the role ${text('role')}${because(text('reason'))}`
  },
  'grant.revoke': ({ text }) => `took back the grant ${text('grant')}${because(text('reason'))}`,
  'approval.ask': (said) => `asked for a second person (${said.in('request').text('act')})`,
  'approval.decide': ({ text }) =>
    `${text('approves') === 'true' ? 'said yes' : 'said no'} to the request ${text('request')}${because(text('reason'))}`,
  'approval.run': (said) => requestRun(said.text('request'), said.in('outcome').text('state')),
  'webhook.make': ({ text }) => `made the webhook ${text('name')}`,
  'webhook.remove': ({ text }) => `removed the webhook ${text('webhook')}`,
  'webhook.disable': ({ text }) => `turned off the webhook ${text('webhook')}`,
  'webhook.enable': ({ text }) => `turned on the webhook ${text('webhook')}`,
  'device.revoke': ({ person }) => `turned out a device of ${person}`,
  'alarm.change': ({ text }) => `looked at the alarm ${text('event')}: ${text('state')}`,
  'alarm.news': ({ text }) =>
    text('news') === 'raised'
      ? `raised the alarm ${text('event')}`
      : `told the alarm ${text('event')} further up`,
  'ways.open': () => 'started with ways out that lead outside',
  'session.end': ({ person, text }) =>
    `ended ${text('resource') === '' ? 'all streams' : `the stream ${text('resource')}`} of ${person}`,
  'roster.read': ({ list }) => `looked at the contacts of ${list('people')}`,
  'notice.announce': () => 'announced something to everybody',
  'notice.motd': ({ text }) =>
    text('text') === '' ? 'took back the message of the day' : 'set the message of the day',
  'notice.welcome': ({ text }) =>
    text('text') === '' ? 'took back the greeting' : 'set the greeting for who is new',
  'invitation.make': ({ text }) => `invited somebody${ofAddress(text('address'))}`,
  'invitation.take': ({ text }) => `took an invitation, as ${text('address')}`,
  'invitation.revoke': ({ text }) => `took back the invitation ${text('invitation')}`,
  'token.make': ({ person, text, list }) =>
    `made the token ${text('name')} of ${person}, for ${list('scopes')}`,
  'token.revoke': ({ text }) => `took back the token ${text('token')}`,
  'app-password.make': ({ person, text }) =>
    `made the application password ${text('name')} of ${person}`,
  'app-password.revoke': ({ person, text }) =>
    text('password') === ''
      ? `took back all application passwords of ${person}`
      : `took back the application password ${text('password')} of ${person}`,
  'guest.set': ({ person, text, count }) =>
    `let ${person} be a guest in ${count('rooms')} rooms until ${new Date(Number(text('until'))).toISOString()}`,
  'guest.end': ({ person }) => `ended the stay of the guest ${person}`,
  'retention.class': (said) => `set the retention class ${said.in('class').text('name')}`,
  'retention.rules': ({ count }) => `set ${count('rules')} retention rules`,
  'retention.exempt': (said) => {
    const { person, text } = said.in('exemption')
    return `exempted ${person} from ${text('from')}: ${text('reason')}`
  },
  'retention.exempt-end': ({ text }) => `ended the exemption ${text('id')}`,
  'retention.event': (said) => {
    const { person, text } = said.in('event')
    return text('event') === 'leaver'
      ? `noted that ${person} has left`
      : `noted that the matter ${text('matter')} is closed`
  },
  'hold.place': ({ text }) => `placed the hold ${text('name')}: ${text('reason')}`,
  'hold.release': ({ text }) => `asked to release the hold ${text('hold')}: ${text('reason')}`,
  'disposal.propose': ({ count }) => `proposed the disposal of ${count('buckets')} buckets`,
  'disposal.approve': ({ text }) =>
    `${text('approves') === 'true' ? 'approved' : 'refused'} the disposal ${text('run')}${because(text('reason'))}`,
  'erasure.order': ({ count, text }) =>
    `ordered the erasure of ${count('positions')} records: ${text('why')}`,
  export: () => 'exported a bundle',
  'break-glass.seal': (said) =>
    said.text('printed') === ''
      ? `prepared sealed access for ${said.in('envelope').person}`
      : `had the words of the envelope ${said.text('printed')} printed`,
  'break-glass.open': ({ person }) => `opened the sealed access of ${person}`,
  'break-glass.end': ({ person, text }) =>
    `ended the sealed access of ${person}: ${text('reason')}`,
  'matter.open': ({ text }) => `opened the matter ${text('name')}`,
  'matter.change': () => 'changed what is known of the matter',
  'matter.close': ({ text }) => `closed the matter: ${text('reason')}`,
  'search.save': (said) => `saved the search ${JSON.stringify(said.in('search').text('name'))}`,
  'search.drop': () => 'dropped a saved search',
  'export.fetch': ({ text }) => `fetched the bundle of the export ${text('act')}`,
  'export.end': ({ text }) => exportEnded(text('state'), text('act'), text('why')),
  search: ({ text }) => `searched for ${JSON.stringify(text('query'))}`,
  read: ({ count }) => `opened ${count('positions')} records`,
  backup: ({ text }) => (text('what') === 'made' ? 'made a backup' : 'restored a backup'),
  key: () => 'changed a key',
  'key.shares': ({ text }) =>
    text('what') === 'destroyed'
      ? `said that the paper ${text('id')} is destroyed`
      : `had papers printed that open the vault (${text('what')})`,
  'key.signing': () => 'changed the keys that sign the log',
  'key.turn': ({ text }) =>
    text('what') === 'asked' ? 'had the vault turned to new keys' : 'turned the vault to new keys',
  clock: () => "noted that the server's clock jumped",
  'audit.read': ({ text }) => `looked at the audit trail (${text('what')})`,
  'audit.digest': ({ text }) => `summed up who looked at what in ${text('month')}`,
  'connections.read': ({ person }) => `looked at from where ${person} has connected`,
}

/** One sentence, without its full stop in front of nothing: who did what, by what right. */
export function sentenceOf(entry: AuditEntry, nameOf: NameOf): string {
  const said = saidBy(entry.details, nameOf)
  if (entry.kind === 'attempt') return `${attemptOf(entry, said, nameOf)}.`
  const what = sayings[entry.kind]?.(said) ?? `did ${entry.kind}`
  const { purpose, matter, approvals } = entry
  const why = [
    matter === null ? '' : ` in the matter ${matter}`,
    purpose === null ? '' : ` for the purpose ${JSON.stringify(purpose)}`,
    approvals.length === 0 ? '' : `, with the word of ${approvals.map(nameOf).join(' and ')}`,
  ].join('')
  return `${whoOf(entry, nameOf)} ${what}${why}.`
}

/** Those that are no persons who are known here. */
const actors: { readonly [actor in AuditEntry['actor']]: string } = {
  person: 'Somebody',
  invitation: 'Somebody who was invited',
  machine: "The machine's administrator",
  server: 'The server',
  ldap: 'The directory server',
  scim: 'The provisioning service',
  provider: 'The identity provider',
}

function whoOf({ actor, by }: AuditEntry, nameOf: NameOf): string {
  if (by !== null) return nameOf(by)
  return actors[actor]
}

function attemptOf(
  { by, about }: AuditEntry,
  { text, count, in: inner }: Said,
  nameOf: NameOf,
): string {
  if (text('what') === 'counted')
    return `Refused attempts of ${numberOf(count('lines'), 'kind')} were counted, beside those that have entries of their own`
  const named = inner('tried').text('address')
  const [first] = about
  const who = by ?? first
  const name = who === undefined ? named || 'Somebody who is not known here' : nameOf(who)
  return text('what') === 'sign-in'
    ? `${name} was not signed in at ${text('route')} (${text('code')})`
    : `${name} was refused ${text('route')} (${text('code')})`
}

function exportEnded(state: string, act: string, why: string): string {
  const what = state === 'done' ? 'made the bundle of' : `noted as ${state}`
  return `${what} the export ${act}${why === '' ? '' : `: ${why}`}`
}

/** A reason that somebody gave, behind what he did. */
function because(reason: string): string {
  const said = reason.replace(/[.\s]+$/, '')
  return said === '' ? '' : `: ${said}`
}

function numberOf(count: number, what: string): string {
  return `${count === 0 ? 'no' : count} ${what}${count > 1 ? 's' : ''}`
}

function requestRun(request: string, state: string): string {
  if (state === 'begun') return `began to carry out the request ${request}`
  return state === 'done'
    ? `carried out the request ${request}`
    : `noted the request ${request} as ${state}`
}

function ofAddress(address: string): string {
  return address === '' ? '' : ` as ${address}`
}

function saidBy(fields: { readonly [name: string]: unknown }, nameOf: NameOf): Said {
  const text = (name: string): string => {
    const found = fields[name]
    return typeof found === 'number' || typeof found === 'boolean'
      ? String(found)
      : (textOf(found) ?? '')
  }
  return {
    text,
    count: (name) => {
      const found = fields[name]
      return Array.isArray(found) ? found.length : 0
    },
    list: (name) => textsOf(fields[name]).map(nameOf).join(', '),
    in: (name) => saidBy(fieldsOf(fields[name]), nameOf),
    get person() {
      const id = text('person')
      return id === '' ? 'somebody' : nameOf(id)
    },
    get room() {
      return nameOf(text('room'))
    },
  }
}
