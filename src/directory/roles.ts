/** All roles. Nobody has one by being powerful elsewhere. */
export const roles = [
  'member',
  'guest',
  'administrator',
  'officer',
  'reviewer',
  'records',
  'legal',
  'auditor',
  'privacy',
] as const

export type Role = (typeof roles)[number]
