import { type SecondAct } from './access/types.ts'
import { type GrantedRole, roles as everybody } from './roles.ts'

/** Who may do something. */
export type Permission = {
  readonly roles: readonly GrantedRole[]
  /** Whether the machine's own administrator may, who is at its command line, without naming anybody. */
  readonly machine: boolean
  /** Whether more than one may be named: their word counts together. */
  readonly several: boolean
  /** Whether nobody has to be known at all: to sign in, and to read what the API is. */
  readonly open: boolean
}

const nobodyElse = { machine: false, several: false, open: false }
const see = (...roles: GrantedRole[]): Permission => ({ ...nobodyElse, roles, machine: true })
const officers = (...roles: GrantedRole[]): Permission => ({ ...nobodyElse, roles })
const approvers = (...roles: GrantedRole[]): Permission => ({ ...nobodyElse, roles, several: true })
const administrators = see('administrator')
/** Of oneself, and of nobody else. */
const oneself = officers(...everybody)
/** Guests see what they were invited to, and arrange nothing. */
const ofTheHouse = everybody.filter((role) => role !== 'guest')

/**
 * Who may do what: the one place that knows. A route of the API names its permission, and there is none without. DESIGN.md §7.
 *
 * Nobody may a thing for being powerful elsewhere: an administrator reads no content, and who disposes of records does not export them.
 */
