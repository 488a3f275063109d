// What clients of the API may import: access that is sealed for somebody from outside.
import { z } from 'zod'

export const envelopeAnswer = z.object({
  id: z.string(),
  person: z.string(),
  roles: z.array(z.string()),
  matters: z.array(z.string()),
  hours: z.number(),
  threshold: z.number(),
  of: z.number(),
  reason: z.string(),
  /** `prepared`: its code was not printed yet. */
  state: z.enum(['prepared', 'sealed', 'open', 'ended']),
  by: z.array(z.string()),
  opened: z.string().nullable(),
  until: z.string().nullable(),
  ended: z.string().nullable(),
  endedBy: z.string().nullable(),
})

export type EnvelopeAnswer = z.infer<typeof envelopeAnswer>

export const envelopesAnswer = z.object({
  envelopes: z.array(envelopeAnswer),
  next: z.string().nullable(),
})

export const oneEnvelopeAnswer = z.object({ envelope: envelopeAnswer })

/** Told once. */
export const codePapersAnswer = z.object({ papers: z.array(z.string()) })

/** `token`: told once; good for `person` until then. */
export const openedEnvelopeAnswer = z.object({
  person: z.string(),
  until: z.string(),
  token: z.string(),
})
