import { personId } from '../../record/ids.ts'
import { type Fields } from '../act-fields.ts'
import { type FollowAct, type RoomGroup } from './ports.ts'

/** The act out of what its record says. @throws {FatalError} when it is none */
export function followActOf(kind: string, fields: Fields): FollowAct {
  if (kind === 'follow.contacts')
    return { kind, group: fields.text('group'), to: fields.texts('to') }
  if (kind !== 'follow.room') throw fields.broken()
  const groups = fields.list('groups').map((one): RoomGroup => {
    const affiliation = one.text('affiliation')
    if (affiliation !== 'member' && affiliation !== 'admin') throw fields.broken()
    return { group: one.text('group'), affiliation }
  })
  return { kind, room: personId(fields.text('room')), groups }
}
