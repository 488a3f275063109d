import { join } from 'node:path'
import { type Clock } from '../base/clock.ts'
import { FatalError } from '../base/errors.ts'
import { readIfThere } from '../base/files.ts'
import { type Log } from '../base/log.ts'
import { productVersion } from '../base/version.ts'
import { openBook } from '../record/disposal/book.ts'
import { createDisposals, type Disposals } from '../record/disposal/disposals.ts'
import { type EventStore, type Forgetter, type PlanStore } from '../record/disposal/ports.ts'
import { type Schedule } from '../record/disposal/schedule.ts'
import { keepTimetable } from '../record/disposal/timetable.ts'
import { createHolds, type Holds } from '../record/holds/holds.ts'
import { type Matching, type MatchingOf } from '../record/holds/ports.ts'
import { queryFits } from '../record/holds/query-fits.ts'
import { type Keys } from '../record/keys/ports.ts'
import { type Query, type Search } from '../record/search/ports.ts'
import { hasLeaf } from '../record/search/query.ts'
import { type Record } from '../record/ports.ts'
import { type LogPosition } from '../record/types.ts'
import { dataPaths } from '../storage/embedded/integrator-messages.ts'
import { fileBodyEraser } from '../storage/files/body-eraser.ts'
import { fileBodyFiles } from '../storage/files/body-store.ts'
import { type Config } from './config.ts'

/** What records managers and lawyers do. */
export type Management = {
  readonly holds: Holds
  readonly disposals: Disposals
  /** What is due is proposed and told from now on, and what was committed is finished. */
  begin(): void
  /** Before the record is. */
  close(): Promise<void>
}

export type ManagementParts = {
  readonly record: Record
  readonly keys: Keys
  readonly schedule: Schedule
  readonly events: EventStore
  readonly plans: PlanStore
  readonly attendance: () => Promise<Matching['wasIn']>
  /** Queries as they are asked; null for one that cannot be. */
  readonly questions: (queries: readonly string[]) => Promise<ReadonlyMap<string, Query | null>>
  readonly search: Pick<Search, 'changed'>
  readonly forgetters: readonly Forgetter[]
  readonly clock: Clock
  readonly log: Log
  readonly fatal: (error: unknown) => void
}

/** Tells the vault of holds. It stands on record whatever becomes of that. */
function teller({
  keys,
  log,
}: Pick<ManagementParts, 'keys' | 'log'>): (hold: LogPosition, stands: boolean) => Promise<void> {
  return async (hold, stands) => {
    try {
      await keys.hold(hold, stands)
    } catch (error) {
      if (error instanceof FatalError) throw error
      log.error('keys.hold-not-told', { hold, why: String(error) })
    }
  }
}

/** Reads what is on record of holds and disposals. */
export async function openManagement(
  config: Pick<Config, 'data' | 'disposal'>,
  parts: ManagementParts,
): Promise<Management> {
  const { record, events, fatal } = parts
  const book = await openBook({ ...parts, store: events })
  const matching = matchingOver(parts)
  const bodies = join(config.data, dataPaths.bodies)
  const files = fileBodyFiles(bodies)
  const disposals = createDisposals({
    ...parts,
    ...config.disposal,
    book,
    matching,
    source: {
      read: async (path) => await readIfThere(join(config.data, path)),
      bodies: files,
    },
    eraser: fileBodyEraser(bodies),
    software: `onrecord ${productVersion}`,
    failed: fatal,
  })
  const tell = teller(parts)
  // Also what a stop, or a full disk, has kept from it.
  for (const { id, released } of book.holds.list()) await tell(id, released === null)
  let end: (() => void) | null = null
  return {
    holds: createHolds({ ...config.disposal, book, record, matching, tell }),
    disposals,
    begin() {
      end = keepTimetable({ ...parts, ...config.disposal, disposals, failed: fatal })
    },
    async close() {
      end?.()
      await disposals.close()
      files.close()
    },
  }
}

function matchingOver({ attendance, questions, search }: ManagementParts): MatchingOf {
  return async (queries, at) => {
    const asked = await questions(queries)
    const hasState = [...asked.values()].some(
      (query) => query !== null && hasLeaf(query, ({ kind }) => kind === 'state'),
    )
    const changed = hasState ? await search.changed(at) : null
    return { wasIn: await attendance(), isFound: queryFits(asked, changed) }
  }
}
