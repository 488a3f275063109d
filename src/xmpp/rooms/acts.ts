import { FatalError } from '../../base/errors.ts'
import { type PersonId } from '../../directory/ports.ts'
import { type GroupId } from '../../directory/types.ts'
import { type Draft, type LogPosition, type RecordKind } from '../../intake/draft.ts'
import { roomConversation, roomsArchive } from '../../intake/conversation.ts'
import { noExtras, wholeConfig } from './config.ts'
import { type HatChange, hatsAfter } from './hats.ts'
import {
  type Access,
  type Affiliated,
  type RoomChange,
  type Request,
  type RoomConfig,
  type RoomExtras,
  type RoomId,
  type StoredRoom,
  type Through,
} from './ports.ts'

/** A change of a room that is on record, and is kept beside it as well. */
export type RoomAct =
  | {
      readonly kind: 'room.create'
      readonly id: RoomId
      readonly address: string
      readonly config: RoomConfig
      /** Who owns it from the start. Absent in records of old: there the next act says so. */
      readonly people?: readonly GivenAffiliation[]
      /** Until the first `room.config`. Absent in records of old. */
      readonly isLocked?: boolean
    }
  /** The first one opens the room, whatever it says. */
  | { readonly kind: 'room.config'; readonly id: RoomId; readonly config: RoomConfig }
  | {
      readonly kind: 'room.affiliation'
      readonly id: RoomId
      readonly people: readonly GivenAffiliation[]
    }
  | { readonly kind: 'room.subject'; readonly id: RoomId }
  | {
      readonly kind: 'room.request'
      readonly id: RoomId
      readonly request: Request
      /** An owner or admin has said no. */
      readonly isDenied: boolean
    }
  /** `hashes` null: it has no card any more. */
  | { readonly kind: 'room.card'; readonly id: RoomId; readonly hashes: readonly string[] | null }
  | { readonly kind: 'room.hats'; readonly id: RoomId; readonly change: HatChange }
  | {
      readonly kind: 'room.destroy'
      readonly id: RoomId
      readonly reason: string
      readonly alternate: string
    }

/** `none` is an affiliation that ends. */
export type GivenAffiliation = {
  readonly person: PersonId
  readonly affiliation: Affiliated['affiliation'] | 'none'
  readonly address: string
  readonly reason: string
  /** The nickname that is his from now on, null for none; absent, it stays as it is. */
  readonly nick?: string | null
  /** It comes from a group. */
  readonly through?: Through
  /** What the group gave ends with this. */
  readonly left?: GroupId
}

/** Who did it: nobody where the server did. */
export type Author = { readonly id: PersonId | null; readonly device: string }

/** What is on record of rooms alone: who came and went, and who was there. Nothing is kept of it beside the record. */
export type RoomNote = {
  readonly kind: 'room.join' | 'room.leave' | 'room.nick' | 'room.role' | 'room.members'
  readonly id: RoomId
  readonly content: Readonly<Record<string, unknown>>
}

type Common = {
  readonly by: Author
  readonly members: readonly PersonId[]
  readonly address: string
}

/** @param wire words that go out because of it, as XML that stands alone; '' where there are none */
export function draftOfAct(act: RoomAct, common: Common, wire = ''): Draft {
  const { kind, id, ...what } = act
  const views = [{ owner: roomsArchive, peer: null, peerDevice: '', incoming: true }]
  return { ...draft(kind, id, common), views, content: JSON.stringify({ v: 1, ...what }), wire }
}

export function draftOfNote({ kind, id, content }: RoomNote, common: Common, wire = ''): Draft {
  return { ...draft(kind, id, common), content: JSON.stringify({ v: 1, ...content }), wire }
}

function draft(kind: RecordKind, id: RoomId, { by, members, address }: Common): Draft {
  return {
    kind,
    conversation: roomConversation(id),
    members,
    sender: by.id,
    device: by.device,
    to: address,
    views: [],
    messageId: null,
    originId: null,
    refersTo: null,
    refs: null,
    claimedAt: null,
    origin: 'native',
    content: '',
    wire: '',
  }
}

/**
 * The act out of its record. What it says was written by `draftOfAct`.
 * @throws {FatalError} when it is none
 */
export function actOf(kind: string, id: RoomId, content: string): RoomAct {
  const isAct =
    kind === 'room.create' ||
    kind === 'room.config' ||
    kind === 'room.affiliation' ||
    kind === 'room.subject' ||
    kind === 'room.request' ||
    kind === 'room.card' ||
    kind === 'room.hats' ||
    kind === 'room.destroy'
  if (!isAct) throw new FatalError(`a record of kind ${kind} is no act of a room`)
  if (kind === 'room.subject') return { kind, id }
  // Written by `draftOfAct` under our keys: a record that opens has the form that it was given.
  const act: RoomAct = { ...JSON.parse(content), kind, id }
  return act
}

