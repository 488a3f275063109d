import { fromBase64, toHex } from '../../base/bytes.ts'
import { type SignedHeads } from '../../discovery/ports.ts'
import { decodeHistory } from '../../record/integrate/checkpoint-history.ts'
import { type CheckpointStore } from '../../record/integrate/ports.ts'

/** The heads of a log that were signed, as its integrator keeps them. */
export function signedHeads(store: Pick<CheckpointStore, 'read' | 'history'>): SignedHeads {
  return {
    async newest() {
      // C2SP tlog-checkpoint: origin, size, root.
      const [, size = '', encoded = ''] = (await store.read())?.split('\n') ?? []
      const root = fromBase64(encoded)
      if (!/^\d{1,16}$/.test(size) || root === null) return null
      return { size: Number(size), root: toHex(root) }
    },
    async of(size) {
      const found = decodeHistory(await store.history()).find((head) => head.size === size)
      return found === undefined ? null : { size, root: toHex(found.root) }
    },
  }
}
