import { z } from 'zod'
import { type HistoryItem } from '../../history/ports.ts'
import { roomFilesAnswer } from '../contract/chat.ts'
import { nothing, route } from '../door/route.ts'
import { asking, badCursor, cursor, limit, ofAddress } from './asking.ts'
import { lineOf } from './lines.ts'
import { boundOf, lastOf } from './messages.ts'
import { viewed } from './viewers.ts'

/** Lines that are looked at for one answer: the rest is for the next one. */
const linesMax = 1_000
const linesPerPage = 250

export const listRoomFiles = route({
  method: 'GET',
  path: '/v1/rooms/:address/files',
  permission: 'messages.read',
  summary:
    'Files that were sent in a room and stand, the newest first. A page may be empty and not the last.',
  answer: roomFilesAnswer,
  params: ofAddress,
  query: z.strictObject({ limit, cursor }),
  body: nothing,
  async handle({ params: { address }, query, by }, host) {
    const { person, chat } = asking(by, host)
    const room = await chat.readable(person, address)
    const viewer = { ...viewed(chat, host), owner: room.id, room }
    const archive = { owner: room.id, within: room.within, isUncounted: true as const }
    const lines: HistoryItem[] = []
    let { cursor: after } = query
    let isEnd = false
    for (let looked = 0; looked < linesMax && lines.length < query.limit && !isEnd;) {
      const bound = boundOf({ order: 'newest', limit: linesPerPage, cursor: after })
      const found = await chat.history.page({ ...archive, ...bound })
      if (found.kind !== 'page') throw badCursor()
      const { items, complete } = found
      const some = withFiles(items).slice(0, query.limit - lines.length)
      lines.push(...some)
      // What is behind the last that there was room for is looked at again.
      const isFull = lines.length === query.limit
      after = (isFull ? some.at(-1)?.id : lastOf(items)) ?? undefined
      isEnd = after === undefined || (complete && !isFull)
      looked += items.length
    }
    const files = lines.map((item) => lineOf(item, viewer)).flatMap(filesIn)
    return { status: 200, body: { files, next: isEnd ? null : (after ?? null) } }
  },
})

function withFiles(items: readonly HistoryItem[]): HistoryItem[] {
  return items.filter(({ content }) => content.kind === 'message' && content.opened.files !== '')
}

function filesIn({ id: message, at, from, text, files }: ReturnType<typeof lineOf>): object[] {
  return files.map((file) => ({ ...file, message, at, from, text }))
}
