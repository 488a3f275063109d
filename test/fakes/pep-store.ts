import { type KeptItem, type PepNode, type PepStore } from '../../src/xmpp/pep/ports.ts'

/** People's nodes in memory. It passes test/conformance/pep-store.ts. */
export function fakePepStore(): PepStore {
  const nodes = new Map<string, Map<string, PepNode>>()
  const items = new Map<string, readonly KeptItem[]>()
  const itemsOf = (owner: string, name: string): readonly KeptItem[] =>
    items.get(keyOf(owner, name)) ?? []

  return {
    nodes: async (owner) =>
      [...(nodes.get(owner)?.values() ?? [])].toSorted(
        (a, b) => a.createdAt - b.createdAt || (a.name < b.name ? -1 : 1),
      ),
    async saveNode(owner, node) {
      const mine = nodes.get(owner) ?? new Map<string, PepNode>()
      nodes.set(owner, mine.set(node.name, structuredClone(node)))
    },
    async deleteNode(owner, name) {
      nodes.get(owner)?.delete(name)
      items.delete(keyOf(owner, name))
    },
    async items(owner, name, choice) {
      const all = itemsOf(owner, name)
      if ('ids' in choice) return all.filter(({ id }) => choice.ids.includes(id))
      return all.slice(-choice.newest)
    },
    async putItem(owner, name, item, keep) {
      const others = itemsOf(owner, name).filter(({ id }) => id !== item.id)
      items.set(keyOf(owner, name), [...others, item].slice(-keep))
    },
    async replaceItems(owner, name, changed) {
      const now = itemsOf(owner, name).map(
        (item) => changed.find(({ id }) => id === item.id) ?? item,
      )
      items.set(keyOf(owner, name), now)
    },
    async removeItems(owner, name, ids) {
      const kept = ids === null ? [] : itemsOf(owner, name).filter(({ id }) => !ids.includes(id))
      items.set(keyOf(owner, name), kept)
    },
    holders: async (owners, names) =>
      owners.filter((owner) => names.some((name) => nodes.get(owner)?.has(name))),
  }
}

function keyOf(owner: string, name: string): string {
  return `${owner} ${name}`
}
