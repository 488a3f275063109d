// XEP-0045: Multi-User Chat, version 1.35.5: which request is what
// Source: https://xmpp.org/extensions/xep-0045.html
import { type Element } from '../../xml/element.ts'
import { type Speaker } from '../services.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { change, type Changing, listOf } from './admin.ts'
import { answerArchive } from './archive.ts'
import { roomInfo, roomItems, serviceInfo, serviceItems } from './disco.ts'
import { moderate } from './moderate.ts'
import { muc, NS_REGISTER, NS_SEARCH } from './names.ts'
import { changeSettings, settingsOf } from './owner.ts'
import { register, registrationOf } from './registration.ts'
import { type Rooms } from './registry.ts'
import { NS_PING } from './relay.ts'
import { searchRooms } from './search.ts'

export function askedOfService(asked: {
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

export async function askedOfRoom(
  iq: Element,
  payload: Element,
  asking: Changing,
): Promise<Element | null> {
  const { room, from, parts } = asking
  const { type } = iq.attrs
  const what = `${type ?? ''} ${payload.ns}`
  if (payload.ns === ns.mam)
    return await answerArchive(iq, payload, { room, from, host: parts.host })
  switch (what) {
    case `get ${ns.discoInfo}`:
      return await roomInfo(payload, asking)
    case `get ${ns.discoItems}`:
      return roomItems(payload, asking)
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
    case `set ${ns.commands}`:
      return await parts.commandsOf(room).run(payload, from)
    case `set ${muc.moderate}`:
      await moderate(payload, asking)
      return null
    default:
      throw new StanzaError('service-unavailable')
  }
}
