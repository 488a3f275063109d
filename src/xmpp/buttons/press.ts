// XEP-0439: Quick Response, version 0.1.0, sections 3.3 and 4.4: a button of a bot's message is pressed
// Source: https://xmpp.org/extensions/xep-0439.html
import { createLanes } from '../../base/lanes.ts'
import { type Random } from '../../base/random.ts'
import { type Directory, type Person, type PersonId } from '../../directory/ports.ts'
import { type History, type HistoryItem, type HistoryQuery } from '../../history/ports.ts'
import {
  type ButtonMessage,
  pressesFor,
  pressesOn,
  versionsOf,
} from '../../intake/button-archives.ts'
import { directConversation, roomConversation } from '../../intake/conversation.ts'
import { type Draft } from '../../intake/draft.ts'
import { type OnRecord } from '../../intake/heard.ts'
import { type Intake } from '../../intake/ports.ts'
import { child, type Element } from '../../xml/element.ts'
import { onRecordOnce } from '../reply.ts'
import { affiliationOf, isStaff, type Occupant, readable, type Room } from '../rooms/room.ts'
import { type Speaker } from '../services.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { actionId, actionIn, type Button, type Buttons, buttonsOf } from './buttons.ts'

/** Bots of one room that an action is looked for among. */
const botsMax = 50

/** Where the message is: in a room, or between a bot and who presses. */
export type Place =
  | { readonly kind: 'room'; readonly room: Room }
  | { readonly kind: 'person'; readonly bot: Person }

export type Pressing = {
  readonly from: Speaker
  readonly place: Place
  /** Stanza id of the message, or of what corrects it. */
  readonly message: string
  /** Which of those that the message has now. `version`: the id of the version that has them. */
  readonly picks: (
    button: Button,
    ids: { readonly original: string; readonly version: string },
  ) => boolean
  /** The same once more is the same press. */
  readonly originId: string
}

export type Presses = {
  /** On record before anybody hears of it. @throws {StanzaError} */
  press(pressing: Pressing): Promise<OnRecord>
  /** A client has selected an action. @returns false where it is none of ours: then it is a message like others. @throws {StanzaError} */
  selected(stanza: Element, from: Speaker, place: Place): Promise<boolean>
}

type PressParts = {
  readonly directory: Pick<Directory, 'get'>
  readonly history: Pick<History, 'page' | 'named' | 'newestItem' | 'idOf'>
  readonly intake: Intake
  readonly random: Random
}

export function createPresses(parts: PressParts): Presses {
  const { directory, history } = parts
  // Of one message one after the other: of two who press what counts once the second hears of the first.
  const inTurn = createLanes()

  async function press(pressing: Pressing): Promise<OnRecord> {
    const { place, from } = pressing
    mustBelong(place, from)
    const target = await targetOf(pressing, parts)
    return await inTurn(pressesOn(target.named), async () => await pressIn(target, pressing, parts))
  }

  return {
    press,
    async selected(stanza, from, place) {
      const action = actionIn(stanza)
      if (action === null) return false
      const { messageId, id } = action
      for (const bot of botsIn(place, directory)) {
        const position = await history.named(conversationOf(place, from.id), bot, messageId)
        if (position === null) continue
        const originId =
          child(stanza, 'origin-id', ns.stanzaIds)?.attrs['id'] ??
          parts.random.bytes(16).toString('hex')
        const picks: Pressing['picks'] = (button, ids) => actionId(ids, button) === id
        await press({ from, place, message: history.idOf(position), picks, originId })
        return true
      }
      return false
    },
  }
}

/** @throws {StanzaError} for who is not in the room and does not belong to it, or has no voice there */
function mustBelong(place: Place, from: Speaker): void {
  if (place.kind === 'person') return
  const { room } = place
  const occupant = occupantWith(room, from.id)
  if (occupant ? occupant.role !== 'visitor' : isMember(room, from.id)) return
  throw new StanzaError('forbidden', { text: 'Only members of the room press buttons there.' })
}

function occupantWith(room: Room, person: PersonId): Occupant | null {
  for (const occupant of room.occupants.values()) if (occupant.person === person) return occupant
  return null
}

function isMember(room: Room, person: PersonId): boolean {
  const affiliation = affiliationOf(room, person)
  return affiliation !== 'none' && affiliation !== 'outcast'
}

function botsIn(place: Place, { get }: Pick<Directory, 'get'>): readonly PersonId[] {
  if (place.kind === 'person') return [place.bot.id]
  const { room } = place
  const people = [
    ...room.state.people.keys(),
    ...[...room.occupants.values()].map(({ person }) => person),
  ]
  return [...new Set(people)].filter((id) => get(id)?.role === 'bot').slice(0, botsMax)
}

function conversationOf(place: Place, person: PersonId): Draft['conversation'] {
  if (place.kind === 'room') return roomConversation(place.room.state.id)
  return directConversation(person, place.bot.id)
}

type Target = {
  readonly named: ButtonMessage
  readonly bot: Person
  readonly original: HistoryItem
}

/** The message itself, as who presses sees it. @throws {StanzaError} where there is none with buttons */
async function targetOf(
  { from, place, message }: Pressing,
  { history, directory }: PressParts,
): Promise<Target> {
  const archive =
    place.kind === 'room'
      ? { owner: place.room.state.id, within: readable(place.room.state, from.id) }
      : { owner: from.id, peer: place.bot.id }
  const named = await itemAt(message, archive, history)
  const { kind, refs } = named.content.opened.envelope
  const isVersion = kind === 'correction' && refs !== null
  const original = isVersion ? await itemAt(history.idOf(refs.position), archive, history) : named
  const { envelope } = original.content.opened
  const { sender, message_id: messageId, conv: conversation } = envelope
  const bot = sender === null ? null : directory.get(sender)
  const isOfBot = bot?.role === 'bot' && bot.enabled && bot.id !== from.id
  if (!isOfBot || messageId === null || envelope.kind !== 'message') throw nothingThere()
  // Whoever was put out of the room hears nothing of it any more.
  const { id } = bot
  if (place.kind === 'room' && !isMember(place.room, id) && !occupantWith(place.room, id))
    throw nothingThere()
  return { named: { conversation, sender: id, messageId }, bot, original }
}

