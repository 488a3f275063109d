// What people see and do who have no stream, but ask by the API: the same rooms and the same road of a message.
import { OperatorError } from '../../base/errors.ts'
import { createLanes } from '../../base/lanes.ts'
import { type Directory, type PersonId } from '../../directory/ports.ts'
import { type SlotAnswer, type SlotRequest } from '../../files/slots.ts'
import { type History } from '../../history/ports.ts'
import { type Heard, type OnRecord } from '../../intake/heard.ts'
import { outsiderId } from '../../intake/outsider.ts'
import { el, type Element } from '../../xml/element.ts'
import { type Host } from '../host.ts'
import { type OnBehalf } from '../on-behalf.ts'
import { type Pressing } from '../buttons/press.ts'
import { type Parts } from '../rooms/parts.ts'
import { sayAsMember } from '../rooms/as-member.ts'
import { type Speaker } from '../services.ts'
import { bareJid, type Jid, parseJid } from '../wire/jid.ts'
import { ns } from '../wire/names.ts'
import { placeAt, isOfRooms, replacedBy, type Said, withExtras } from './beside-text.ts'
import { inWordsOfApi } from './refusal.ts'
import { type Saying } from './saying.ts'
import { mustBeSayable } from './sayable.ts'
import { changeRoom, type ChangedRoom, makeRoom, type NewRoom } from './room-acts.ts'
import {
  archivesOf,
  type ChatMember,
  type ChatRoom,
  membersIn,
  type ReadableRoom,
  readableRoom,
  seen,
  type SeenBy,
  seenRooms,
  shownRoom,
} from './rooms-seen.ts'

/** Somebody presses a button of a bot's message. */
export type PressedBy = Pick<Saying, 'person' | 'to' | 'originId'> & {
  /** The message's stanza id. */
  readonly message: string
  readonly value: string
}

export type Chat = {
  /** Rooms that he belongs to, is in, or that are listed. */
  rooms(person: PersonId): Promise<readonly ChatRoom[]>
  /** @throws {OperatorError} for one that he may not see, as for one that is not there */
  room(person: PersonId, address: string): Promise<ChatRoom>
  /** Those with an affiliation, as far as he may see who they are. @throws {OperatorError} as `room` */
  members(person: PersonId, address: string): Promise<readonly ChatMember[]>
  /** What of its archive he may read. @throws {OperatorError} as `room` */
  readable(person: PersonId, address: string): Promise<ReadableRoom>
  /** Those rooms that he belongs to or is in, and may read. */
  archives(person: PersonId): readonly ReadableRoom[]
  /** @throws {OperatorError} */
  makeRoom(person: PersonId, wanted: NewRoom): Promise<ChatRoom>
  /** @throws {OperatorError} */
  changeRoom(person: PersonId, address: string, change: ChangedRoom): Promise<ChatRoom>
  /** Who that is in archives: of a person here, or somebody elsewhere. Null: it is nobody's. */
  peer(address: string): PersonId | null
  /** On record, and then on its way to everybody whom it is for. @throws {OperatorError} */
  say(saying: Saying): Promise<OnRecord>
  /** Where the bytes of a file go. Null: no files are taken. */
  slot(person: PersonId, wanted: SlotRequest): Promise<SlotAnswer | null>
  /** On record, and then the bot hears of it. @throws {OperatorError} */
  press(pressed: PressedBy): Promise<OnRecord>
  onRecorded: Heard['onRecorded']
  readonly history: Pick<History, HistoryOfApi>
}

type HistoryOfApi = 'page' | 'feed' | 'find' | 'newest' | 'positionOf' | 'idOf' | 'onGone'

export type ChatParts = {
  readonly host: Host
  readonly onBehalf: OnBehalf
  readonly heard: Heard
}

