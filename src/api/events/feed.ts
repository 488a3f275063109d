// What has come on record for somebody, in the order of the record: what he may read, and nothing that tells of anything else.
import { type Directory } from '../../directory/ports.ts'
import { type Role } from '../../directory/roles.ts'
import { type HistoryItem } from '../../history/ports.ts'
import { pressesFor } from '../../intake/button-archives.ts'
import { alarmsArchive, verdictsArchive } from '../../record/ids.ts'
import { type LogPosition, type PersonId } from '../../record/types.ts'
import { lineOf, placeOf } from '../chat/lines.ts'
import { type Archive, type Chat } from '../chat/ports.ts'
import { viewersOf } from '../chat/viewers.ts'
import { type Event, type EventType } from '../contract/events.ts'

/** Events beside messages: where they are found, and whom they are shown. */
const others = [
  { type: 'verdict', owner: verdictsArchive, roles: ['officer'] },
  { type: 'alarm', owner: alarmsArchive, roles: ['administrator', 'officer', 'auditor'] },
] as const satisfies readonly {
  readonly type: EventType
  readonly owner: PersonId
  readonly roles: readonly Role[]
}[]

/** Whose events, and which kinds of them. */
export type Follower = { readonly person: PersonId; readonly types: ReadonlySet<EventType> }

export type Feeding = {
  readonly chat: Chat
  readonly directory: Pick<Directory, 'get'>
}

/** An event, whose it is, and where the next ones begin. */
export type Fed = {
  readonly event: Event
  readonly position: LogPosition
  readonly sender: PersonId | null
}

/** All kinds that somebody's role gives him. */
export function followerOf(person: PersonId, { directory }: Pick<Feeding, 'directory'>): Follower {
  const role = directory.get(person)?.role
  const given = others.filter(({ roles }) => roles.some((one) => one === role))
  const ofBots = role === 'bot' ? (['press'] as const) : []
  return { person, types: new Set(['message', ...ofBots, ...given.map(({ type }) => type)]) }
}

/** The first `max` behind that position. */
export async function eventsAfter(
  after: LogPosition,
  max: number,
  { person, types }: Follower,
  feeding: Feeding,
): Promise<readonly Fed[]> {
  const { chat } = feeding
  const rooms = types.has('message') ? chat.archives(person) : []
  const { items } = await chat.history.feed({
    archives: archivesOf({ person, types }, rooms),
    after,
    max,
  })
  const viewerOf = viewersOf(rooms, chat, feeding)
  return items.map(({ owner, item }) => {
    const { id, position, content } = item
    const { sender } = content.opened.envelope
    const common = { id, at: new Date(item.at).toISOString() }
    if (owner === pressesFor(person))
      return { position, sender, event: { ...common, ...pressIn(item, chat) } }
    const other = others.find((one) => one.owner === owner)
    if (other !== undefined)
      return { position, sender, event: { ...common, ...otherEvent(other.type, item, feeding) } }
    const viewer = viewerOf(owner)
    const message = lineOf(item, viewer)
    return {
      position,
      sender,
      event: { ...common, type: 'message', in: placeOf(item, viewer), message },
    }
  })
}

/** Where somebody begins who wants to hear of what comes: of his own newest, so that it says nothing of others. */
export async function newestFor(
  { person, types }: Follower,
  { chat }: Feeding,
): Promise<LogPosition> {
  return (await chat.history.newest(archivesOf({ person, types }, chat.archives(person)))) ?? -1
}

function archivesOf(
  { person, types }: Follower,
  rooms: readonly Archive[],
): Parameters<Chat['history']['newest']>[0] {
  const messages = [{ owner: person }, ...rooms.map(({ id, within }) => ({ owner: id, within }))]
  const given = others.filter(({ type }) => types.has(type)).map(({ owner }) => ({ owner }))
  const presses = types.has('press') ? [{ owner: pressesFor(person) }] : []
  return [...(types.has('message') ? messages : []), ...presses, ...given]
}

/** As `xmpp/buttons/press.ts` wrote it, and of which line. */
function pressIn(
  { content: { opened } }: HistoryItem,
  { history }: Pick<Chat, 'history'>,
): Omit<Extract<Event, { type: 'press' }>, 'id' | 'at'> {
  const { in: place, by, button }: Extract<Event, { type: 'press' }> = JSON.parse(opened.content)
  const { refs } = opened.envelope
  return { type: 'press', in: place, about: refs ? history.idOf(refs.position) : '', button, by }
}

function otherEvent(
  type: 'verdict' | 'alarm',
  { content: { opened } }: HistoryItem,
  { directory }: Feeding,
):
  | Omit<Extract<Event, { type: 'verdict' }>, 'id' | 'at'>
  | Omit<Extract<Event, { type: 'alarm' }>, 'id' | 'at'> {
  if (type === 'alarm') return { type, alarm: JSON.parse(opened.content) }
  const { kind, sender } = opened.envelope
  const person = sender === null ? null : (directory.get(sender)?.address ?? null)
  return { type, verdict: kind === 'refusal' ? 'refused' : 'withheld', person }
}
