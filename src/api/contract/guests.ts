// What clients of the API may import: the shapes of answers about guests.
import { z } from 'zod'
import { madeInvitation, next } from './shared.ts'

/** Where somebody is a guest, and until when. */
export const guestTerms = z.object({
  /** Who answers for him. */
  sponsor: z.string(),
  /** Addresses. */
  rooms: z.array(z.string()),
  until: z.string(),
})

const guestAnswer = guestTerms.extend({
  address: z.string(),
  /** He may sign in; false when his date has come, or he was suspended. */
  enabled: z.boolean(),
})

export type GuestAnswer = z.infer<typeof guestAnswer>

export const guestsAnswer = z.object({ guests: z.array(guestAnswer), next })

/** `uri` and `link` are told once. */
export const invitedGuest = madeInvitation.extend({ guest: guestTerms })
