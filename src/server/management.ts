import { type Log } from '../base/log.ts'
import { openBook } from '../record/disposal/book.ts'
import { type EventStore } from '../record/disposal/ports.ts'
import { createHolds, type Holds } from '../record/holds/holds.ts'
import { type Matching } from '../record/holds/ports.ts'
import { type Record } from '../record/ports.ts'
import { type Config } from './config.ts'

/** What records managers and lawyers do. */
export type Management = { readonly holds: Holds }

/** Reads what is on record of holds. */
export async function openManagement(
  config: Pick<Config, 'holdReleaseNeeds'>,
  parts: {
    readonly record: Record
    readonly events: EventStore
    readonly attendance: () => Promise<Matching['wasIn']>
    readonly log: Log
  },
): Promise<Management> {
  const { record, events, log, attendance } = parts
  const book = await openBook({ record, store: events, log })
  // Without a search nobody knows what a query finds.
  const matching = async (): Promise<Matching> => ({
    wasIn: await attendance(),
    isFound: () => null,
  })
  return {
    holds: createHolds({ book, record, matching, releaseNeeds: config.holdReleaseNeeds }),
  }
}
