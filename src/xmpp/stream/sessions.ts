import { recentMap } from '../../base/recent-map.ts'
import { type PersonId } from '../../directory/ports.ts'
import { type Session } from './session.ts'

/** Ended sessions whose counts are remembered, each about 100 bytes. When there are more the oldest are forgotten. */
const endedKept = 10_000

/** All sessions, by who, where and how they are asked for. */
export type Sessions = {
  find(jid: string): Session | null
  /** By the id of XEP-0198. */
  resumable(id: string): Session | null
  /** XEP-0198 §5: how many stanzas a session of that person had handled that can be resumed no more; null when it is not known. */
  handledBefore(id: string, person: PersonId): number | null
  readonly size: number
  of(person: PersonId): readonly Session[]
  all(): Iterable<Session>
  add(session: Session): void
  /** From here on it can be found by that id. */
  addResumable(id: string, session: Session): void
  remove(session: Session): void
}

export function createSessions(): Sessions {
  const byJid = new Map<string, Session>()
  const byId = new Map<string, Session>()
  const ended = recentMap<{ readonly person: PersonId; readonly h: number }>(endedKept)
  const byPerson = new Map<PersonId, readonly Session[]>()

  return {
    find: (jid) => byJid.get(jid) ?? null,
    resumable: (id) => byId.get(id) ?? null,
    handledBefore(id, person) {
      const known = ended.get(id)
      return known?.person === person ? known.h : null
    },
    get size() {
      return byJid.size
    },
    of: (person) => byPerson.get(person) ?? [],
    all: () => byJid.values(),
    add(session) {
      byJid.set(session.jid.text, session)
      const { id } = session.person
      byPerson.set(id, [...(byPerson.get(id) ?? []), session])
    },
    addResumable: (id, session) => byId.set(id, session),
    remove(session) {
      byJid.delete(session.jid.text)
      const left = (byPerson.get(session.person.id) ?? []).filter((other) => other !== session)
      if (left.length > 0) byPerson.set(session.person.id, left)
      else byPerson.delete(session.person.id)
      const id = session.management?.id ?? null
      if (id === null) return
      byId.delete(id)
      ended.set(id, { person: session.person.id, h: session.handledCount })
    },
  }
}
