// XEP-0045: Multi-User Chat, version 1.35.5: which stanza is what
// Source: https://xmpp.org/extensions/xep-0045.html
import { type Element, elements } from '../../xml/element.ts'
import { type Host } from '../host.ts'
import { serverSays, stanzaErrorOf } from '../reply.ts'
import { type Service, type Speaker } from '../services.ts'
import { bareJid, type Jid } from '../wire/jid.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type Asking, change, listOf } from './admin.ts'
import { createActivity } from './activity.ts'
import { answerArchive } from './archive.ts'
import { answerCard } from './card.ts'
import { roomInfo, roomItems, serviceInfo, serviceItems } from './disco.ts'
import { runCommand } from './hat-commands.ts'
import { answerMessage } from './invite.ts'
import { arrive, leave, type Parts } from './join.ts'
import { sayToAll, sayToOne } from './messages.ts'
import { moderate } from './moderate.ts'
import { muc, NS_COMMANDS, NS_REGISTER, NS_SEARCH, NS_VCARD } from './names.ts'
import { changeSettings, settingsOf } from './owner.ts'
import { register, registrationOf } from './registration.ts'
import { createRooms, type Rooms } from './registry.ts'
import { createRelay, NS_PING, resultOf } from './relay.ts'
import { type Room } from './room.ts'
import { searchRooms } from './search.ts'

/** Rooms at `conference.<domain>`. */
export function roomService(host: Host): { readonly service: Service; readonly rooms: Rooms } {
  const rooms = createRooms(host)
  const parts: Parts = { host, rooms, activity: createActivity(host.clock) }
  const relay = createRelay(host)

  async function presence(stanza: Element, from: Speaker, to: Jid): Promise<void> {
    const { type } = stanza.attrs
    if (type === undefined) return await arrive(stanza, from, { to, parts })
    const room = rooms.find(to.bare)
    if (type === 'unavailable' && room) await leave(room, from, parts)
  }

  async function message(stanza: Element, from: Speaker, to: Jid): Promise<void> {
    const { type } = stanza.attrs
    if (type === 'error') {
      // Section 18.1.2: who cannot be reached elsewhere is not in. A device here goes when its stream does.
      const there = rooms.find(to.bare)
      if (there && !from.session) await leave(there, from, parts)
      return
    }
    const room = mustFind(rooms, to)
    if (to.resource !== null) return await sayToOne(stanza, from, { room, to, parts })
    if (type === 'groupchat') return await sayToAll(stanza, from, { room, parts })
    if (!(await answerMessage(stanza, { room, from, parts }))) throw new StanzaError('bad-request')
  }

  async function asked(
    stanza: Element,
    payload: Element,
    { from, to }: { readonly from: Speaker; readonly to: Jid },
  ): Promise<Element | null> {
    const answer = async (): Promise<Element | null> =>
      await askedOfRoom(stanza, payload, { room: mustFind(rooms, to), from, parts })
    const changes = stanza.attrs['type'] === 'set' && payload.ns !== ns.mam
    return await (changes ? rooms.inTurn(to.bare, answer) : answer())
  }

  async function iq(stanza: Element, from: Speaker, to: Jid): Promise<void> {
    const [payload] = elements(stanza)
    if (to.resource !== null)
      return await relay(stanza, from, { room: mustFind(rooms, to), nick: to.resource })
    const { type } = stanza.attrs
    if (!payload || (type !== 'get' && type !== 'set')) return
    if (payload.ns === NS_VCARD && to.local !== null)
      return await answerCard(stanza, payload, { room: mustFind(rooms, to), from, parts })
    const answer =
      to.local === null
        ? askedOfService({ type, payload, from, rooms })
        : await asked(stanza, payload, { from, to })
    from.send(serverSays(resultOf(stanza, answer)))
  }

  const service: Service = {
    async route(stanza, from, to) {
      if (stanza.name === 'presence') return await presence(stanza, from, to)
      if (stanza.name === 'message') return await message(stanza, from, to)
      await iq(stanza, from, to)
    },
    left(from, to) {
      const room = rooms.find(bareJid(to).text)
      if (!room) return
      leave(room, from, parts).catch((error: unknown) => {
        // It is out all the same: who is gone cannot be sent anything. The record says so when it can be written again.
        stanzaErrorOf(error, host.log)
      })
    },
  }
  return { service, rooms }
}

function mustFind(rooms: Rooms, to: Jid): Room {
  const room = rooms.find(to.bare)
  if (!room) throw new StanzaError('item-not-found')
  return room
}

function askedOfService(asked: {
  readonly type: string
  readonly payload: Element
  readonly from: Speaker
  readonly rooms: Rooms
}): Element | null {
  const { type, payload, from, rooms } = asked
  if (type === 'get' && payload.ns === ns.discoInfo) return serviceInfo(payload)
  if (type === 'get' && payload.ns === ns.discoItems) return serviceItems(payload, rooms, from)
  if (type === 'get' && payload.ns === NS_SEARCH) return searchRooms(payload, rooms, from)
  if (type === 'get' && payload.ns === NS_PING) return null
  throw new StanzaError('service-unavailable')
}

async function askedOfRoom(iq: Element, payload: Element, asking: Asking): Promise<Element | null> {
  const { room, from, parts } = asking
  const { type } = iq.attrs
  const what = `${type ?? ''} ${payload.ns}`
  if (payload.ns === ns.mam)
    return await answerArchive(iq, payload, { room, from, host: parts.host })
  switch (what) {
    case `get ${ns.discoInfo}`:
      return roomInfo(payload, asking)
    case `get ${ns.discoItems}`:
      return roomItems(payload, room, from)
    case `get ${NS_PING}`:
      return null
    case `get ${muc.admin}`:
      return listOf(payload, asking)
    case `set ${muc.admin}`:
      await change(payload, asking)
      return null
    case `get ${muc.owner}`:
      return settingsOf(asking)
    case `set ${muc.owner}`:
      await changeSettings(payload, asking)
      return null
    case `get ${NS_REGISTER}`:
      return registrationOf(asking)
    case `set ${NS_REGISTER}`:
      await register(payload, asking)
      return null
    case `set ${NS_COMMANDS}`:
      return await runCommand(payload, asking)
    case `set ${muc.moderate}`:
      await moderate(payload, asking)
      return null
    default:
      throw new StanzaError('service-unavailable')
  }
}
