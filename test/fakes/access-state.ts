import { type AccessState } from '../../src/directory/access/ports.ts'

/** Who may what, in memory. It passes test/conformance/access-state.ts. */
export function memoryAccess(): AccessState {
  const items = new Map<string, string>()
  let applied = -1
  return {
    load: async () => await Promise.resolve({ applied, texts: [...items.values()] }),
    async apply(changes, position) {
      await Promise.resolve()
      if (position <= applied) return
      applied = position
      for (const { key, text } of changes) {
        items.delete(key)
        if (text !== null) items.set(key, text)
      }
    },
  }
}
