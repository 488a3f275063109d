import { type PersonId } from '../../record/types.ts'
import { type Viewer } from './lines.ts'
import { type Archive, type Chat } from './ports.ts'

/** One’s own archive, or a room’s. */
export function viewed(
  { history }: Chat,
  { directory }: Pick<Viewer, 'directory'>,
): Pick<Viewer, 'history' | 'directory'> {
  return { history, directory }
}

/** How each archive is seen: rooms as rooms, the other one as one’s own. */
export function viewersOf(
  rooms: readonly Archive[],
  chat: Chat,
  host: Pick<Viewer, 'directory'>,
): (owner: PersonId) => Viewer {
  const common = viewed(chat, host)
  const byId = new Map(rooms.map((room) => [room.id, { ...common, owner: room.id, room }]))
  return (owner) => byId.get(owner) ?? { ...common, owner, room: null }
}
