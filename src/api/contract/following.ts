// Shapes of answers about what follows groups, for clients of the API.
import { z } from 'zod'

/** `name` is null where the group is gone: it gives nothing then. `people`: how many are in it, by other groups too. */
const followedGroup = z.object({
  group: z.string(),
  name: z.string().nullable(),
  people: z.number(),
})

export const roomGroupsAnswer = z.object({
  room: z.string(),
  groups: z.array(followedGroup.extend({ affiliation: z.enum(['member', 'admin']) })),
})

export type RoomGroupsAnswer = z.infer<typeof roomGroupsAnswer>

export const groupContactsAnswer = z.object({ group: z.string(), to: z.array(followedGroup) })

export type GroupContactsAnswer = z.infer<typeof groupContactsAnswer>
