// What clients of the API may import: matters, and searches that were saved.
import { z } from 'zod'
import { purposeKinds } from '../../discovery/ports.ts'

export const matterAnswer = z.object({
  name: z.string(),
  reference: z.string(),
  description: z.string(),
  people: z.array(z.string()),
  opened: z.string(),
  openedBy: z.string(),
  state: z.enum(['open', 'closed']),
  closed: z.string().nullable(),
  closedBy: z.string().nullable(),
  /** Why it was closed. */
  reason: z.string(),
})

export type MatterAnswer = z.infer<typeof matterAnswer>

export const mattersAnswer = z.object({
  matters: z.array(matterAnswer),
  next: z.string().nullable(),
})

export const oneMatterAnswer = z.object({ matter: matterAnswer })

export const shownMatterAnswer = z.object({
  matter: matterAnswer.extend({
    holds: z.array(z.object({ id: z.number(), name: z.string(), isOpen: z.boolean() })),
    exports: z.number(),
    savedSearches: z.number(),
    /** Who has a grant that is limited to it, among others. */
    grants: z.array(z.object({ person: z.string(), role: z.string() })),
    /** What officers did in its name. `isWhole` false: the acts before the newest 20,000 were not looked at. */
    looks: z.object({
      searches: z.number(),
      records: z.number(),
      exports: z.number(),
      isWhole: z.boolean(),
    }),
  }),
})

export const savedSearchAnswer = z.object({
  id: z.string(),
  name: z.string(),
  query: z.string(),
  purpose: z.string(),
  category: z.enum(purposeKinds),
  matter: z.string().nullable(),
  owner: z.string(),
})

export type SavedSearchAnswer = z.infer<typeof savedSearchAnswer>

export const savedSearchesAnswer = z.object({
  searches: z.array(savedSearchAnswer),
  next: z.string().nullable(),
})

export const oneSavedSearchAnswer = z.object({ search: savedSearchAnswer })
