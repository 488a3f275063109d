import { setTimeout as wait } from 'node:timers/promises'
import { NoSpace } from '../errors.ts'

const retryMsMin = 10

/** Tries work again while there is no space for it. */
export type Patience = {
  /** Resolves when the work was done. Rejects with what else it threw, and with `NoSpace` after `giveUp`. */
  run(work: () => Promise<void>): Promise<void>
  /** The reason, while some work is being tried again. */
  readonly blocked: string | null
  /** From here on nothing is tried again. */
  giveUp(): void
}

/**
 * @param options.retryMsMax the longest time between two tries; the first is after 10 ms, then twice as long each time
 * @param options.onChange called when `blocked` has changed
 */
export function patience(options: {
  readonly retryMsMax: number
  readonly onChange: () => void
}): Patience {
  const reasons = new Set<{ text: string }>()
  let hasGivenUp = false
  const note = (change: () => void): void => {
    change()
    options.onChange()
  }
  return {
    async run(work) {
      const reason = { text: '' }
      for (let pauseMs = retryMsMin; ; pauseMs = Math.min(pauseMs * 2, options.retryMsMax)) {
        try {
          await work()
          if (reasons.has(reason)) note(() => reasons.delete(reason))
          return
        } catch (error) {
          if (!(error instanceof NoSpace) || hasGivenUp) throw error
          const { message } = error
          if (reason.text !== message) {
            reason.text = message
            note(() => reasons.add(reason))
          }
        }
        await wait(pauseMs)
      }
    },
    get blocked() {
      const [first] = reasons
      return first?.text ?? null
    },
    giveUp() {
      hasGivenUp = true
    },
  }
}
