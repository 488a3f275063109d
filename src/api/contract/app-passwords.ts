// What clients of the API may import: the shapes of answers about application passwords.
import { z } from 'zod'

const appPasswordAnswer = z.object({
  id: z.string(),
  /** What its owner calls it. */
  name: z.string(),
  made: z.string(),
  expires: z.string(),
  /** To the hour; null: never. */
  used: z.string().nullable(),
})

export type AppPasswordAnswer = z.infer<typeof appPasswordAnswer>

/** `password` is told once. */
export const madeAppPassword = appPasswordAnswer.extend({ password: z.string() })

export const appPasswordsAnswer = z.object({ passwords: z.array(appPasswordAnswer) })