/** What the act changes of the room as it was; `before` is null for one that is made. */
export function changeOf(
  act: RoomAct,
  before: StoredRoom | null,
  position: LogPosition,
): RoomChange {
  const { id } = act
  if (act.kind === 'room.create') {
    const { address } = act
    const config = wholeConfig(act.config, address)
    const isLocked = act.isLocked ?? false
    const made = unchanged(id, { address, config, extras: noExtras, subject: null, isLocked })
    const given = affiliationChange(act.people ?? [], { people: new Map(), extras: noExtras })
    const everybody = config.isMembersOnly ? [] : [{ person: null, grants: true }]
    return { ...made, ...given, opened: [...everybody, ...given.opened] }
  }
  if (before === null) throw new FatalError(`record ${position} changes a room that is not there`)
  const same = unchanged(id, before)
  if (act.kind === 'room.config') {
    const config = wholeConfig(act.config, before.address)
    return { ...same, ...configChange(config, before), isLocked: false }
  }
  if (act.kind === 'room.affiliation') return { ...same, ...affiliationChange(act.people, before) }
  if (act.kind === 'room.subject') return { ...same, subject: position }
  if (act.kind === 'room.destroy') return { ...same, isDestroyed: true }
  return { ...same, extras: { ...before.extras, ...extrasChange(act, before.extras, position) } }
}

type ExtrasAct = Extract<RoomAct, { kind: 'room.request' | 'room.card' | 'room.hats' }>

function extrasChange(
  act: ExtrasAct,
  before: RoomExtras,
  position: LogPosition,
): Partial<RoomExtras> {
  if (act.kind === 'room.hats') return hatsAfter(act.change, before)
  if (act.kind === 'room.card') {
    const { hashes } = act
    return { card: hashes === null ? null : { position, hashes } }
  }
  const others = before.requests.filter(({ person }) => person !== act.request.person)
  return { requests: act.isDenied ? others : [...others, act.request] }
}

function configChange(
  config: RoomConfig,
  before: StoredRoom,
): Pick<RoomChange, 'config' | 'opened' | 'closed'> {
  const everybody = [{ person: null, grants: true }]
  const [isOpen, wasOpen] = [!config.isMembersOnly, !before.config.isMembersOnly]
  return {
    config,
    opened: isOpen && !wasOpen ? everybody : [],
    closed: wasOpen && !isOpen ? everybody : [],
  }
}

function unchanged(
  id: RoomId,
  {
    address,
    config,
    extras,
    subject,
    isLocked,
  }: Pick<StoredRoom, 'address' | 'config' | 'extras' | 'subject' | 'isLocked'>,
): RoomChange {
  return {
    id,
    address,
    config,
    extras,
    subject,
    isLocked,
    isDestroyed: false,
    people: new Map(),
    opened: [],
    closed: [],
  }
}

function affiliationChange(
  given: readonly GivenAffiliation[],
  { people: before, extras }: Pick<StoredRoom, 'people' | 'extras'>,
): Pick<RoomChange, 'people' | 'extras' | 'opened' | 'closed'> {
  const people = new Map<PersonId, Affiliated | null>()
  const opened: Pick<Access, 'person' | 'grants'>[] = []
  const closed: Pick<Access, 'person' | 'grants'>[] = []
  for (const { person, affiliation, address, reason, ...rest } of given) {
    const had = before.get(person)
    const was = accessOf(had?.affiliation ?? 'none')
    const is = accessOf(affiliation)
    // Who is banned is called nothing here any more.
    const kept = affiliation === 'outcast' ? null : (had?.nick ?? null)
    const nick = rest.nick === undefined ? kept : rest.nick
    const through = rest.through && { through: rest.through }
    const entry = { address, reason, nick, ...through }
    people.set(person, affiliation === 'none' ? null : { affiliation, ...entry })
    if (was === is) continue
    if (was !== null) closed.push({ person, grants: was })
    if (is !== null) opened.push({ person, grants: is })
  }
  // Whatever was decided of him: he waits no longer.
  const requests = extras.requests.filter(({ person }) => !people.has(person))
  return { people, extras: { ...extras, requests }, opened, closed }
}

/** What an affiliation by itself says of reading: yes, no, or nothing. */
function accessOf(affiliation: GivenAffiliation['affiliation']): boolean | null {
  if (affiliation === 'none') return null
  return affiliation !== 'outcast'
}

/** The room after the change. */
export function changed(
  before: StoredRoom | null,
  change: RoomChange,
  position: LogPosition,
): StoredRoom {
  const { id, address, config, extras, subject, isLocked } = change
  const people = new Map(before?.people)
  for (const [person, entry] of change.people) {
    if (entry) people.set(person, entry)
    else people.delete(person)
  }
  const isClosed = (access: Access): boolean =>
    access.until === null &&
    change.closed.some((by) => by.person === access.person && by.grants === access.grants)
  const kept = (before?.access ?? []).map((access) =>
    isClosed(access) ? { ...access, until: position } : access,
  )
  const opened = change.opened.map((access) => ({ ...access, since: position, until: null }))
  return { id, address, config, people, access: [...kept, ...opened], extras, subject, isLocked }
}
