import { type Kysely } from 'kysely'
import { type Matching } from '../../record/holds/ports.ts'
import { type Schema } from './schema.ts'

type Access = {
  readonly person: string
  readonly grants: number
  readonly since_position: number
  readonly until_position: number | null
}

/**
 * Who could see what in which room, as it is at the call. Of a room that was destroyed nobody knows. Of one that is open to everybody
 * everybody could, as long as he was not kept out.
 */
export async function relationalAttendance(db: Kysely<Schema>): Promise<Matching['wasIn']> {
  const rooms = await db.selectFrom('room').select('id').execute()
  const rows = await db.selectFrom('room_access').selectAll().execute()
  const access = new Map<string, Access[]>(rooms.map(({ id }) => [id, []]))
  for (const row of rows) access.get(row.room)?.push(row)
  return (person, room, at) => {
    const then = access.get(room)?.filter(({ since_position: since, until_position: until }) => {
      return since <= at && (until === null || at < until)
    })
    if (then === undefined) return null
    const own = then.filter((one) => one.person === person)
    if (own.length > 0) return own.every(({ grants }) => grants === 1)
    return then.some((one) => one.person === '' && one.grants === 1)
  }
}
