// What clients of the API may import: exports, how far they are, and how they are fetched.
import { z } from 'zod'

export const exportAnswer = z.object({
  id: z.string(),
  /** Position of the act on record. */
  act: z.number(),
  by: z.string(),
  at: z.string(),
  purpose: z.string(),
  matter: z.string().nullable(),
  /** `queued`: others are before it. `removed`: it was made, and its time or its room was over. */
  state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled', 'removed']),
  /** `of`: how many records it shows, once that is known. */
  progress: z.object({ records: z.number(), of: z.number().nullable(), bytes: z.number() }),
  ended: z.string().nullable(),
  /** Who called it off. */
  endedBy: z.string().nullable(),
  /** In one sentence. */
  why: z.string(),
  /** Of the bundle, hex; '' before there is one. */
  sha256: z.string(),
  /** Until when it can be fetched. */
  until: z.string().nullable(),
})

export type ExportAnswer = z.infer<typeof exportAnswer>

export const exportsAnswer = z.object({
  exports: z.array(exportAnswer),
  next: z.string().nullable(),
})

export const oneExportAnswer = z.object({ export: exportAnswer })

/** `fetch`: position of the act, under which it can be fetched until then. */
export const fetchAnswer = z.object({ fetch: z.number(), until: z.string() })

/** `export`: where the server makes it. */
export const madeExport = z.object({
  act: z.number(),
  id: z.string(),
  export: exportAnswer.optional(),
})

export type MadeExport = z.infer<typeof madeExport>
