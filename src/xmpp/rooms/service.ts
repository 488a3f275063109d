// XEP-0045: Multi-User Chat, version 1.35.5: which stanza is what
// Source: https://xmpp.org/extensions/xep-0045.html
import { type Log } from '../../base/log.ts'
import { wireOf } from '../../intake/outbound.ts'
import { child, type Element, elements } from '../../xml/element.ts'
import { parseFrame } from '../../xml/frame.ts'
import { defaultXmlLimits } from '../../xml/limits.ts'
import { type Host } from '../host.ts'
import { iqResult, stanzaErrorOf } from '../reply.ts'
import { type Service, type Speaker } from '../services.ts'
import { bareJid, type Jid } from '../wire/jid.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type Changing } from './admin.ts'
import { createActivity } from './activity.ts'
import { askedOfRoom, askedOfService } from './asked.ts'
import { answerCard } from './card.ts'
import { answerMessage } from './invite.ts'
import { arrive } from './join.ts'
import { createRoomCommands } from './hat-commands.ts'
import { type Parts } from './parts.ts'
import { leave } from './leave.ts'
import { sayToAll, sayToOne } from './messages.ts'
import { NS_VCARD } from './names.ts'
import { createRooms, type Rooms } from './registry.ts'
import { createRelay } from './relay.ts'
import { affiliationOf, type Room } from './room.ts'

/** Rooms at `conference.<domain>`. */
export function roomService(host: Host): { readonly service: Service; readonly parts: Parts } {
  const rooms = createRooms(host)
  const commandsOf = createRoomCommands(host, () => parts)
  const parts: Parts = { host, rooms, activity: createActivity(host.clock), commandsOf }
  const relay = createRelay(host)

  /** Sections 11.1 and 17.1.2: who cannot be reached is not in. */
  async function undelivered(stanza: Element, from: Speaker, to: Jid): Promise<void> {
    const room = rooms.find(to.bare)
    if (!room || (from.session && !isUndeliverable(stanza))) return
    await leave(room, from, { parts, statuses: [333] })
  }

  async function presence(stanza: Element, from: Speaker, to: Jid): Promise<void> {
    const { type } = stanza.attrs
    if (type === undefined) return await arrive(stanza, from, { to, parts })
    if (type === 'error') return await undelivered(stanza, from, to)
    const room = rooms.find(to.bare)
    if (type === 'unavailable' && room) await leave(room, from, { parts, stanza })
  }

  async function message(stanza: Element, from: Speaker, to: Jid): Promise<void> {
    const { type } = stanza.attrs
    if (type === 'error') return await undelivered(stanza, from, to)
    const room = mustFind(rooms, to, from)
    if (to.resource !== null) return await sayToOne(stanza, from, { room, to, parts })
    if (type === 'groupchat') {
      // XEP-0439: for the bot alone, and nothing that is said.
      if (await host.presses.selected(stanza, from, { kind: 'room', room })) return
      return await sayToAll(stanza, from, { room, parts })
    }
    if (!(await answerMessage(stanza, { room, from, parts }))) throw new StanzaError('bad-request')
  }

  async function iq(stanza: Element, from: Speaker, to: Jid): Promise<void> {
    const [payload] = elements(stanza)
    if (to.resource !== null)
      return await relay(stanza, from, { room: mustFind(rooms, to, from), nick: to.resource })
    const { type } = stanza.attrs
    if (!payload || (type !== 'get' && type !== 'set')) return
    if (payload.ns === NS_VCARD && to.local !== null) {
      const answer = async (): Promise<void> =>
        await answerCard(stanza, payload, { room: mustFind(rooms, to, from), from, parts })
      return await (type === 'set' ? rooms.inTurn(to.bare, answer) : answer())
    }
    if (to.local === null) {
      from.send(iqResult(stanza, from, askedOfService({ type, payload, from, rooms })))
      return
    }
    await answerOnce(
      { stanza, from, log: host.log },
      async (answered) => await answerOf(stanza, payload, { from, to, parts, answered }),
    )
  }

  const service: Service = {
    async route(stanza, from, to) {
      if (stanza.name === 'presence') return await presence(stanza, from, to)
      if (stanza.name === 'message') return await message(stanza, from, to)
      await iq(stanza, from, to)
    },
    left(from, to, out) {
      const room = rooms.find(bareJid(to).text)
      if (!room) return
      const stanza = parseFrame(wireOf(out), defaultXmlLimits)
      leave(room, from, { parts, stanza }).catch((error: unknown) => {
        // It is out all the same: who is gone cannot be sent anything. The record says so when it can be written again.
        stanzaErrorOf(error, host.log)
      })
    },
  }
  return { service, parts }
}

/** What changes a room is done one after the other. @throws {StanzaError} */
async function answerOf(
  stanza: Element,
  payload: Element,
  { to, ...asking }: Omit<Changing, 'room'> & { readonly to: Jid },
): Promise<Element | null> {
  const { rooms } = asking.parts
  const answer = async (): Promise<Element | null> =>
    await askedOfRoom(stanza, payload, { ...asking, room: mustFind(rooms, to, asking.from) })
  const changes = stanza.attrs['type'] === 'set' && payload.ns !== ns.mam
  return await (changes ? rooms.inTurn(to.bare, answer) : answer())
}

/**
 * Answers with what `ask` gives, or before that, where it says that it is done. What goes wrong after that the asker is not told.
 * @throws {StanzaError} what `ask` throws before it was answered
 */
async function answerOnce(
  { stanza, from, log }: { readonly stanza: Element; readonly from: Speaker; readonly log: Log },
  ask: (answered: () => void) => Promise<Element | null>,
): Promise<void> {
  let isAnswered = false
  const answer = (result: Element | null): void => {
    if (!isAnswered) from.send(iqResult(stanza, from, result))
    isAnswered = true
  }
  try {
    answer(await ask(() => answer(null)))
  } catch (error) {
    if (!isAnswered) throw error
    stanzaErrorOf(error, log)
  }
}

/** Sections 10.1.1 and 14.2.3: a room whose owner has not said yet how it is to be is there for nobody else. */
function mustFind(rooms: Rooms, to: Jid, from: Speaker): Room {
  const room = rooms.find(to.bare)
  const isThere = room && (!room.state.isLocked || affiliationOf(room, from.id) === 'owner')
  if (!isThere) throw new StanzaError('item-not-found')
  return room
}

/** Section 17.1.2, ghost users: the errors that say that somebody is not there any more. */
const undeliverable: ReadonlySet<string> = new Set([
  'gone',
  'item-not-found',
  'recipient-unavailable',
  'redirect',
  'remote-server-not-found',
  'remote-server-timeout',
])

function isUndeliverable(stanza: Element): boolean {
  const error = child(stanza, 'error', ns.client)
  return error !== undefined && elements(error).some(({ name }) => undeliverable.has(name))
}
