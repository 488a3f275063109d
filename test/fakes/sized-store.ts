import { type SizedStore } from '../../src/record/witness/ports.ts'

/** In memory. */
export function memorySizedStore(): SizedStore & { readonly kept: Map<number, Uint8Array> } {
  const kept = new Map<number, Uint8Array>()
  return {
    kept,
    sizes: async () => await Promise.resolve([...kept.keys()].toSorted((a, b) => a - b)),
    read: async (size) => await Promise.resolve(kept.get(size) ?? null),
    write: async (size, bytes) => await Promise.resolve(void kept.set(size, bytes)),
    remove: async (size) => await Promise.resolve(void kept.delete(size)),
  }
}
