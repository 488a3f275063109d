import { type Kysely } from 'kysely'
import { type Alarm, type AlarmState, type AlarmStore } from '../../alarms/ports.ts'
import { type LogFields } from '../../base/log.ts'
import { personId } from '../../record/ids.ts'
import { type Schema } from './schema.ts'

const states: readonly AlarmState[] = ['new', 'seen', 'owned', 'closed']

/** Alarms in `state.db`. They name ids and codes, and nothing that anybody has said. */
export function relationalAlarms(db: Kysely<Schema>): AlarmStore {
  return {
    async load() {
      const rows = await db.selectFrom('alarm').selectAll().execute()
      return rows.map((row): Alarm => {
        // Written below.
        const cause: LogFields = JSON.parse(row.cause)
        return {
          id: row.id,
          event: row.event,
          cause,
          severity: row.severity === 'critical' ? 'critical' : 'warning',
          state: states.find((one) => one === row.state) ?? 'new',
          owner: row.owner === null ? null : personId(row.owner),
          since: row.since,
          lastAt: row.last,
          count: row.count,
          escalatedAt: row.escalated,
        }
      })
    },
    async put({ id, event, cause, severity, state, owner, since, lastAt, count, escalatedAt }) {
      const row = {
        id,
        event,
        cause: JSON.stringify(cause),
        severity,
        state,
        owner,
        since,
        last: lastAt,
        count,
        escalated: escalatedAt,
      }
      await db
        .insertInto('alarm')
        .values(row)
        .onConflict((c) => c.column('id').doUpdateSet(row))
        .execute()
    },
    async remove(id) {
      await db.deleteFrom('alarm').where('id', '=', id).execute()
    },
  }
}
