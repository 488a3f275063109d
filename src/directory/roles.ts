/** Roles of people. Nobody has one by being powerful elsewhere. */
export const rolesOfPeople = [
  'member',
  'guest',
  'administrator',
  'officer',
  'reviewer',
  'records',
  'legal',
  'auditor',
  'privacy',
  'security',
] as const

/** All roles. `bot`: an account of a program, which has no password, acts by tokens alone, and never has another role. */
export const roles = [...rolesOfPeople, 'bot'] as const

export type Role = (typeof roles)[number]

/**
 * What is nobody's standing role, and is given for a time only: to read by a stated purpose (`examiner`), and to read what somebody had who has
 * left (`successor`).
 */
export const lentRoles = ['examiner', 'successor'] as const

/** What a grant gives. */
export type GrantedRole = Role | (typeof lentRoles)[number]

/** Those that open nothing: who has one sees no more than what is said to him. */
const ordinaryRoles: readonly GrantedRole[] = ['member', 'guest', 'bot', 'administrator']

/** Whether a role opens what others said, or the record and its acts. */
export function opens(role: GrantedRole): boolean {
  return !ordinaryRoles.includes(role)
}
