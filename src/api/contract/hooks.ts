// What clients of the API may import: where events of bots go, and what became of them.
import { z } from 'zod'

export const webhookAnswer = z.object({
  id: z.string(),
  bot: z.string(),
  /** Where it goes. The rest of the address is not shown. */
  host: z.string(),
  events: z.array(z.string()),
  commands: z.array(z.string()),
  /** False: it was turned off, or has failed for a day. */
  enabled: z.boolean(),
})

export type WebhookAnswer = z.infer<typeof webhookAnswer>

export const webhooksAnswer = z.object({ webhooks: z.array(webhookAnswer) })

/** `secret`: what deliveries are signed with, told once. */
export const madeWebhook = webhookAnswer.extend({ secret: z.string() })

export const deliveriesAnswer = z.object({
  deliveries: z.array(
    z.object({
      event: z.string(),
      at: z.string(),
      /** Of the answer; null: there was none. */
      status: z.number().nullable(),
      outcome: z.enum(['taken', 'refused', 'timeout', 'connection', 'address']),
      attempts: z.number(),
    }),
  ),
})

export const deliveredAnswer = z.object({
  status: z.number().nullable(),
  failed: z.enum(['timeout', 'connection', 'address']).nullable(),
})
