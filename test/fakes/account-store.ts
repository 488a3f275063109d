import { type PersonId } from '../../src/directory/ports.ts'
import { type AccountStore, type RosterItem } from '../../src/xmpp/ports.ts'

type Kept = {
  roster: Map<string, RosterItem>
  rosterVersion: number
  blocked: readonly string[]
  deliveredTo: number
}

/** Rosters, block lists and positions in memory. It passes test/conformance/account-store.ts. */
export function fakeAccountStore(): AccountStore {
  const kept = new Map<PersonId, Kept>()
  function of(owner: PersonId): Kept {
    const known = kept.get(owner)
    if (known) return known
    const empty = { roster: new Map(), rosterVersion: 0, blocked: [], deliveredTo: -1 }
    kept.set(owner, empty)
    return empty
  }
  return {
    async load(owner) {
      const { roster, ...rest } = of(owner)
      const items = [...roster.values()].toSorted((a, b) => (a.jid < b.jid ? -1 : 1))
      return await Promise.resolve({ ...rest, roster: items })
    },
    async saveRoster(changes) {
      for (const { owner, version, jid, item } of changes) {
        of(owner).rosterVersion = version
        if (item) of(owner).roster.set(jid, item)
        else of(owner).roster.delete(jid)
      }
      await Promise.resolve()
    },
    async saveBlocked(owner, blocked) {
      of(owner).blocked = [...blocked]
      await Promise.resolve()
    },
    async saveDelivered(positions) {
      for (const { owner, deliveredTo } of positions) of(owner).deliveredTo = deliveredTo
      await Promise.resolve()
    },
  }
}
