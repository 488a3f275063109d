import { type Random } from '../base/random.ts'
import { type Credential, type PeopleState } from './ports.ts'
import { scramKeys, type ScramPlace } from './scram.ts'
import { type WebCost, webKeyOf, webSaltBytes } from './web-password.ts'

/** What people sign in with, in memory and in the state. */
export type Credentials = {
  /** Null when the state was lost or is of an older backup: who had it needs a new password. */
  get(id: string): Credential | null
  /** Of a prepared password; nothing is stored yet. @param use `scram`: it is for no web page */
  make(password: string, place: ScramPlace, use: 'all' | 'scram'): Promise<Credential>
  /** Stores it, then does the act that names it. If we stop in between, it is unused, and dropped at the next start. */
  use(credential: Credential, act: () => Promise<void>): Promise<void>
  /** To one that has none. @param password prepared, and found to be the one */
  addWebKey(id: string, password: string): Promise<void>
  /** Nobody signs in with it any more. */
  forget(id: string): void
}

export function createCredentials(
  parts: {
    readonly state: PeopleState
    readonly random: Random
    readonly cost: WebCost
  },
  known: readonly Credential[],
): Credentials {
  const { state, random, cost } = parts
  const byId = new Map(known.map((credential) => [credential.id, credential]))
  // A copy each, as drawn bytes are a window on a pool.
  const draw = (count: number): Buffer => Buffer.from(random.bytes(count))

  return {
    get: (id) => byId.get(id) ?? null,
    async make(password, place, use) {
      const [sha1, sha256, web] = await Promise.all([
        scramKeys(password, { ...place['sha-1'], with: 'sha-1' }),
        scramKeys(password, { ...place['sha-256'], with: 'sha-256' }),
        use === 'all' ? webKeyOf(password, draw(webSaltBytes), cost) : null,
      ])
      return { id: draw(16).toString('hex'), keys: { 'sha-1': sha1, 'sha-256': sha256 }, web }
    },
    async use(credential, act) {
      await state.putCredential(credential)
      byId.set(credential.id, credential)
      try {
        await act()
      } catch (error) {
        byId.delete(credential.id)
        throw error
      }
    },
    async addWebKey(id, password) {
      const before = byId.get(id)
      if (before === undefined || before.web !== null) return
      const web = await webKeyOf(password, draw(webSaltBytes), cost)
      await state.putWebKey(id, web)
      if (byId.get(id) === before) byId.set(id, { ...before, web })
    },
    forget(id) {
      byId.delete(id)
    },
  }
}
