/** All roles. Nobody has one by being powerful elsewhere. `bot`: a program's, which has no password and no other role. */
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
  'bot',
] as const

export type Role = (typeof roles)[number]
