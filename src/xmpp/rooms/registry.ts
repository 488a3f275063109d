import { FatalError } from '../../base/errors.ts'
import { createLanes, type Lanes } from '../../base/lanes.ts'
import { type PersonId } from '../../directory/ports.ts'
import { type Draft, type LogPosition } from '../../intake/draft.ts'
import { newRoomId, roomOf, roomsArchive } from '../../intake/conversation.ts'
import { type Recorded } from '../../intake/outbound.ts'
import { type Intake } from '../../intake/ports.ts'
import { type Host } from '../host.ts'
import { onRecord, onRecordOnce } from '../reply.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import {
  actOf,
  type Author,
  changed,
  changeOf,
  draftOfAct,
  draftOfNote,
  type GivenAffiliation,
  type RoomAct,
  type RoomNote,
} from './acts.ts'
import { defaultConfig, wholeRoom } from './config.ts'
import { type RoomChange, type RoomId, type StoredRoom } from './ports.ts'
import { changesPerSnapshot, membersChanged, membersOf, newRoom, type Room } from './room.ts'

/** Rooms of one server, with those that nobody is in. */
const roomsMax = 50_000
/** Rooms that one person owns: nobody takes up all. */
const ownedMax = 5_000
/** Acts on record that the store could not be written for, as when the disk is full. */
const pendingMax = 1_000

/** All rooms, and the one way to change them: on record, then here, then in the store. */
export type Rooms = {
  find(address: string): Room | null
  get(id: RoomId): Room | null
  all(): Iterable<Room>
  /** Whether that room is there for him at all: a guest has his own, and no others. */
  isFor(room: Room, person: PersonId): boolean
  /**
   * When it resolves, the act is on record and counts.
   * @param wire words that go out because of it
   * @throws {StanzaError} when the record takes nothing, or the room has ended meanwhile; then nothing has changed
   */
  act(act: RoomAct, by: Author, wire?: string): Promise<Recorded>
  /** What is on record and changes nothing that is kept. @throws {StanzaError} as `act` */
  note(note: RoomNote, room: Room, by: Author, wire?: string): Promise<Recorded>
  /** A subject: said, on record, and then the room's. Null where it was on record before. @throws {StanzaError} as `act` */
  subject(room: Room, draft: Draft): Promise<Recorded | null>
  /** Who can see what is said, as a whole, where it is time for it. @throws {StanzaError} as `act` */
  snapshot(room: Room): Promise<void>
  /** A room, its owner's and locked: one act. @throws {StanzaError} as `act`, and when there are too many */
  makeRoom(address: string, by: Author, owner: GivenAffiliation): Promise<Room>
  /**
   * Section 10.1.2: who speaks or invites before saying how the room is to be takes it as it comes. Dino and Profanity never say.
   * @throws {StanzaError} as `act`
   */
  open(room: Room, by: Author): Promise<void>
  /** What makes or changes the room at this address, one after the other: what one has looked at, the other does not change meanwhile. */
  readonly inTurn: Lanes
  /** Applies what is on record and not in the store. Before anybody is served. */
  catchUp(): Promise<void>
}

type RoomsHost = Pick<Host, 'intake' | 'history' | 'roomStore' | 'random' | 'log' | 'directory'>

export function createRooms(host: RoomsHost): Rooms {
  const { intake, random, history } = host
  const [table, store] = [roomTable(), storeInTurn(host)]
  history.onGone((gone) => forgetSubjects(table.all(), gone))
  /**
   * On record: it counts from here on, and is written to the store when that can be.
   * @returns false where the room has ended on record before, so that it changes nothing
   */
  function count(act: RoomAct, position: LogPosition): boolean {
    const change = table.apply(act, position)
    if (change) store.write(change, position)
    return change !== null
  }

  async function write(act: RoomAct, by: Author, wire?: string): Promise<Recorded> {
    store.mustHaveRoom()
    const room = table.get(act.id)
    const address = act.kind === 'room.create' ? act.address : (room?.state.address ?? '')
    const members = room ? membersOf(room) : []
    const recorded = await onRecord(intake, draftOfAct(act, { by, members, address }, wire))
    if (!count(act, recorded.position)) {
      throw new StanzaError('item-not-found', { text: 'The room has ended meanwhile.' })
    }
    return recorded
  }

  return {
    find: table.find,
    get: table.get,
    all: table.all,
    isFor: (room, person) => isFor(room, person, host),
    act: write,
    async note(note, room, by, wire) {
      const common = { by, members: membersOf(room), address: room.state.address }
      return await onRecord(intake, draftOfNote(note, common, wire))
    },
    async subject(room, draft) {
      store.mustHaveRoom()
      const toRooms = { owner: roomsArchive, peer: null, peerDevice: '', incoming: true }
      const message = await onRecordOnce(intake, { ...draft, views: [...draft.views, toRooms] })
      if (!message) return null
      count({ kind: 'room.subject', id: room.state.id }, message.position)
      room.subject = message
      return message
    },
    snapshot: async (room) => await putSnapshot(intake, room),
    inTurn: createLanes(),
    async makeRoom(address, by, owner) {
      mayMake(table, by)
      const id = newRoomId(random)
      const config = defaultConfig(address)
      const people = [owner]
      await write({ kind: 'room.create', id, address, config, people, isLocked: true }, by)
      const room = table.get(id)
      if (!room) throw new FatalError('a room that was made is not there')
      return room
    },
    async open(room, by) {
      if (room.state.isLocked) room.opening ??= openRoom(room, async (act) => await write(act, by))
      await room.opening
    },
    catchUp: async () => await catchUp(host, { table, store, count }),
  }
}

