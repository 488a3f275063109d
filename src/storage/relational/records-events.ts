import { type Kysely } from 'kysely'
import { fromUtf8, utf8 } from '../../base/bytes.ts'
import { FatalError } from '../../base/errors.ts'
import { eventOf } from '../../record/disposal/events.ts'
import { type EventStore } from '../../record/disposal/ports.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { appliedIn, noteApplied } from './projection.ts'
import { type Schema } from './schema.ts'

/** Holds, runs and what became of them, in the relational store. */
export function relationalEvents(
  db: Kysely<Schema>,
  keys: Pick<Keys, 'seal' | 'unseal'>,
): EventStore {
  return {
    async load() {
      const applied = await appliedIn(db, 'records')
      const rows = await db.selectFrom('records_event').selectAll().orderBy('position').execute()
      const events = rows.map(({ position, at, kind, sealed }) => {
        const bytes = keys.unseal(labelOf(position), sealed)
        const json = bytes && fromUtf8(bytes)
        if (json === null)
          throw new FatalError('a row of holds in state.db was not written by this server')
        return { position, at, event: eventOf(kind, json, position) }
      })
      return { applied, events }
    },

    async add(events, applied) {
      await db.transaction().execute(async (tx) => {
        for (const { position, at, event } of events) {
          const { kind, ...what } = event
          const json = JSON.stringify({ v: 1, ...what })
          const sealed = keys.seal(labelOf(position), utf8(json))
          await tx
            .insertInto('records_event')
            .values({ position, at, kind, sealed })
            .onConflict((c) => c.column('position').doNothing())
            .execute()
        }
        if (applied > (await appliedIn(tx, 'records'))) await noteApplied(tx, 'records', applied)
      })
    },
  }
}

function labelOf(position: number): string {
  return `records event ${position}`
}
