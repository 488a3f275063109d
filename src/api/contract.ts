// What clients of the API may import: the shapes of its answers.
import { z } from 'zod'

const personAnswer = z.object({
  id: z.string(),
  address: z.string(),
  role: z.string(),
  enabled: z.boolean(),
})

export const peopleAnswer = z.object({ people: z.array(personAnswer) })

export type PeopleAnswer = z.infer<typeof peopleAnswer>

const invitationAnswer = z.object({
  id: z.string(),
  to: z.enum(['account', 'contact']),
  /** Null: the command line. */
  inviter: z.string().nullable(),
  address: z.string().nullable(),
  expires: z.string(),
})

export const invitationsAnswer = z.object({ invitations: z.array(invitationAnswer) })

/** `uri` has the token, and is said once. */
export const madeInvitation = invitationAnswer.extend({ uri: z.string() })

export type InvitationAnswer = z.infer<typeof invitationAnswer>

/** The answer to what was refused: a stable code, and a sentence that says what to do. */
export const problem = z.object({ code: z.string(), message: z.string() })

export type Problem = z.infer<typeof problem>

/** `/health/ready`: what is missing when it is not 200. */
export type ReadyAnswer =
  | { readonly ready: true }
  | { readonly ready: false; readonly reason: string; readonly text: string }

const holdAnswer = z.object({
  id: z.number(),
  name: z.string(),
  reason: z.string(),
  scope: z.object({
    persons: z.array(z.string()),
    conversations: z.array(z.string()),
    query: z.string().nullable(),
    from: z.string().nullable(),
    until: z.string().nullable(),
  }),
  by: z.string(),
  since: z.string(),
  releases: z.array(
    z.object({ by: z.string(), reason: z.string(), position: z.number(), at: z.string() }),
  ),
  /** The log position from which on it is not in force any more. */
  released: z.number().nullable(),
  /** How many messages it has, of those below that log position. */
  count: z.object({ records: z.number(), below: z.number() }).optional(),
})

export type HoldAnswer = z.infer<typeof holdAnswer>

export const holdsAnswer = z.object({ holds: z.array(holdAnswer) })

export const heldAnswer = z.object({
  hold: holdAnswer,
  /** What of its time went before it: the certificate's log position, null while it is being disposed of. */
  tooLate: z
    .array(z.object({ bucket: z.number(), run: z.number(), certificate: z.number().nullable() }))
    .optional(),
})
