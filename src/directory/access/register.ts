// What stands of who may what, as the acts on record made it.

import { type Appended, type PersonId } from '../../record/types.ts'
import { type AccessItem } from './ports.ts'
import { type AccessAct, type StandingGrant, type StandingRequest } from './types.ts'

const dayMs = 86_400_000
/** What has ended is still shown for so long. */
const grantShownMs = 30 * dayMs
const requestShownMs = 90 * dayMs

export type AccessRegister = {
  readonly grants: ReadonlyMap<string, StandingGrant>
  grantsOf(person: PersonId): readonly StandingGrant[]
  readonly requests: ReadonlyMap<string, StandingRequest>
  /** @returns what of the state changes */
  apply(act: AccessAct, at: Place): readonly AccessItem[]
}

type Place = Pick<Appended, 'position' | 'at'>

/** What a text of the state has. */
type Stored = { readonly grant: StandingGrant } | { readonly request: StandingRequest }

/** @param texts as the state has them */
export function accessRegister(texts: readonly string[] = []): AccessRegister {
  const grants = keptGrants()
  const requests = keptRequests()
  for (const text of texts) {
    // Written below.
    const stored: Stored = JSON.parse(text)
    if ('grant' in stored) grants.put(stored.grant)
    else requests.put(stored.request)
  }
  return {
    grants: grants.all,
    grantsOf: (person) => grants.of(person),
    requests: requests.all,
    apply(act, at) {
      if (act.kind === 'grant.make' || act.kind === 'grant.revoke') return grants.apply(act, at)
      return requests.apply(act, at)
    },
  }
}

type GrantAct = Extract<AccessAct, { kind: 'grant.make' | 'grant.revoke' }>

function keptGrants(): {
  readonly all: ReadonlyMap<string, StandingGrant>
  readonly of: (person: PersonId) => readonly StandingGrant[]
  readonly put: (grant: StandingGrant) => AccessItem
  readonly apply: (act: GrantAct, at: Place) => readonly AccessItem[]
} {
  const all = new Map<string, StandingGrant>()
  const byPerson = new Map<PersonId, Map<string, StandingGrant>>()

  function put(grant: StandingGrant): AccessItem {
    all.set(grant.id, grant)
    const own = byPerson.get(grant.person) ?? new Map<string, StandingGrant>()
    byPerson.set(grant.person, own.set(grant.id, grant))
    return item('grant', grant.id, { grant })
  }

  function drop({ id, person }: StandingGrant): AccessItem {
    all.delete(id)
    byPerson.get(person)?.delete(id)
    return item('grant', id, null)
  }

  return {
    all,
    of: (person) => [...(byPerson.get(person)?.values() ?? [])],
    put,
    apply(act, { position, at }) {
      if (act.kind === 'grant.make') {
        const isOld = ({ until }: StandingGrant): boolean =>
          until !== null && until + grantShownMs < at
        const old = [...all.values()].filter(isOld).map(drop)
        return [...old, put({ ...act.grant, by: act.by, position })]
      }
      const grant = all.get(act.grant)
      return grant === undefined ? [] : [drop(grant)]
    },
  }
}

/** In the order of their positions. */
function keptRequests(): {
  readonly all: ReadonlyMap<string, StandingRequest>
  readonly put: (request: StandingRequest) => AccessItem
  readonly apply: (act: Exclude<AccessAct, GrantAct>, at: Place) => readonly AccessItem[]
} {
  const all = new Map<string, StandingRequest>()

  function put(request: StandingRequest): AccessItem {
    all.set(request.id, request)
    return item('request', request.id, { request })
  }

  function dropOld(now: number): readonly AccessItem[] {
    const old = [...all.values()].filter(({ expiresAt }) => expiresAt + requestShownMs < now)
    return old.map(({ id }) => {
      all.delete(id)
      return item('request', id, null)
    })
  }

  return {
    all,
    put,
    apply(act, { position, at }) {
      if (act.kind === 'approval.ask') {
        const fresh = { approvals: [], refused: null, outcome: null }
        return [...dropOld(at), put({ ...act.request, position, at, ...fresh })]
      }
      const before = all.get(act.request)
      if (before === undefined) return []
      if (act.kind === 'approval.run') return [put({ ...before, outcome: act.outcome })]
      const [by] = act.by
      if (by === undefined) return []
      const decision = { by, at, reason: act.reason }
      if (!act.approves) return [put({ ...before, refused: decision })]
      return [put({ ...before, approvals: [...before.approvals, decision] })]
    },
  }
}

function item(what: string, id: string, stored: Stored | null): AccessItem {
  return { key: `${what} ${id}`, text: stored && JSON.stringify(stored) }
}
