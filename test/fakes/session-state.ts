import { type SessionState, type StoredSession } from '../../src/directory/web/ports.ts'

/** Sessions in memory. */
export function memorySessions(): SessionState {
  const sessions = new Map<string, StoredSession>()
  return {
    load: async () => await Promise.resolve([...sessions.values()]),
    async put(session) {
      sessions.set(session.id, session)
      await Promise.resolve()
    },
    async remove(id) {
      sessions.delete(id)
      await Promise.resolve()
    },
    async dropBefore(since) {
      for (const [id, session] of sessions) if (session.since < since) sessions.delete(id)
      await Promise.resolve()
    },
  }
}
