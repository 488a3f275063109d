import { type Leaving } from '../api/people/leaving.ts'
import { isOwnedAlone } from '../xmpp/rooms/hand-over.ts'
import { wholeRoom } from '../xmpp/rooms/config.ts'
import { type Storage } from './storage.ts'

/** Where no server runs nobody is signed in, and rooms stay as they are: who changes one has to tell those who are in. */
export function leavingOffline(
  { rooms, directory }: Pick<Storage, 'rooms' | 'directory'>,
  domain: string,
): Leaving {
  return {
    isRunning: false,
    sessions: () => 0,
    async ownedAlone(person) {
      const stored = (await rooms.load()).rooms.map(wholeRoom)
      return stored
        .filter(({ people }) => isOwnedAlone(people, person, { directory, domain }))
        .map(({ address }) => address)
    },
    handOver: async () => await Promise.reject(new Error('no room changes without a server')),
  }
}