export const permissions = {
  'session.start': { ...nobodyElse, roles: everybody, open: true },
  'invitations.use': { ...nobodyElse, roles: everybody, open: true },
  /** Where one has signed in: to know it, to leave, and to have second factors. */
  'session.own': oneself,
  'self.see': oneself,
  'self.manage': oneself,
  'permissions.see': see(...everybody),
  /** As he sees and does it at a client: rooms, what is said there, and what is said to him. */
  'rooms.see': oneself,
  'rooms.manage': officers(...ofTheHouse),
  'messages.read': oneself,
  'messages.send': oneself,
  'factors.see': see('administrator', 'auditor'),
  /** For who has lost them: somebody has to know him by sight. */
  'factors.reset': see(),
  /** What comes on record for him, as it comes; an officer is told of verdicts, an administrator of alarms. No content is in these. */
  'events.read': oneself,
  'tokens.see': see('administrator', 'auditor'),
  'tokens.revoke': administrators,
  /** Whoever has it acts in that person's name. */
  'tokens.make': see(),
  /** To sign in at XMPP with a token: no route asks for it. */
  'xmpp.connect': oneself,
  'app-passwords.see': see('administrator', 'auditor'),
  'app-passwords.revoke': administrators,
  /** Whoever has it acts in that person's name. */
  'app-passwords.make': see(),
  /** What waits: one's own, and what one may decide. */
  'approvals.see': see(...ofTheHouse),
  'approvals.decide': officers(...ofTheHouse),
  'guests.see': see('administrator', 'auditor'),
  'guests.manage': administrators,
  /** Nobody of whom administrators alone decide: whoever can make the second person needs none. */
  'approve.grant': officers('officer', 'legal', 'privacy'),
  'successions.manage': administrators,
  'approve.succession': officers('officer', 'legal', 'privacy'),
  'approve.export': officers('officer', 'legal', 'privacy'),
  'people.see': see('administrator', 'auditor', 'privacy'),
  'people.manage': administrators,
  /** The door at /scim/v2, for a service that keeps people and groups. Nobody signs in with it: it takes a token. */
  'people.provision': officers('bot'),
  /** Which rooms and contact lists follow groups. Owners do not bind them: they would learn who is in a group, and put people into rooms. */
  'follow.see': see('administrator', 'auditor'),
  'follow.manage': administrators,
  'grants.see': see('administrator', 'auditor', 'privacy'),
  'grants.manage': administrators,
  'invitations.manage': administrators,
  'bots.see': see('administrator', 'auditor'),
  'bots.manage': administrators,
  'webhooks.see': see('administrator', 'auditor'),
  'webhooks.manage': administrators,
  /** Administrators: acts of administration alone, which is what the machine's own administrator sees, too. */
  'audit.see': see('auditor', 'privacy', 'administrator', 'security'),
  /** All acts, whatever they are about, and who looked at how much. */
  'audit.all': officers('auditor', 'privacy'),
  /** From where people connect, and with what. Nobody has it for being powerful elsewhere. */
  'connections.see': officers('security'),
  /** What is kept about somebody else. */
  'kept.see': see('privacy'),
  'devices.see': see('administrator', 'security'),
  'devices.manage': see('administrator', 'security'),
  'settings.see': see('administrator', 'auditor'),
  'health.see': see('administrator', 'records', 'auditor', 'security'),
  /** How the record stands. No content is in it, and no time. */
  'record.see': see('administrator', 'records', 'legal', 'officer', 'auditor', 'privacy'),
  /** Whoever has leaves can count the records of a conversation in one period. */
  'entries.see': see('records', 'legal', 'officer', 'auditor'),
  'keys.see': see('administrator', 'records', 'auditor'),
  'keys.manage': administrators,
  'clock.confirm': administrators,
  /** The program's own note of what it did. */
  'backups.note': see(),
  /** Access for somebody from outside. Over HTTP it takes a second person, whom administrators alone cannot make. */
  'break-glass.seal': administrators,
  'break-glass.see': see('administrator', 'auditor', 'officer', 'legal', 'privacy'),
  /** Whoever has the words. */
  'break-glass.open': { ...nobodyElse, roles: everybody, open: true },
  /** It is no administrator’s to end what an outsider looks at. */
  'break-glass.end': officers('officer', 'legal', 'privacy', 'examiner'),
  /** With a grant that is limited to some: those. */
  'matters.see': officers('legal', 'officer', 'records', 'auditor', 'examiner'),
  'matters.manage': officers('legal'),
  'holds.see': see('legal', 'records', 'officer', 'auditor'),
  'holds.manage': officers('legal', 'records'),
  'disposals.see': see('records', 'legal', 'auditor'),
  'disposals.propose': officers('records'),
  'disposals.decide': officers('records', 'legal'),
  'erasures.order': officers('records', 'legal'),
  'retention.see': see('records', 'legal', 'officer', 'auditor', 'privacy'),
  'retention.manage': approvers('records'),
  'retention.exempt': approvers('records', 'legal', 'privacy', 'officer'),
  'retention.note': approvers('records', 'legal'),
  'ways.see': see('administrator', 'auditor', 'privacy'),
  'alarms.see': see('administrator', 'records', 'legal', 'auditor', 'privacy'),
  'alarms.manage': administrators,
  /** What a bundle proves its ends with. No content is in it. */
  'heads.state': see('officer', 'legal'),
  'content.search': officers('officer', 'examiner'),
  /** What somebody had who has left, for who comes after him. */
  'succession.read': officers('successor'),
  'content.export': officers('officer', 'legal'),
} as const satisfies Record<string, Permission>

export type PermissionName = keyof typeof permissions

/** What a token has to be for that opens an XMPP stream. */
export const connectScope = 'xmpp.connect' satisfies PermissionName

export const permissionNames: readonly PermissionName[] = namesOf(permissions)

/** Whether there is one of that name. */
export function isPermission(name: string): name is PermissionName {
  return Object.hasOwn(permissions, name)
}

function namesOf<Name extends string>(table: Readonly<{ [name in Name]: Permission }>): Name[] {
  const names: Name[] = []
  for (const name in table) names.push(name)
  return names
}

export function isForEverybody(name: PermissionName): boolean {
  const { roles }: Permission = permissions[name]
  // Guests aside: who they are keeps nothing from anybody else.
  return ofTheHouse.every((role) => roles.includes(role))
}

/** Who says yes to what a second person is asked for. */
export const approverOf = {
  grant: 'approve.grant',
  export: 'approve.export',
  succession: 'approve.succession',
  retention: 'retention.manage',
  exempt: 'retention.exempt',
} as const satisfies Record<SecondAct, PermissionName>
