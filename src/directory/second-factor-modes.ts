import { type Role } from './roles.ts'

/** Who has to have a second factor: nobody, everybody who is more than a member or guest, or everybody. */
export const secondFactorModes = ['optional', 'officers', 'everybody'] as const

export type SecondFactorMode = (typeof secondFactorModes)[number]

/** Whether who has that role needs one. */
export function isFactorNeeded(mode: SecondFactorMode, role: Role): boolean {
  if (mode === 'optional') return false
  return mode === 'everybody' || !(role === 'member' || role === 'guest')
}

/** Whether the account's own password opens XMPP streams, which ask for no second factor. */
export const ownPasswordModes = ['unless-factor', 'always', 'never'] as const

export type OwnPasswordMode = (typeof ownPasswordModes)[number]
