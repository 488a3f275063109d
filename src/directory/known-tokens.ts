import { endsAccess } from './app-passwords/known.ts'
import { type Act, type PersonId, type StoredToken, type Token } from './ports.ts'

/** Tokens of programs in memory: those that nobody took back. */
export type KnownTokens = {
  get(id: string): Token | null
  byHash(tokenHash: string): Token | null
  /** The one that ends first first. Null: everybody's. */
  list(person: PersonId | null): Token[]
  /** It was used then. */
  use(id: string, at: number): void
  apply(act: Act): void
}

export function createKnownTokens(stored: readonly StoredToken[]): KnownTokens {
  const byId = new Map<string, StoredToken>()
  const byHash = new Map<string, string>()

  function put(token: StoredToken): void {
    byId.set(token.id, token)
    byHash.set(token.tokenHash, token.id)
  }
  function drop(id: string): void {
    const token = byId.get(id)
    if (token === undefined) return
    byId.delete(id)
    byHash.delete(token.tokenHash)
  }
  const get = (id: string | undefined): Token | null => {
    const token = byId.get(id ?? '')
    return token === undefined ? null : shown(token)
  }
  for (const token of stored) put(token)

  return {
    get,
    byHash: (hash) => get(byHash.get(hash)),
    list: (person) =>
      [...byId.values()]
        .filter((token) => person === null || token.person === person)
        .toSorted((a, b) => a.expiresAt - b.expiresAt)
        .map(shown),
    use(id, usedAt) {
      const token = byId.get(id)
      if (token !== undefined) byId.set(id, { ...token, usedAt })
    },
    apply(act) {
      if (act.kind === 'token.make') {
        const { kind: _kind, ...token } = act
        put({ ...token, usedAt: null })
      } else if (act.kind === 'token.revoke') drop(act.token)
      else if (endsAccess(act))
        for (const { id, person } of byId.values()) if (person === act.person) drop(id)
    },
  }
}

/** Without what it is known by. */
function shown({ tokenHash: _hash, ...token }: StoredToken): Token {
  return token
}
