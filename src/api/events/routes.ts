import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { type LogPosition } from '../../record/types.ts'
import { asking, badCursor, limit } from '../chat/asking.ts'
import { type Chat } from '../chat/ports.ts'
import { event, eventsAnswer } from '../contract/events.ts'
import { nothing, route } from '../door/route.ts'
import { eventsAfter, type Follower, followerOf, newestFor } from './feed.ts'
import { follow } from './follow.ts'
import { wakesOf } from './wakes.ts'

/** Streams that one person has open. */
const streamsMax = 10

/** The `next` of the answer before, or the `id` of an event; `latest`: what comes from now on. Absent: all there is. */
const after = z.string().min(1).max(40).optional()

export const listEvents = route({
  method: 'GET',
  path: '/v1/events',
  permission: 'events.read',
  summary:
    'What came on record for one behind a position, in its order: who was away misses nothing.',
  answer: eventsAnswer,
  params: nothing,
  query: z.strictObject({ after, limit }),
  body: nothing,
  async handle({ query, by }, host) {
    const { person, chat } = asking(by, host)
    const feeding = { chat, directory: host.directory }
    const follower = followerOf(person, host)
    const from = await positionOf(query.after, follower, feeding)
    const fed =
      query.after === 'latest' ? [] : await eventsAfter(from, query.limit, follower, feeding)
    const last = fed.at(-1)?.position ?? from
    const next = last === -1 ? null : chat.history.idOf(last)
    return { status: 200, body: { events: fed.map((one) => one.event), next } }
  },
})

export const streamEvents = route({
  method: 'GET',
  path: '/v1/events/stream',
  permission: 'events.read',
  summary: 'The same as it comes, as server-sent events: who comes back says Last-Event-ID.',
  isStream: true,
  answer: event,
  params: nothing,
  query: z.strictObject({ after: after.default('latest') }),
  body: nothing,
  async handle({ query, by }, host) {
    const { person, chat } = asking(by, host)
    const { directory } = host
    const wakes = wakesOf(chat)
    if (wakes.count(person) >= streamsMax)
      throw new OperatorError('api.too-many', `One has ${streamsMax} streams open at most.`)
    const feeding = { chat, directory }
    const follower = (): Follower => followerOf(person, host)
    const asked = await positionOf(query.after, follower(), feeding)
    return {
      status: 200,
      body: null,
      stream(to) {
        const had = to.lastId === null ? null : chat.history.positionOf(to.lastId)
        follow(to, { follower, from: had ?? asked }, { ...host, ...feeding, wakes })
      },
    }
  },
})

/** @throws {OperatorError} for a position that is none */
async function positionOf(
  given: string | undefined,
  follower: Follower,
  feeding: { readonly chat: Chat } & Parameters<typeof newestFor>[1],
): Promise<LogPosition> {
  if (given === undefined) return -1
  if (given === 'latest') return await newestFor(follower, feeding)
  const position = feeding.chat.history.positionOf(given)
  if (position === null) throw badCursor()
  return position
}
