import { type RetentionState } from '../../src/record/retention/ports.ts'

/** What stands of retention, in memory. It passes test/conformance/retention-state.ts. */
export function memoryRetentionState(): RetentionState {
  const items = new Map<string, { readonly position: number; readonly text: string }>()
  let applied = -1
  return {
    load: async () =>
      await Promise.resolve({
        applied,
        items: [...items.values()].toSorted((a, b) => a.position - b.position),
      }),
    async apply({ key, text, position }) {
      await Promise.resolve()
      if (position <= applied) return
      applied = position
      items.delete(key)
      if (text !== null) items.set(key, { position, text })
    },
  }
}
