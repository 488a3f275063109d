import { type Kysely, type Transaction } from 'kysely'
import { FatalError } from '../../base/errors.ts'
import { fromUtf8, utf8 } from '../../base/bytes.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { personId } from '../../record/ids.ts'
import {
  type Access,
  type Affiliated,
  type RoomChange,
  type RoomConfig,
  type RoomExtras,
  type RoomId,
  type RoomStore,
  type StoredRoom,
} from '../../xmpp/rooms/ports.ts'
import { appliedIn, noteApplied } from './projection.ts'
import { type Schema } from './schema.ts'

type Sealing = Pick<Keys, 'seal' | 'unseal'>

/** What of a room is sealed in its row. */
type Words = {
  readonly address: string
  readonly config: RoomConfig
  readonly extras: RoomExtras
  readonly isLocked: boolean
}

/** What was sealed was written here, under our keys and its own label, so it has the form that it was given. */
// oxlint-disable-next-line typescript/no-explicit-any
type Fields = any

/** Rooms in the relational store, with all that is words in them sealed. */
export function relationalRooms(db: Kysely<Schema>, keys: Sealing): RoomStore {
  return {
    async load() {
      const applied = await appliedIn(db, 'rooms')
      const rows = await db.selectFrom('room').selectAll().orderBy('id').execute()
      const people = await peopleOf(db, keys)
      const access = await accessOf(db)
      const rooms = rows.map(({ id, sealed, subject }): StoredRoom => {
        const room = personId(id)
        const words: Words = opened(keys, `room ${id}`, sealed)
        return {
          id: room,
          ...words,
          people: people.get(room) ?? new Map(),
          access: access.get(room) ?? [],
          subject,
        }
      })
      return { applied, rooms }
    },

    async apply(change, position) {
      await db.transaction().execute(async (tx) => {
        if (position <= (await appliedIn(tx, 'rooms'))) return
        await applyIn(tx, change, { position, keys })
        await noteApplied(tx, 'rooms', position)
      })
    },
  }
}

async function peopleOf(
  db: Kysely<Schema>,
  keys: Sealing,
): Promise<Map<RoomId, Map<RoomId, Affiliated>>> {
  const byRoom = new Map<RoomId, Map<RoomId, Affiliated>>()
  const rows = await db.selectFrom('room_person').selectAll().orderBy('person').execute()
  for (const { room, person, sealed } of rows) {
    const people = byRoom.get(personId(room)) ?? new Map<RoomId, Affiliated>()
    byRoom.set(personId(room), people)
    const entry: Affiliated = opened(keys, `room person ${room} ${person}`, sealed)
    people.set(personId(person), entry)
  }
  return byRoom
}

async function accessOf(db: Kysely<Schema>): Promise<Map<RoomId, Access[]>> {
  const byRoom = new Map<RoomId, Access[]>()
  const rows = await db.selectFrom('room_access').selectAll().orderBy('since_position').execute()
  for (const row of rows) {
    const access = byRoom.get(personId(row.room)) ?? []
    byRoom.set(personId(row.room), access)
    access.push({
      person: row.person === '' ? null : personId(row.person),
      grants: row.grants === 1,
      since: row.since_position,
      until: row.until_position,
    })
  }
  return byRoom
}

async function applyIn(
  tx: Transaction<Schema>,
  change: RoomChange,
  { position, keys }: { readonly position: number; readonly keys: Sealing },
): Promise<void> {
  const { id, address, config, extras, subject, isLocked } = change
  if (change.isDestroyed) {
    await tx.deleteFrom('room').where('id', '=', id).execute()
    await tx.deleteFrom('room_person').where('room', '=', id).execute()
    await tx.deleteFrom('room_access').where('room', '=', id).execute()
    return
  }
  const sealed = sealedJson(keys, `room ${id}`, {
    address,
    config,
    extras,
    isLocked,
  } satisfies Words)
  await tx
    .insertInto('room')
    .values({ id, sealed, subject })
    .onConflict((c) => c.column('id').doUpdateSet({ sealed, subject }))
    .execute()
  for (const [person, entry] of change.people) {
    await tx.deleteFrom('room_person').where('room', '=', id).where('person', '=', person).execute()
    if (entry === null) continue
    const words = sealedJson(keys, `room person ${id} ${person}`, entry)
    await tx.insertInto('room_person').values({ room: id, person, sealed: words }).execute()
  }
  for (const { person, grants } of change.closed) {
    await tx
      .updateTable('room_access')
      .set({ until_position: position })
      .where('room', '=', id)
      .where('person', '=', person ?? '')
      .where('grants', '=', grants ? 1 : 0)
      .where('until_position', 'is', null)
      .execute()
  }
  for (const { person, grants } of change.opened) {
    const row = { room: id, person: person ?? '', grants: grants ? 1 : 0 }
    await tx
      .insertInto('room_access')
      .values({ ...row, since_position: position, until_position: null })
      .execute()
  }
}

function sealedJson(keys: Sealing, label: string, value: object): Uint8Array {
  return keys.seal(label, utf8(JSON.stringify(value)))
}

/** What we sealed ourselves, under our keys and this label. @throws {FatalError} when it is something else */
function opened(keys: Sealing, label: string, sealed: Uint8Array): Fields {
  const bytes = keys.unseal(label, sealed)
  const text = bytes && fromUtf8(bytes)
  if (text === null)
    throw new FatalError('a row of rooms in state.db was not written by this server')
  return JSON.parse(text)
}
