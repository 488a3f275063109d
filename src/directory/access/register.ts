// What stands of who may what, as the acts on record made it.

import { type Appended, type PersonId } from '../../record/types.ts'
import { type AccessItem } from './ports.ts'
import { type AccessAct, type StandingGrant } from './types.ts'

/** What has ended is still shown for so long. */
const shownMs = 30 * 86_400_000

export type AccessRegister = {
  readonly grants: ReadonlyMap<string, StandingGrant>
  grantsOf(person: PersonId): readonly StandingGrant[]
  /** @returns what of the state changes */
  apply(act: AccessAct, at: Pick<Appended, 'position' | 'at'>): readonly AccessItem[]
}

/** What a text of the state has. */
type Stored = { readonly grant: StandingGrant }

/** @param texts as the state has them */
export function accessRegister(texts: readonly string[] = []): AccessRegister {
  const grants = new Map<string, StandingGrant>()
  const byPerson = new Map<PersonId, Map<string, StandingGrant>>()

  function put(grant: StandingGrant): AccessItem {
    grants.set(grant.id, grant)
    const own = byPerson.get(grant.person) ?? new Map<string, StandingGrant>()
    byPerson.set(grant.person, own.set(grant.id, grant))
    return { key: keyOf(grant), text: JSON.stringify({ grant } satisfies Stored) }
  }

  function drop(grant: StandingGrant): AccessItem {
    grants.delete(grant.id)
    byPerson.get(grant.person)?.delete(grant.id)
    return { key: keyOf(grant), text: null }
  }

  function dropOld(now: number): readonly AccessItem[] {
    const isOld = ({ until }: StandingGrant): boolean => until !== null && until + shownMs < now
    return [...grants.values()].filter(isOld).map(drop)
  }

  for (const text of texts) {
    // Written above.
    const { grant }: Stored = JSON.parse(text)
    put(grant)
  }

  return {
    grants,
    grantsOf: (person) => [...(byPerson.get(person)?.values() ?? [])],
    apply(act, { position, at }) {
      if (act.kind === 'grant.make')
        return [...dropOld(at), put({ ...act.grant, by: act.by, position })]
      const grant = grants.get(act.grant)
      return grant === undefined ? [] : [drop(grant)]
    },
  }
}

function keyOf({ id }: StandingGrant): string {
  return `grant ${id}`
}
