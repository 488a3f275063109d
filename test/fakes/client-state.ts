import { type ClientState, type StoredClient } from '../../src/directory/ports.ts'

/** Clients with tokens in memory. It passes test/conformance/client-state.ts. */
export function fakeClientState(): ClientState {
  const all = new Map<string, StoredClient>()
  const drop = async (isGone: (client: StoredClient) => boolean): Promise<void> => {
    for (const [key, client] of all) if (isGone(client)) all.delete(key)
    await Promise.resolve()
  }
  return {
    find: async (person, id) => await Promise.resolve(all.get(`${person} ${id}`) ?? null),
    async of(person) {
      const own = [...all.values()].filter((client) => client.person === person)
      return await Promise.resolve(own.toSorted(seenLast))
    },
    async put(client) {
      all.set(`${client.person} ${client.id}`, client)
      await Promise.resolve()
    },
    remove: async (person, id) =>
      await drop((client) => client.person === person && client.id === id),
    removeAll: async (person) => await drop((client) => client.person === person),
    dropExpired: async (now) =>
      await drop(
        ({ current, next }) => Math.max(current?.expiresAt ?? 0, next?.expiresAt ?? 0) <= now,
      ),
  }
}

function seenLast(a: StoredClient, b: StoredClient): number {
  return b.lastSeen - a.lastSeen || (a.id < b.id ? -1 : 1)
}
