import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { type PersonId } from '../../record/types.ts'
import { foundAnswer } from '../contract/chat.ts'
import { nothing, route } from '../door/route.ts'
import { asking, badCursor, cursor, limit } from './asking.ts'
import { lineOf, placeOf } from './lines.ts'
import { viewersOf } from './viewers.ts'
import { type Archive, type Chat } from './ports.ts'

/** Of words in what one may read: nothing tells of anything else. */
export const searchMessages = route({
  method: 'GET',
  path: '/v1/search',
  permission: 'messages.read',
  summary:
    'Finds words in what one may read: with whom one speaks, and in the rooms one belongs to.',
  answer: foundAnswer,
  params: nothing,
  query: z.strictObject({
    q: z.string().min(1).max(1_000),
    /** The address of a room. */
    room: z.string().min(3).max(3_071).optional(),
    /** The address of who it was said to, or by. */
    person: z.string().min(3).max(3_071).optional(),
    limit,
    cursor,
  }),
  body: nothing,
  async handle({ query, by }, host) {
    const { person, chat } = asking(by, host)
    const before = query.cursor === undefined ? null : chat.history.positionOf(query.cursor)
    if (query.cursor !== undefined && before === null) throw badCursor()
    const { rooms, own } = await placesOf(query, person, chat)
    const inRooms = rooms.map(({ id, within }) => ({ owner: id, within }))
    const found = await chat.history.find({
      archives: [...own, ...inRooms],
      text: query.q,
      max: query.limit,
      ...(before !== null && { before }),
    })
    if (found === null)
      throw new OperatorError('chat.busy', 'Nobody looks for words just now: ask again later.')
    const viewerOf = viewersOf(rooms, chat, host)
    const messages = found.items.map(({ owner, item }) => {
      const viewer = viewerOf(owner)
      return { ...lineOf(item, viewer), in: placeOf(item, viewer) }
    })
    const last = found.next === null ? null : chat.history.idOf(found.next)
    return { status: 200, body: { messages, next: last } }
  },
})

type Places = {
  readonly rooms: readonly Archive[]
  readonly own: readonly { readonly owner: PersonId; readonly peer?: PersonId | null }[]
}

async function placesOf(
  {
    room,
    person: peer,
  }: { readonly room?: string | undefined; readonly person?: string | undefined },
  person: PersonId,
  chat: Chat,
): Promise<Places> {
  if (room !== undefined) return { rooms: [await chat.readable(person, room)], own: [] }
  if (peer === undefined) return { rooms: chat.archives(person), own: [{ owner: person }] }
  const id = chat.peer(peer)
  if (id === null) return { rooms: [], own: [] }
  return { rooms: [], own: [{ owner: person, peer: id === person ? null : id }] }
}
