import { type PersonId } from '../../src/directory/ports.ts'
import { type PushStore, type PushTarget } from '../../src/xmpp/push/ports.ts'

/** In memory. It passes test/conformance/push-store.ts. */
export function fakePushStore(): PushStore {
  const kept = new Map<PersonId, readonly PushTarget[]>()
  return {
    load: async () => await Promise.resolve(new Map(kept)),
    async save(owner, targets) {
      if (targets.length === 0) kept.delete(owner)
      else kept.set(owner, structuredClone(targets))
      await Promise.resolve()
    },
  }
}
