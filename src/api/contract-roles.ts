// What clients of the API may import: the shapes of answers about grants, approvals and sealed roles.
import { z } from 'zod'

const grantAnswer = z.object({
  id: z.string(),
  /** An address, or the id of somebody who has none any more; so are the others. */
  person: z.string(),
  role: z.string(),
  /** Limits: all that are given have to fit, each with one of its list. Rooms by address, or by id when they are gone. */
  groups: z.array(z.string()),
  matters: z.array(z.string()),
  rooms: z.array(z.string()),
  /** In whose place a successor is. */
  of: z.object({ person: z.string(), direct: z.boolean() }).nullable(),
  from: z.string(),
  /** Null: until it is taken back. */
  until: z.string().nullable(),
  isInForce: z.boolean(),
  reason: z.string(),
  /** Who has given it, and who agreed; nobody: the machine's own command line. */
  by: z.array(z.string()),
})

export type GrantAnswer = z.infer<typeof grantAnswer>

export const oneGrantAnswer = z.object({ grant: grantAnswer })

export const grantsAnswer = z.object({ grants: z.array(grantAnswer) })
