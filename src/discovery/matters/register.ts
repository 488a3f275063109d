// What stands of matters and saved searches, as the acts on record made it.

import { type AccessItem } from '../../directory/access/ports.ts'
import { type Appended } from '../../record/types.ts'
import { type Matter, type MatterAct, type SavedSearch } from './types.ts'

type Stored = { readonly matter: Matter } | { readonly search: SavedSearch }

export type MatterRegister = {
  readonly matters: ReadonlyMap<string, Matter>
  readonly searches: ReadonlyMap<string, SavedSearch>
  /** @returns what of the state changes */
  apply(act: MatterAct, at: Pick<Appended, 'position' | 'at'>): readonly AccessItem[]
}

/** @param texts as the state has them */
export function matterRegister(texts: readonly string[]): MatterRegister {
  const matters = new Map<string, Matter>()
  const searches = new Map<string, SavedSearch>()

  function put(stored: Stored): readonly AccessItem[] {
    const text = JSON.stringify(stored)
    if ('matter' in stored) {
      matters.set(stored.matter.name, stored.matter)
      return [{ key: `matter ${stored.matter.name}`, text }]
    }
    searches.set(stored.search.id, stored.search)
    return [{ key: `search ${stored.search.id}`, text }]
  }
  // Written above.
  for (const text of texts) put(JSON.parse(text))

  return {
    matters,
    searches,
    apply(act, { position, at }) {
      switch (act.kind) {
        case 'matter.open': {
          const { by: openedBy, name, reference, description, people } = act
          const facts = { name, reference, description, people }
          return put({ matter: { ...facts, openedAt: at, openedBy, closed: null, position } })
        }
        case 'search.save':
          return put({ search: { ...act.search, position } })
        case 'search.drop':
          searches.delete(act.search)
          return [{ key: `search ${act.search}`, text: null }]
        case 'matter.change':
        case 'matter.close': {
          const before = matters.get(act.matter)
          if (before === undefined) return []
          if (act.kind === 'matter.close')
            return put({ matter: { ...before, closed: { at, by: act.by, reason: act.reason } } })
          const { reference, description, people } = act
          return put({ matter: { ...before, reference, description, people } })
        }
        default:
          return act satisfies never
      }
    },
  }
}
