/** Who has to have a second factor: nobody, everybody who is more than a member or guest, or everybody. */
export const secondFactorModes = ['optional', 'officers', 'everybody'] as const

export type SecondFactorMode = (typeof secondFactorModes)[number]
