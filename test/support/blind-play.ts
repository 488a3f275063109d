// Rounds of the game in test/support/blind-game.ts, for distinguishers that look at one feature, at five, and at many.
import { chanceOf, learn, type Features } from './blind-game.ts'

/** Somebody who guesses is right so often once in ten thousand times: then he does not guess. */
export const suspicious = 1e-4

const votersOf = [1, 5, 25] as const

export type Played = {
  readonly voters: number
  readonly right: number
  readonly of: number
  readonly chance: number
  /** What told him. */
  readonly tells: readonly string[]
}

/**
 * Makes folders of both kinds, shows a distinguisher some of which it is told what they are, and asks it about the others.
 *
 * @param rounds how many of each kind
 */
export async function play(
  folder: (which: 0 | 1) => Promise<Features>,
  rounds: { readonly learnedFrom: number; readonly asked: number },
): Promise<readonly Played[]> {
  const made = async (count: number): Promise<[Features[], Features[]]> => {
    const both: [Features[], Features[]] = [[], []]
    for (let n = 0; n < count; n++)
      for (const which of [0, 1] as const) both[which].push(await folder(which))
    return both
  }
  const known = await made(rounds.learnedFrom)
  const unknown = await made(rounds.asked)
  return votersOf.map((voters) => {
    const { guess, tells } = learn(known, voters)
    const right = ([0, 1] as const)
      .map((which) => unknown[which].filter((one) => guess(one) === which).length)
      .reduce((sum, count) => sum + count)
    const of = 2 * rounds.asked
    return { voters, right, of, chance: chanceOf(right, of), tells: tells.slice(0, 3) }
  })
}
