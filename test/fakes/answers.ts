import { type Answers, type GivenAnswer } from '../../src/directory/web/ports.ts'

/** Answers in memory. */
export function memoryAnswers(): Answers {
  const given = new Map<string, GivenAnswer>()
  return {
    find: async (id) => await Promise.resolve(given.get(id) ?? null),
    async put(id, answer) {
      given.set(id, answer)
      await Promise.resolve()
    },
  }
}
