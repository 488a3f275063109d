// Shapes of answers about people and groups, for clients of the API.
import { z } from 'zod'
import { personAnswer, personState, next } from './shared.ts'

const text = z.string().nullable()

/** What is known of a person. `groups` are those by other groups, too; `source` is the system that he is kept in, null: this one. */
export const personDetails = personAnswer.extend({
  name: text,
  given: text,
  family: text,
  mail: text,
  job: text,
  unit: text,
  /** An address; an id where that person is gone. */
  manager: text,
  state: personState,
  suspendedBy: text,
  source: text,
  hasPhoto: z.boolean(),
  groups: z.array(z.string()),
  memberOf: z.array(z.string()),
})

export type PersonDetails = z.infer<typeof personDetails>

export const personGroups = z.object({
  id: z.string(),
  /** As it was asked for. */
  moment: z.string(),
  groups: z.array(z.string()),
})

export type PersonGroups = z.infer<typeof personGroups>

export const groupAnswer = z.object({
  id: z.string(),
  name: z.string(),
  source: text,
  members: z.object({ persons: z.number(), groups: z.number() }),
})

export type GroupAnswer = z.infer<typeof groupAnswer>

export const groupsAnswer = z.object({ groups: z.array(groupAnswer), next })

/** `persons` and `groups` are in it themselves, `everybody` by other groups, too. Who is gone, by his id. */
export const groupDetails = z.object({
  id: z.string(),
  /** Null: the group is gone. */
  name: text,
  source: text,
  persons: z.array(z.string()),
  groups: z.array(z.string()),
  everybody: z.array(z.string()),
})

export type GroupDetails = z.infer<typeof groupDetails>

/** What was done when somebody left. */
export const left = personAnswer.pick({ id: true, address: true }).extend({
  /** It was said before: what is here was still to do. */
  hadLeft: z.boolean(),
  /** Devices that were signed in, and are no more. */
  sessions: z.number(),
  tokens: z.number(),
  /** Addresses of rooms that have a new owner. */
  rooms: z.array(z.string()),
  successor: text,
  /** Where the event is on record that periods are counted from; null: it was before. */
  leaver: z.number().nullable(),
  /** He is still in these. */
  groups: z.array(z.string()),
})

export type Left = z.infer<typeof left>

export const photoAnswer = z.object({ type: z.string(), data: z.string() })

/** `leftOut`: entries that nobody is made of, how many by why. */
export const ldapAnswer = z.object({
  outcome: z.enum(['done', 'dry-run', 'stopped']),
  added: z.array(z.string()),
  suspended: z.array(z.object({ address: z.string(), why: z.enum(['disabled', 'vanished']) })),
  enabled: z.array(z.string()),
  changed: z.array(z.string()),
  groups: z.object({ put: z.number(), removed: z.number(), changed: z.number() }),
  leftOut: z.record(z.string(), z.number()),
})

export type LdapAnswer = z.infer<typeof ldapAnswer>
