import { z } from 'zod'
import { type HistoryItem, type HistoryQuery } from '../../history/ports.ts'
import { type By } from '../door/caller.ts'
import { givenButtons, linesAnswer, saidAnswer } from '../contract/chat.ts'
import { type ApiHost, nothing, type Reply, route } from '../door/route.ts'
import { Written } from '../door/written.ts'
import { asking, badCursor, cursor, limit, ofAddress } from './asking.ts'
import { linesJson, type Viewer } from './lines.ts'
import { type Chat } from './ports.ts'
import { viewed } from './viewers.ts'

const page = z.strictObject({
  order: z.enum(['newest', 'oldest']).default('newest'),
  limit,
  /** The `next` of the page before. */
  cursor,
})

type Page = z.infer<typeof page>

export const listRoomMessages = route({
  method: 'GET',
  path: '/v1/rooms/:address/messages',
  permission: 'messages.read',
  summary: 'What was said in a room, as far as one may read it. What was taken back has no text.',
  answer: linesAnswer,
  params: ofAddress,
  query: page,
  body: nothing,
  async handle({ params: { address }, query, by }, host) {
    const { person, chat } = asking(by, host)
    const room = await chat.readable(person, address)
    const archive = { owner: room.id, within: room.within }
    return await lines(chat, { archive, query, viewer: { ...viewed(chat, host), room } })
  },
})

export const listPersonMessages = route({
  method: 'GET',
  path: '/v1/people/:address/messages',
  permission: 'messages.read',
  summary: 'What one has said to somebody and he to one. Of who is not there nothing was said.',
  answer: linesAnswer,
  params: ofAddress,
  query: page,
  body: nothing,
  async handle({ params: { address }, query, by }, host) {
    const { person, chat } = asking(by, host)
    const peer = chat.peer(address)
    if (peer === null) return { status: 200, body: { messages: [], next: null } }
    const archive = { owner: person, peer: peer === person ? null : peer }
    return await lines(chat, { archive, query, viewer: { ...viewed(chat, host), room: null } })
  },
})

async function lines(
  { history }: Chat,
  {
    archive,
    query,
    viewer,
  }: {
    readonly archive: Pick<HistoryQuery, 'owner' | 'peer' | 'within'>
    readonly query: Page
    readonly viewer: Omit<Viewer, 'owner'>
  },
): Promise<Reply> {
  const found = await history.page({ ...archive, ...boundOf(query), isUncounted: true })
  if (found.kind !== 'page') throw badCursor()
  const { items, complete } = found
  const its = { ...viewer, owner: archive.owner }
  const next = complete ? null : lastOf(items)
  const json = `{"messages":${linesJson(items, its)},"next":${JSON.stringify(next)}}`
  return { status: 200, body: new Written(json) }
}

/** In the order in which they are asked for. */
export function boundOf({
  order,
  limit: max,
  cursor: after,
}: Page): Pick<HistoryQuery, 'max' | 'flip' | 'pageBefore' | 'pageAfter'> {
  if (order === 'newest') return { max, flip: true, pageBefore: after ?? '' }
  return { max, ...(after !== undefined && { pageAfter: after }) }
}

export function lastOf(items: readonly HistoryItem[]): string | null {
  return items.at(-1)?.id ?? null
}

/** UTF-16 units of one message. */
const textMax = 20_000

const said = z.strictObject({
  text: z.string().min(1).max(textMax),
  /** The same once more is not said again, and answered with the first one. One is made up where there is none. */
  originId: z
    .string()
    .regex(/^[\x21-\x7e]{1,100}$/)
    .optional(),
  /** Of bots alone. */
  buttons: givenButtons.optional(),
  /** The id of a line of one's own that this is put in the place of. */
  replaces: z.string().min(1).max(100).optional(),
})

const pressed = z.strictObject({
  value: z.string().min(1).max(200),
  /** The same once more is the same press. One is made up where there is none. */
  originId: said.shape.originId,
})

const ofLine = ofAddress.extend({ id: z.string().min(1).max(100) })

export const pressInRoom = route({
  method: 'POST',
  path: '/v1/rooms/:address/messages/:id/press',
  permission: 'messages.send',
  summary: 'Presses a button of a bot’s message in a room. Answered once it is on record.',
  answer: saidAnswer,
  params: ofLine,
  query: nothing,
  body: pressed,
  handle: async ({ params, body, by }, host) => await press(params, body, { by, host }),
})

export const pressOfBot = route({
  method: 'POST',
  path: '/v1/people/:address/messages/:id/press',
  permission: 'messages.send',
  summary: 'Presses a button of what a bot has said to one. Answered once it is on record.',
  answer: saidAnswer,
  params: ofLine,
  query: nothing,
  body: pressed,
  handle: async ({ params, body, by }, host) => await press(params, body, { by, host }),
})

async function press(
  { address: to, id: message }: z.infer<typeof ofLine>,
  { value, originId }: z.infer<typeof pressed>,
  { by, host }: { readonly by: By; readonly host: ApiHost },
): Promise<Reply> {
  const { person, chat } = asking(by, host)
  const origin = originId ?? host.exports.newId()
  const { stanzaId, isRepeated } = await chat.press({
    person,
    to,
    message,
    value,
    originId: origin,
  })
  const body = { id: stanzaId, originId: origin, repeated: isRepeated }
  return { status: isRepeated ? 200 : 201, body }
}

export const sayInRoom = route({
  method: 'POST',
  path: '/v1/rooms/:address/messages',
  permission: 'messages.send',
  summary: 'Says something in a room that one belongs to. Answered once it is on record.',
  answer: saidAnswer,
  params: ofAddress,
  query: nothing,
  body: said,
  handle: async ({ params, body, by }, host) =>
    await say({ to: params.address, ...body }, by, host),
})

export const sayToPerson = route({
  method: 'POST',
  path: '/v1/people/:address/messages',
  permission: 'messages.send',
  summary: 'Says something to somebody, here or elsewhere. Answered once it is on record.',
  answer: saidAnswer,
  params: ofAddress,
  query: nothing,
  body: said,
  handle: async ({ params, body, by }, host) =>
    await say({ to: params.address, ...body }, by, host),
})

async function say(
  { to, originId, ...rest }: z.infer<typeof said> & { readonly to: string },
  by: By,
  host: ApiHost,
): Promise<Reply> {
  const { person, chat } = asking(by, host)
  const id = originId ?? host.exports.newId()
  const { stanzaId, isRepeated } = await chat.say({ ...rest, person, to, originId: id })
  const body = { id: stanzaId, originId: id, repeated: isRepeated }
  return { status: isRepeated ? 200 : 201, body }
}
