import { type Clock } from '../../base/clock.ts'
import { type Random } from '../../base/random.ts'
import { recentMap } from '../../base/recent-map.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type Command, type Stage } from './command.ts'
import { badCommand, expired } from './errors.ts'

/** Commands that one person has begun and not ended. A new one takes the place of the oldest. */
const runsPerPersonMax = 16
/** The same of everybody together. What comes beyond it is refused. */
const runsMax = 1_000
/** A command that nobody has gone on with for so long has ended. */
const idleMs = 600_000
/** Ids of ended ones that are told from those that never were. */
const endedKept = 1_000
const idBytes = 18

/** A command between two of its steps: a "session" of XEP-0050 section 3.3. */
export type Run = {
  readonly id: string
  /** Who began it, and he alone goes on with it. Full JID. */
  readonly owner: string
  readonly bare: string
  readonly command: Command
  /** Those that were shown; the last is the one to be filled in. */
  readonly stages: readonly Stage[]
  /** ms since 1970 */
  readonly at: number
}

/** Commands that wait for a form. */
export type Runs = {
  newId(): string
  /** Takes it out: while a step is under way there is nothing to go on with. @throws {StanzaError} by XEP-0050 section 4.4 */
  take(id: string, asked: { readonly owner: string; readonly command: Command }): Run
  /** @throws {StanzaError} when there are too many */
  keep(run: Omit<Run, 'at'>): void
  /** It cannot be gone on with any more. */
  ended(id: string): void
  /** Ends those of a device that has gone. @param owner full JID */
  forget(owner: string): void
}

export function createRuns({
  clock,
  random,
}: {
  readonly clock: Clock
  readonly random: Random
}): Runs {
  // The one that was used last comes last.
  const byId = new Map<string, Run>()
  const over = recentMap<true>(endedKept)

  function ended(id: string): void {
    byId.delete(id)
    over.set(id, true)
  }

  function dropIdle(): void {
    for (const { id, at } of byId.values()) {
      if (clock.now() - at < idleMs) return
      ended(id)
    }
  }

  function makeRoom(bare: string): void {
    const own = [...byId.values()].filter((run) => run.bare === bare)
    const [oldest] = own
    if (oldest && own.length >= runsPerPersonMax) ended(oldest.id)
    if (byId.size < runsMax) return
    throw new StanzaError('resource-constraint', {
      text: 'Too many commands are under way on this server: try again later.',
    })
  }

  return {
    newId: () => random.bytes(idBytes).toString('base64url'),
    take(id, { owner, command }) {
      dropIdle()
      const run = byId.get(id)
      // The command itself: another address may have one with the same node.
      if (run?.owner === owner && run.command === command) {
        byId.delete(id)
        return run
      }
      // Of somebody else's nobody learns more than of one that never was.
      if (!run && over.get(id)) throw expired()
      throw badCommand('bad-sessionid')
    },
    keep(run) {
      dropIdle()
      makeRoom(run.bare)
      byId.set(run.id, { ...run, at: clock.now() })
    },
    ended,
    forget(owner) {
      for (const run of byId.values()) if (run.owner === owner) ended(run.id)
    },
  }
}