export function createChat({ host, onBehalf, heard }: ChatParts): Chat {
  const { directory, history } = host
  const inTurn = createLanes()

  /** Nothing that he is sent is for anybody: he asks. */
  async function speakerOf(person: PersonId): Promise<Speaker> {
    const account = await onBehalf.account(directory.get(person)?.address ?? '')
    if (account === null) return missing()
    return onBehalf.speaker(account, { origin: 'native', answer() {} })
  }

  /** Of the room at this address, as he sees it. */
  async function at<T>(
    person: PersonId,
    address: string,
    step: (asked: SeenBy) => T | Promise<T>,
  ): Promise<T> {
    const parts = partsOf(host)
    const from = await speakerOf(person)
    return await inWordsOfApi(
      async () => await step({ from, parts, room: seen(address, from, parts) }),
    )
  }

  return {
    history,
    onRecorded: (listener) => heard.onRecorded(listener),
    rooms: async (person) => seenRooms(partsOf(host), await speakerOf(person)),
    room: async (person, address) =>
      await at(person, address, ({ room, from }) => shownRoom(room, from)),
    members: async (person, address) => await at(person, address, (asked) => membersIn(asked)),
    readable: async (person, address) => await at(person, address, readableRoom),
    archives: (person) => archivesOf(partsOf(host), person),
    async makeRoom(person, wanted) {
      const from = await speakerOf(person)
      const parts = partsOf(host)
      return await inWordsOfApi(async () => await makeRoom(wanted, from, parts))
    },
    changeRoom: async (person, address, change) =>
      await at(person, address, async (asked) => await changeRoom(change, asked)),
    peer: (address) => peerAt(directory, host.domain, address),
    async slot(person, wanted) {
      // A guest shows files in his rooms, and has to have one.
      if (directory.guests.roomsOf(person)?.size === 0) return missing()
      return (await host.uploads?.slots.request(person, wanted)) ?? null
    },
    say: async (saying) =>
      await inTurn(`${saying.person} ${saying.originId}`, async () => await say(saying)),
    async press({ person, to: address, message, value, originId }) {
      const to = bareOf(address)
      const from = await speakerOf(person)
      return await inWordsOfApi(async () => {
        const place = placeAt(to, from, host)
        return await host.presses.press({ from, place, message, picks: byValue(value), originId })
      })
    },
  }

  async function say(saying: Saying): Promise<OnRecord> {
    const { person, to: address, text, originId } = saying
    const to = bareOf(address)
    mustBeSayable(text)
    const parts = partsOf(host)
    const from = await speakerOf(person)
    const isRoom = isOfRooms(to, host)
    const replaced = await inWordsOfApi(async () => await replacedBy(saying, { to, from, host }))
    const said = withExtras(saying, replaced, directory)
    const stanza = messageOf({ to: to.bare, originId, isRoom, ...said })
    const found = await heard.saying({ sender: person, originId }, async () => {
      await inWordsOfApi(async () => {
        if (!isRoom) return await onBehalf.send(stanza, from)
        await sayAsMember(stanza, from, { room: seen(to.bare, from, parts), parts })
      })
    })
    if (found === null)
      throw new OperatorError('chat.refused', 'Nothing of that can be put on record.')
    return found
  }
}

function messageOf({
  to,
  body,
  originId,
  isRoom,
  elements,
}: Said & {
  readonly to: string
  readonly originId: string
  readonly isRoom: boolean
}): Element {
  return el(
    'message',
    ns.client,
    { to, id: originId, type: isRoom ? 'groupchat' : 'chat' },
    el('body', ns.client, {}, body),
    el('origin-id', ns.stanzaIds, { id: originId }),
    ...elements,
  )
}

function byValue(value: string): Pressing['picks'] {
  return (button) => button.value === value
}

function bareOf(address: string): Jid {
  const to = parseJid(address)
  if (!to || to.local === null || to.resource !== null) return missing()
  return to
}

/** Somebody may be asked about whether or not he is there: it is the same to who asks. */
function peerAt(
  directory: Pick<Directory, 'find'>,
  domain: string,
  address: string,
): PersonId | null {
  const jid = parseJid(address)
  if (!jid) return null
  const { bare } = bareJid(jid)
  const person = directory.find(bare)
  if (person) return person.id
  return jid.domain === domain ? null : outsiderId(bare)
}

function partsOf({ roomParts: [parts] }: Host): Parts {
  if (parts) return parts
  throw new Error('there is no service of rooms')
}

function missing(): never {
  throw new OperatorError('chat.unknown', 'There is nothing there that you can see.')
}
