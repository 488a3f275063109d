import { type Person } from './ports.ts'
import { type Role } from './roles.ts'

/** Who may do something. */
export type Permission = {
  readonly roles: readonly Role[]
  /** Whether the machine's own administrator may, who is at its command line, without naming anybody. */
  readonly machine: boolean
  /** Whether more than one may be named: their word counts together. */
  readonly several: boolean
}

const see = (...roles: Role[]): Permission => ({ roles, machine: true, several: false })
const officers = (...roles: Role[]): Permission => ({ roles, machine: false, several: false })
const approvers = (...roles: Role[]): Permission => ({ roles, machine: false, several: true })
const administrators: Permission = { roles: ['administrator'], machine: true, several: false }

/**
 * Who may do what: the one place that knows. A route of the API names its permission, and there is none without. DESIGN.md §7.
 *
 * Nobody may a thing for being powerful elsewhere: an administrator reads no content, and who disposes of records does not export them.
 */
export const permissions = {
  'people.see': see('administrator', 'auditor', 'privacy'),
  'people.manage': administrators,
  'invitations.manage': administrators,
  'keys.see': see('administrator', 'records', 'auditor'),
  'keys.manage': administrators,
  'clock.confirm': administrators,
  /** The program's own note of what it did. */
  'backups.note': { roles: [], machine: true, several: false },
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
  /** What a bundle proves its ends with. No content is in it. */
  'heads.state': see('officer', 'legal'),
  'content.search': officers('officer'),
  'content.export': officers('officer', 'legal'),
} as const satisfies Record<string, Permission>

export type PermissionName = keyof typeof permissions

/** Whether somebody may, on his own word. */
export function may(
  person: Pick<Person, 'role' | 'enabled'> | null,
  name: PermissionName,
): boolean {
  const { roles }: Permission = permissions[name]
  return person !== null && person.enabled && roles.includes(person.role)
}
