// What clients of the API may import: events, as they come on record.
import { z } from 'zod'
import { lineAnswer, place } from './chat.ts'

/** `id` is the position of who has read so far, and says nothing else. */
const common = { id: z.string(), at: z.string() }

/** Something was said, corrected, taken back: by `message.kind`. */
const messageEvent = z.object({
  ...common,
  type: z.literal('message'),
  in: place,
  message: lineAnswer,
})

/** A rule has withheld something, or it was refused. What was said is not in it. */
const verdictEvent = z.object({
  ...common,
  type: z.literal('verdict'),
  verdict: z.enum(['withheld', 'refused']),
  person: z.string().nullable(),
})

/** Something an administrator should look at: its details as they are on record. */
const alarmEvent = z.object({ ...common, type: z.literal('alarm'), alarm: z.unknown() })

/** Somebody has pressed a button of a bot's message, the line `about`. `address` is null where the bot does not see who is who. */
const pressEvent = z.object({
  ...common,
  type: z.literal('press'),
  in: place,
  about: z.string(),
  button: z.object({ value: z.string(), label: z.string() }),
  by: z.object({ address: z.string().nullable(), nick: z.string().nullable() }),
})

export const event = z.discriminatedUnion('type', [
  messageEvent,
  pressEvent,
  verdictEvent,
  alarmEvent,
])

export type Event = z.infer<typeof event>

export const eventTypes = ['message', 'press', 'verdict', 'alarm'] as const
export type EventType = (typeof eventTypes)[number]

/** `next`: after which the next ones are asked for. */
export const eventsAnswer = z.object({ events: z.array(event), next: z.string().nullable() })