/** What is on record and not in the store. */
async function catchUp(
  { roomStore, history }: Pick<Host, 'roomStore' | 'history'>,
  {
    table,
    store,
    count,
  }: {
    readonly table: RoomTable
    readonly store: ReturnType<typeof storeInTurn>
    readonly count: (act: RoomAct, position: LogPosition) => boolean
  },
): Promise<void> {
  const { applied, rooms } = await roomStore.load()
  for (const state of rooms) table.put(wholeRoom(state))
  for (let after = applied; ;) {
    const { items, complete } = await history.undelivered(roomsArchive, after)
    for (const { position, content } of items) {
      const { envelope, content: text } = content.opened
      count(actOf(envelope.kind, roomOf(envelope.conv), text), position)
      after = position
    }
    await store.done()
    if (complete) return
  }
}

function isFor({ state }: Room, person: PersonId, { directory }: RoomsHost): boolean {
  return directory.guests.roomsOf(person)?.has(state.id) ?? true
}

/** What was disposed of is nobody's subject any more. */
function forgetSubjects(rooms: Iterable<Room>, gone: ReadonlySet<LogPosition>): void {
  for (const room of rooms) if (room.subject && gone.has(room.subject.position)) room.subject = null
}

async function openRoom(room: Room, write: (act: RoomAct) => Promise<unknown>): Promise<void> {
  const { id, config } = room.state
  try {
    await write({ kind: 'room.config', id, config })
  } finally {
    room.opening = null
  }
}

/** @throws {StanzaError} when there are too many, here or of one owner */
function mayMake(table: RoomTable, by: Author): void {
  if (table.size >= roomsMax) {
    throw new StanzaError('resource-constraint', {
      text: `There are ${roomsMax} rooms here, and no more can be made.`,
    })
  }
  const isOwn = ({ state }: Room): boolean =>
    by.id !== null && state.people.get(by.id)?.affiliation === 'owner'
  if ([...table.all()].filter(isOwn).length < ownedMax) return
  throw new StanzaError('resource-constraint', {
    text: `You own ${ownedMax} rooms, and cannot make more.`,
  })
}

/** Rooms in memory, by id and by address. */
type RoomTable = {
  readonly size: number
  readonly find: (address: string) => Room | null
  readonly get: (id: RoomId) => Room | null
  readonly all: () => Iterable<Room>
  put(state: StoredRoom): Room
  /** @returns what is to be stored of it; null where the room has ended before */
  apply(act: RoomAct, position: LogPosition): RoomChange | null
}

function roomTable(): RoomTable {
  const byAddress = new Map<string, Room>()
  const byId = new Map<RoomId, Room>()

  function put(state: StoredRoom): Room {
    const room = byId.get(state.id) ?? newRoom(state)
    room.state = state
    byId.set(state.id, room)
    byAddress.set(state.address, room)
    return room
  }

  return {
    get size() {
      return byId.size
    },
    find: (address) => byAddress.get(address) ?? null,
    get: (id) => byId.get(id) ?? null,
    all: () => byId.values(),
    put,
    apply(act, position) {
      const before = byId.get(act.id)?.state ?? null
      // Two acts may be on their way to the record beside each other.
      if (before === null && act.kind !== 'room.create') return null
      const change = changeOf(act, before, position)
      const state = changed(before, change, position)
      const room = put(state)
      if (act.kind === 'room.affiliation') membersChanged(room)
      if (act.kind === 'room.subject') room.subject = null
      if (change.isDestroyed) {
        byId.delete(act.id)
        byAddress.delete(state.address)
      }
      return change
    },
  }
}

/** Who can see what is said, where it was not on record as a whole since the start, or many have come and gone. */
async function putSnapshot(intake: Intake, room: Room): Promise<void> {
  const changes = room.changesSinceSnapshot
  const isDue = changes === null || changes >= changesPerSnapshot
  if (isDue) room.snapshot ??= writeSnapshot(intake, room)
  await room.snapshot
}

async function writeSnapshot(intake: Intake, room: Room): Promise<void> {
  const changes = room.changesSinceSnapshot
  const members = membersOf(room)
  const { id, address } = room.state
  const note = { kind: 'room.members', id, content: { members } } as const
  const common = { by: { id: null, device: '' }, members, address }
  room.changesSinceSnapshot = 0
  try {
    await onRecord(intake, draftOfNote(note, common))
  } catch (error) {
    room.changesSinceSnapshot = changes
    throw error
  } finally {
    room.snapshot = null
  }
}

/** Writes the store one after another. What it cannot be written for is on record, counts, and is written with the next. */
function storeInTurn({ roomStore, log }: Pick<Host, 'roomStore' | 'log'>): {
  mustHaveRoom(): void
  write(change: RoomChange, position: LogPosition): void
  done(): Promise<void>
} {
  const pending: { readonly change: RoomChange; readonly position: LogPosition }[] = []
  let running: Promise<void> | null = null

  async function writeAll(): Promise<void> {
    try {
      for (let next = pending[0]; next; next = pending[0]) {
        await roomStore.apply(next.change, next.position)
        pending.shift()
      }
    } catch (error) {
      if (error instanceof FatalError) throw error
      log.error('rooms.store-behind', { acts: pending.length, error: String(error) })
    } finally {
      running = null
    }
  }
  return {
    mustHaveRoom() {
      if (pending.length < pendingMax) return
      throw new StanzaError('resource-constraint', {
        text: 'Rooms cannot be changed just now: the disk is full.',
      })
    },
    write(change, position) {
      pending.push({ change, position })
      running ??= writeAll()
    },
    async done() {
      await running
    },
  }
}
