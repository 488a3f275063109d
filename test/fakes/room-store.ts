import { type LogPosition } from '../../src/intake/draft.ts'
import { type RoomId, type RoomStore, type StoredRoom } from '../../src/xmpp/rooms/ports.ts'

/** Rooms in memory. It passes test/conformance/room-store.ts. */
export function fakeRoomStore(): RoomStore {
  const rooms = new Map<RoomId, StoredRoom>()
  let applied: LogPosition = -1
  return {
    async load() {
      return await Promise.resolve({ applied, rooms: [...rooms.values()] })
    },
    async apply(change, position) {
      await Promise.resolve()
      if (position <= applied) return
      applied = position
      const { id, address, config, extras, subject, isLocked } = change
      const before = rooms.get(id)
      if (change.isDestroyed) {
        rooms.delete(id)
        return
      }
      const people = new Map(before?.people)
      for (const [person, entry] of change.people) {
        if (entry) people.set(person, entry)
        else people.delete(person)
      }
      const access = (before?.access ?? []).map((one) => {
        const ends = change.closed.some(
          ({ person, grants }) => person === one.person && grants === one.grants,
        )
        return ends && one.until === null ? { ...one, until: position } : one
      })
      const opened = change.opened.map((one) => ({ ...one, since: position, until: null }))
      const room = { id, address, config, extras, subject, isLocked, people }
      rooms.set(id, { ...room, access: [...access, ...opened] })
    },
  }
}
