// What opens somebody's streams: the account's own password, or what was given to one client and is taken back alone.
import { type Clock } from '../base/clock.ts'
import { type KnownAppPasswords } from './app-passwords/known.ts'
import { type Factors } from './factors/factors.ts'
import { type KnownTokens } from './known-tokens.ts'
import { connectScope } from './permissions.ts'
import { type People } from './people.ts'
import { type Act, type Directory, type PersonId, type StoredPerson } from './ports.ts'
import {
  isFactorNeeded,
  type OwnPasswordMode,
  type SecondFactorMode,
} from './second-factor-modes.ts'

export type OpeningRules = {
  readonly ownPassword: OwnPasswordMode
  /** Who needs a second factor. */
  readonly secondFactor: SecondFactorMode
}

type Parts = {
  readonly rules: OpeningRules
  readonly people: People
  readonly factors: { readonly guards: Factors['guards'] }
  readonly appPasswords: Pick<KnownAppPasswords, 'get'>
  readonly tokens: Pick<KnownTokens, 'get'>
  /** As a guest, where he is one. */
  readonly mayStay: (id: PersonId) => boolean
  readonly clock: Clock
}

export type Openings = Pick<Directory, 'opens' | 'onOpeningsChanged'> & {
  readonly mayStay: (id: PersonId) => boolean
  /** Whether his own password opens a stream. */
  ownOpens(person: Pick<StoredPerson, 'id' | 'role'>): boolean
  /** Before an act counts. @returns tells those who listen, once it does */
  before(act: Act): () => void
}

export function createOpenings(parts: Parts): Openings {
  const { rules, people, factors, appPasswords, tokens, clock } = parts
  const listeners: ((id: PersonId) => void)[] = []

  function isGood(id: string, person: PersonId): boolean {
    const token = tokens.get(id)
    const key = appPasswords.get(id) ?? (token?.scopes.includes(connectScope) ? token : null)
    return key !== null && key.person === person && clock.now() < key.expiresAt
  }
  function ownOpens({ id, role }: Pick<StoredPerson, 'id' | 'role'>): boolean {
    if (rules.ownPassword !== 'unless-factor') return rules.ownPassword === 'always'
    return !factors.guards(id) && !isFactorNeeded(rules.secondFactor, role)
  }

  return {
    ownOpens,
    mayStay: parts.mayStay,
    opens(id, key) {
      const person = people.get(id)
      if (person?.state !== 'active' || !parts.mayStay(id)) return false
      return key === null ? ownOpens(person) : isGood(key, id)
    },
    onOpeningsChanged: (listener) => listeners.push(listener),
    before(act) {
      const whose = whoseOpenings(act, tokens)
      return () => {
        if (whose !== null) for (const listener of listeners) listener(whose)
      }
    },
  }
}

/** Whose streams may have to end with that act; where all of somebody's do, others see to it. */
function whoseOpenings(act: Act, tokens: Pick<KnownTokens, 'get'>): PersonId | null {
  if (act.kind === 'token.revoke') return tokens.get(act.token)?.person ?? null
  const { kind } = act
  const changes = kind === 'app-password.revoke' || kind === 'factor.add' || kind === 'person.role'
  return changes ? act.person : null
}
