// What clients of the API may import: rooms, messages and what is in them.
import { z } from 'zod'

const affiliation = z.enum(['owner', 'admin', 'member', 'none', 'outcast'])

export const roomAnswer = z.object({
  address: z.string(),
  name: z.string(),
  description: z.string(),
  /** What who asks is there. */
  affiliation,
  /** He is in with a device. */
  isIn: z.boolean(),
  /** How many are in. */
  occupants: z.number(),
  isPublic: z.boolean(),
  isMembersOnly: z.boolean(),
  isModerated: z.boolean(),
  asksPassword: z.boolean(),
  /** Everybody sees who the others are. */
  isNonAnonymous: z.boolean(),
})

export const roomsAnswer = z.object({ rooms: z.array(roomAnswer), next: z.string().nullable() })

/** Those that one may see. */
export const membersAnswer = z.object({
  members: z.array(
    z.object({
      address: z.string(),
      affiliation: z.enum(['owner', 'admin', 'member']),
      nick: z.string().nullable(),
    }),
  ),
})

export const roomSettings = z.strictObject({
  name: z.string().min(1).max(200).optional(),
  description: z.string().max(1_000).optional(),
  isPublic: z.boolean().optional(),
  isMembersOnly: z.boolean().optional(),
  isModerated: z.boolean().optional(),
  isNonAnonymous: z.boolean().optional(),
})

export const givenPeople = z.strictObject({
  people: z
    .array(z.strictObject({ address: z.string().min(3).max(3_071), affiliation }))
    .min(1)
    .max(250),
})

/** `nick`: in a room; `address`: null where only the nickname is to be seen. */
const author = z.object({
  address: z.string().nullable(),
  nick: z.string().nullable(),
  isBot: z.boolean(),
})

export const slotAnswer = z.object({ put: z.string(), get: z.string() })

const fileAnswer = z.object({
  name: z.string(),
  type: z.string(),
  size: z.number(),
  sha256: z.string(),
})

/** What a bot's message offers: `value` is what it is pressed by. `isOnce`: the first press counts, and no other. */
const buttonsAnswer = z.object({
  isOnce: z.boolean(),
  items: z.array(
    z.object({
      value: z.string(),
      label: z.string(),
      style: z.enum(['default', 'primary', 'danger']),
    }),
  ),
})

const oneLine = /^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+$/u

/** Ten at most, of which no two have a value or a label in common. None: they are taken away. */
export const givenButtons = z
  .strictObject({
    isOnce: z.boolean().default(true),
    items: z
      .array(
        z.strictObject({
          value: z.string().min(1).max(200).regex(oneLine),
          label: z.string().min(1).max(60).regex(oneLine),
          style: z.enum(['default', 'primary', 'danger']).default('default'),
        }),
      )
      .max(10),
  })
  .refine(
    ({ items }) =>
      new Set(items.map(({ value }) => value)).size === items.length &&
      new Set(items.map(({ label }) => label)).size === items.length,
    { error: 'no two buttons have the same value or label' },
  )

/** One line of history. What was taken back has neither text nor files. */
export const lineAnswer = z.object({
  id: z.string(),
  at: z.string(),
  /** `message`, `correction`, `reaction`, `retraction`, `room.subject` and so on; `retracted`: it was taken back. */
  kind: z.string(),
  from: author,
  text: z.string().nullable(),
  buttons: buttonsAnswer.nullable(),
  subject: z.string().nullable(),
  /** Emojis of a reaction. */
  reactions: z.array(z.string()).nullable(),
  /** The line that this one corrects, takes back or reacts to. */
  about: z.string().nullable(),
  /** By its sender. */
  messageId: z.string().nullable(),
  files: z.array(fileAnswer),
})

export type LineAnswer = z.infer<typeof lineAnswer>

/** `next`: the cursor of the page that follows; null where nothing does. */
export const linesAnswer = z.object({ messages: z.array(lineAnswer), next: z.string().nullable() })

export type GivenButtons = z.infer<typeof givenButtons>

/** It is on record. `repeated`: it was before, under this origin id, and was said then. */
export const saidAnswer = z.object({ id: z.string(), originId: z.string(), repeated: z.boolean() })

export const place = z.union([
  z.object({ room: z.string() }),
  z.object({ person: z.string().nullable() }),
])

export const foundAnswer = z.object({
  messages: z.array(lineAnswer.extend({ in: place })),
  next: z.string().nullable(),
})

export const roomFilesAnswer = z.object({
  files: z.array(
    fileAnswer.extend({
      /** The line that sent it. */
      message: z.string(),
      at: z.string(),
      from: author,
      text: z.string().nullable(),
    }),
  ),
  next: z.string().nullable(),
})
