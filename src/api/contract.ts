// What clients of the API may import: the shapes of its answers.
import { z } from 'zod'

const personAnswer = z.object({
  id: z.string(),
  address: z.string(),
  role: z.string(),
  enabled: z.boolean(),
})

export const peopleAnswer = z.object({ people: z.array(personAnswer) })

export type PeopleAnswer = z.infer<typeof peopleAnswer>

/** The answer to what was refused: a stable code, and a sentence that says what to do. */
export const problem = z.object({ code: z.string(), message: z.string() })

export type Problem = z.infer<typeof problem>

/** `/health/ready`: what is missing when it is not 200. */
export type ReadyAnswer =
  | { readonly ready: true }
  | { readonly ready: false; readonly reason: string; readonly text: string }
