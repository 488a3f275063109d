import {
  type ConnectionState,
  type KeptConnection,
  type LookCount,
  type LookState,
} from '../../src/audit/ports.ts'

export function memoryConnections(): ConnectionState {
  let rows: KeptConnection[] = []
  let last = 0
  return {
    async add(connections) {
      rows.push(...connections.map((one) => ({ ...one, id: ++last })))
      await Promise.resolve()
    },
    find: async ({ person, before, limit }) =>
      await Promise.resolve(
        rows
          .toReversed()
          .filter((one) => person === undefined || one.person === person)
          .filter(({ id }) => before === null || id < before)
          .slice(0, limit),
      ),
    async sweep(before, keptMax) {
      rows = rows.filter(({ at }) => at >= before).slice(-keptMax)
      await Promise.resolve()
    },
  }
}

export function memoryLooks(): LookState {
  const counts = new Map<string, LookCount>()
  let applied = -1
  return {
    applied: async () => await Promise.resolve(applied),
    async add(looks, position) {
      applied = position
      for (const look of looks) {
        const key = `${look.person} ${look.month} ${look.category}`
        const before = counts.get(key)?.records ?? 0
        counts.set(key, { ...look, records: before + look.records })
      }
      await Promise.resolve()
    },
    of: async (person) =>
      await Promise.resolve(
        [...counts.values()]
          .filter((look) => look.person === person)
          .map(({ month, category, records }) => ({ month, category, records }))
          .toSorted((a, b) => `${a.month} ${a.category}`.localeCompare(`${b.month} ${b.category}`)),
      ),
  }
}
