import { type WitnessState } from '../../src/record/witness/ports.ts'

/** In memory. Writes take a turn of the event loop, as files do. */
export function memoryWitnessState(): WitnessState & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>()
  return {
    kept,
    read: async (origin) => await Promise.resolve(kept.get(origin) ?? null),
    async replace(origin, note) {
      await new Promise((resolve) => setImmediate(resolve))
      kept.set(origin, note)
    },
  }
}
