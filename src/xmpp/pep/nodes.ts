import { createLanes, type Lanes } from '../../base/lanes.ts'
import { lru } from '../../base/lru.ts'
import { type PersonId } from '../../directory/ports.ts'
import { wholeNode } from './config.ts'
import { type PepNode, type PepStore } from './ports.ts'

/** People whose nodes are kept in memory. */
const peopleCachedMax = 10_000

/** People's nodes, kept in memory as they are in the store. */
export type Nodes = {
  of(owner: PersonId): Promise<ReadonlyMap<string, PepNode>>
  save(owner: PersonId, node: PepNode): Promise<void>
  remove(owner: PersonId, name: string): Promise<void>
  /** One change of a person's things after the other, so that all see them in one order. */
  readonly inTurn: Lanes
}

export function createNodes(store: PepStore): Nodes {
  const cached = lru<PersonId, Promise<Map<string, PepNode>>>({ costMax: peopleCachedMax })

  async function load(owner: PersonId): Promise<Map<string, PepNode>> {
    const nodes = await store.nodes(owner)
    return new Map(nodes.map((node) => [node.name, wholeNode(node)]))
  }

  async function of(owner: PersonId): Promise<Map<string, PepNode>> {
    const known = cached.get(owner)
    if (known) {
      // What could not be read is read again.
      const nodes = await known.catch(() => null)
      if (nodes) return nodes
    }
    const loading = load(owner)
    cached.set(owner, loading)
    return await loading
  }

  return {
    of,
    async save(owner, node) {
      const nodes = await of(owner)
      await store.saveNode(owner, node)
      nodes.set(node.name, node)
    },
    async remove(owner, name) {
      const nodes = await of(owner)
      await store.deleteNode(owner, name)
      nodes.delete(name)
    },
    inTurn: createLanes(),
  }
}
