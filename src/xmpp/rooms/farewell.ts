// XEP-0045: Multi-User Chat, version 1.35.5, section 11.2: the service shuts down
// Source: https://xmpp.org/extensions/xep-0045.html
import { type Log } from '../../base/log.ts'
import { type Host } from '../host.ts'
import { stanzaErrorOf } from '../reply.ts'
import { endIfEmpty, expel, noteLeaving } from './leave.ts'
import { type Rooms } from './registry.ts'
import { type Room } from './room.ts'

/** What it may take of the 10 s that a stop has (DESIGN.md §6). Who has not been told by then sees the stream end. */
const farewellMs = 1_000

/** All who are in are out, on record, and hear why: each of his own going alone, since the others go as well. */
export async function sayFarewell(
  rooms: Rooms,
  { timer, log }: Pick<Host, 'timer' | 'log'>,
): Promise<void> {
  const late = Promise.withResolvers<void>()
  let isLate = false
  const cancel = timer.after(farewellMs, () => {
    isLate = true
    late.resolve()
  })
  const all = async (): Promise<void> => {
    for (const room of rooms.all()) {
      if (isLate) return
      if (room.seats.size > 0) await emptied(room, rooms, log)
    }
  }
  await Promise.race([all(), late.promise])
  cancel()
}

async function emptied(room: Room, rooms: Rooms, log: Log): Promise<void> {
  const occupants = [...room.occupants.values()]
  const seats = occupants.flatMap(({ nick, seats: of }) =>
    [...of.values()].map(({ speaker }) => ({ nick, speaker })),
  )
  await Promise.all(
    seats.map(async ({ nick, speaker }) => await noteLeaving(room, nick, { from: speaker, rooms })),
  )
  for (const occupant of occupants) expel(room, occupant, { statuses: [332] })
  await endIfEmpty(room, rooms).catch((error: unknown) => {
    // Nothing can be put on record: it stays as it is.
    stanzaErrorOf(error, log)
  })
}
