// What clients of the API may import: the shapes of alarms.
import { z } from 'zod'

export const alarmAnswer = z.object({
  id: z.string(),
  event: z.string(),
  /** What has happened, and what to do. */
  says: z.string(),
  cause: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  severity: z.enum(['warning', 'critical']),
  state: z.enum(['new', 'seen', 'owned', 'closed']),
  owner: z.string().nullable(),
  since: z.string(),
  last: z.string(),
  count: z.number(),
  escalated: z.string().nullable(),
})

export type AlarmAnswer = z.infer<typeof alarmAnswer>

export const alarmsAnswer = z.object({ alarms: z.array(alarmAnswer) })
