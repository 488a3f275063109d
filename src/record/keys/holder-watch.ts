// Whether anybody still has a key that opens the vault. What is open goes on without one for a stated time, and is refused then: who
// takes the keys away from a server wants it to stop, and a restart would not come up.

import { type Ticks } from '../../base/clock.ts'
import { type Log } from '../../base/log.ts'
import { type Timer } from '../../base/timer.ts'
import { type NotWritable } from '../ports.ts'
import { type KeyStanding, type Keys, type VaultStanding } from './ports.ts'

const everyMs = 300_000
/** Once a start is over. */
const firstMs = 1_000

export type HolderWatch = {
  /** Null while a holder has a key, or had one not long ago. */
  readonly refusal: () => NotWritable | null
  stop(): void
}

/** Asks now and again. @param parts.awayMsMax for how long the record goes on without a holder; null: for ever */
export function watchHolders(parts: {
  readonly keys: Pick<Keys, 'standing'>
  readonly awayMsMax: number | null
  readonly ticks: Ticks
  readonly timer: Timer
  readonly log: Log
}): HolderWatch {
  const { keys, awayMsMax, ticks, timer, log } = parts
  /** The vault was opened just now. */
  let seenAt = ticks.elapsed()
  let [isAway, isStopped] = [false, false]
  let toldEpoch = 0

  async function look(): Promise<void> {
    const standing = await keys.standing()
    if (standing.epoch !== toldEpoch) tell(standing, log)
    toldEpoch = standing.epoch
    const { keys: all } = standing
    const current = all.filter(({ use }) => use === 'current')
    if (current.some(({ found }) => found === 'there')) {
      if (isAway) log.info('keys.holder-back', {})
      isAway = false
      seenAt = ticks.elapsed()
      return
    }
    isAway = true
    const why = current.map(wordsOf).join('; ')
    log.error('keys.no-holder', { awayMs: ticks.elapsed() - seenAt, why })
  }

  async function again(): Promise<void> {
    try {
      await look()
    } catch (error) {
      // The vault itself cannot be read just now.
      log.error('keys.not-asked', { why: String(error) })
    }
    if (!isStopped) callOff = later()
  }

  const later = (ms = everyMs): (() => void) => timer.after(ms, () => void again())
  let callOff = later(firstMs)

  return {
    refusal() {
      if (!isAway || awayMsMax === null || ticks.elapsed() - seenAt < awayMsMax) return null
      return {
        reason: 'keys',
        text: 'The keys of the record are away. An administrator has to see to it.',
      }
    },
    stop() {
      isStopped = true
      callOff()
    },
  }
}

/** What somebody should see to after a turn, and after a start. */
function tell({ epoch, papers, withoutKey }: VaultStanding, log: Log): void {
  // What was printed before a turn opens the vault no more.
  if (papers.every((paper) => paper.epoch < epoch)) log.warn('keys.no-paper', { epoch })
  for (const { kind, ref } of withoutKey) log.warn('keys.holder-without-key', { kind, ref })
}

function wordsOf({ kind, ref, id, found }: KeyStanding): string {
  return `${kind} ${ref} ${id}: ${typeof found === 'string' ? found : found.why}`
}