/** @throws {StanzaError} */
async function itemAt(
  id: string,
  archive: Pick<HistoryQuery, 'owner' | 'peer' | 'within'>,
  { page }: Pick<History, 'page'>,
): Promise<HistoryItem> {
  const found = await page({ ...archive, ids: [id], max: 1, isUncounted: true })
  const [item] = found.kind === 'page' ? found.items : []
  if (item?.content.kind !== 'message') throw nothingThere()
  return item
}

async function pressIn(target: Target, pressing: Pressing, parts: PressParts): Promise<OnRecord> {
  const { named } = target
  const version = await newestIn(versionsOf(named), parts)
  const standing = version ?? target.original
  const button = buttonIn(standing, target, pressing)
  if (button.isOnce) {
    const before = await newestIn(pressesOn(named), parts)
    if (before !== null && before.position > standing.position)
      return pressedBefore(before, button, pressing.from)
  }
  return await put(button, target, pressing, parts)
}

/** @throws {StanzaError} where there may be a newer one: whether a button counts is not guessed at */
async function newestIn(
  owner: PersonId,
  { history }: Pick<PressParts, 'history'>,
): Promise<HistoryItem | null> {
  const { item, isWhole } = await history.newestItem(owner)
  if (isWhole) return item
  throw new StanzaError('resource-constraint', { type: 'wait', text: 'Try again in a moment.' })
}

/** @throws {StanzaError} where it has no such button, or none any more */
function buttonIn(
  { content }: HistoryItem,
  { named: { messageId: original } }: Target,
  { picks }: Pressing,
): Button & Pick<Buttons, 'isOnce'> {
  const buttons = content.kind === 'message' ? buttonsOf(content.opened.content) : null
  const version = content.opened.envelope.message_id ?? original
  const found = buttons?.items.find((button) => picks(button, { original, version }))
  if (!buttons || !found) throw nothingThere()
  return { ...found, isOnce: buttons.isOnce }
}

/** @throws {StanzaError} unless it was the same button and the same person */
function pressedBefore(
  { position, id, content }: HistoryItem,
  { value }: Button,
  from: Speaker,
): OnRecord {
  const { envelope, content: said } = content.opened
  const press: { readonly button: { readonly value: string } } = JSON.parse(said)
  if (envelope.sender === from.id && press.button.value === value)
    return { position, stanzaId: id, isRepeated: true }
  throw new StanzaError('conflict', { text: 'A button of this message was pressed before.' })
}

async function put(
  { value, label }: Button,
  { named, bot, original }: Target,
  { from, place, originId }: Pressing,
  { intake, history }: PressParts,
): Promise<OnRecord> {
  const view = { peerDevice: '', incoming: false }
  const draft: Draft = {
    kind: 'press',
    conversation: named.conversation,
    members: [from.id, bot.id],
    sender: from.id,
    device: from.jid.resource ?? '',
    to: place.kind === 'room' ? place.room.state.address : bot.address,
    // Each of the two is found by what is held of him.
    views: [
      { ...view, owner: pressesFor(bot.id), peer: bot.id },
      { ...view, owner: pressesOn(named), peer: from.id },
    ],
    messageId: null,
    originId,
    origin: from.origin,
    refersTo: original.id,
    refs: null,
    claimedAt: null,
    content: JSON.stringify({ v: 1, button: { value, label }, ...toldTo(bot, from, place) }),
    wire: '',
  }
  const recorded = await onRecordOnce(intake, draft)
  if (recorded) {
    const { position, stanzaId } = recorded
    return { position, stanzaId, isRepeated: false }
  }
  const [before] = await pressedAs(originId, { named, from, history })
  if (before === undefined) throw new StanzaError('conflict', { text: 'This was sent before.' })
  return { position: before.position, stanzaId: before.id, isRepeated: true }
}

/** Where it is, and by whom, as the bot may know it. */
function toldTo(bot: Person, from: Speaker, place: Place): object {
  if (place.kind === 'person')
    return { in: { person: from.jid.bare }, by: { address: from.jid.bare, nick: null } }
  const { room } = place
  const seesPeople = room.state.config.isNonAnonymous || isStaff(affiliationOf(room, bot.id))
  const nick =
    occupantWith(room, from.id)?.nick ?? room.state.people.get(from.id)?.nick ?? from.jid.local
  return {
    in: { room: room.state.address },
    by: { address: seesPeople ? from.jid.bare : null, nick },
  }
}

/** A program that was cut off asks again soon. */
const askedAgainMax = 50

async function pressedAs(
  originId: string,
  {
    named,
    from,
    history,
  }: {
    readonly named: ButtonMessage
    readonly from: Speaker
    readonly history: Pick<History, 'page'>
  },
): Promise<readonly HistoryItem[]> {
  const newest = { pageBefore: '', max: askedAgainMax, isUncounted: true } as const
  const found = await history.page({ owner: pressesOn(named), peer: from.id, ...newest })
  const items = found.kind === 'page' ? found.items : []
  return items.filter(({ content }) => content.opened.envelope.origin_id === originId)
}

function nothingThere(): StanzaError {
  return new StanzaError('item-not-found', { text: 'There is no such button.' })
}
