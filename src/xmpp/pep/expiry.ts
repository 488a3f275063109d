// XEP-0060 section 8.2, `pubsub#item_expire`: items that are older are not there.
import { type Clock } from '../../base/clock.ts'
import { type Nodes } from './nodes.ts'
import { type KeptItem, type PepStore } from './ports.ts'

/** The store without what has expired. What has is taken out of it with the next publish of its node. */
export function withExpiry(
  store: PepStore,
  { nodes, clock }: { readonly nodes: Pick<Nodes, 'of'>; readonly clock: Clock },
): PepStore {
  /** Null: nothing expires. */
  async function oldestOf(
    owner: Parameters<PepStore['items']>[0],
    name: string,
  ): Promise<number | null> {
    const seconds = (await nodes.of(owner)).get(name)?.config.itemExpireSeconds ?? null
    return seconds === null ? null : clock.now() - seconds * 1_000
  }

  return {
    ...store,
    async items(owner, name, choice) {
      const [oldest, items] = [await oldestOf(owner, name), await store.items(owner, name, choice)]
      return oldest === null ? items : items.filter(({ at }) => at > oldest)
    },
    async putItem(owner, name, item, keep) {
      await store.putItem(owner, name, item, keep)
      const oldest = await oldestOf(owner, name)
      if (oldest === null) return
      const all = await store.items(owner, name, { newest: keep })
      const expired = all.filter(({ at }: KeptItem) => at <= oldest).map(({ id }) => id)
      if (expired.length > 0) await store.removeItems(owner, name, expired)
    },
  }
}
