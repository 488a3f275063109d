// Tokens with which programs use the API in somebody's name. Each change is an entry of the record first.
import { toHex, utf8 } from '../base/bytes.ts'
import { type Clock } from '../base/clock.ts'
import { sha256 } from '../base/crypto.ts'
import { OperatorError } from '../base/errors.ts'
import { type Log } from '../base/log.ts'
import { type Random } from '../base/random.ts'
import { Secret } from '../base/secret.ts'
import { type ActsLog } from './acts-log.ts'
import { type KnownTokens } from './known-tokens.ts'
import { isPermission } from './permissions.ts'
import { type Actor, type PeopleState, type Person, type PersonId, type Token } from './ports.ts'

/** So that one that was lost somewhere can be found by those who look for such things. */
const prefix = 'onr_'
const secretBytes = 32
const perPersonMax = 50
const tokensMax = 10_000
const nameCharsMax = 100
const dayMs = 86_400_000
export const tokenDaysMax = 365
/** How old it may be when a token was used last: each write waits for the disk. */
const usedMs = 3_600_000

export type Tokens = {
  /** @throws {OperatorError} with one sentence */
  make(
    wanted: {
      readonly person: PersonId
      readonly name: string
      readonly scopes: readonly string[]
      readonly days: number
    },
    by: Exclude<Actor, { readonly invitation: string }>,
  ): Promise<{ readonly token: Token; readonly secret: Secret<string> }>
  /** Null where it is unknown, taken back or too old, or its person may not sign in: nobody can tell these apart. */
  find(secret: string): Token | null
  /** Null: everybody's. The one that ends first first. */
  list(person: PersonId | null): readonly Token[]
  /** @param person whose it has to be; null: anybody's. @throws {OperatorError} where there is none */
  revoke(id: string, person: PersonId | null, by: Actor): Promise<void>
}

export function createTokens(parts: {
  readonly known: KnownTokens
  readonly acts: ActsLog
  readonly state: Pick<PeopleState, 'tokenUsed'>
  readonly personOf: (id: PersonId) => Person | null
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}): Tokens {
  const { known, acts, state, personOf, clock, random, log } = parts

  function used({ id, usedAt }: Token): void {
    const now = clock.now()
    if (usedAt !== null && now - usedAt < usedMs) return
    known.use(id, now)
    state.tokenUsed(id, now).catch((error: unknown) => {
      log.error('directory.token-use-not-noted', { token: id, error: String(error) })
    })
  }

  return {
    async make({ person, name, scopes, days }, by) {
      refuseForm(name, scopes, days)
      const secret = prefix + Buffer.from(random.bytes(secretBytes)).toString('base64url')
      const id = toHex(random.bytes(16))
      return await acts.inTurn(async () => {
        if (personOf(person)?.enabled !== true)
          throw new OperatorError('tokens.no-person', 'A token is for somebody who may sign in.')
        await dropOld()
        if (known.list(person).length >= perPersonMax || known.list(null).length >= tokensMax)
          throw new OperatorError(
            'tokens.too-many',
            `A person has ${perPersonMax} tokens at most: take some back.`,
          )
        const madeAt = clock.now()
        const token = {
          id,
          person,
          name,
          scopes: [...new Set(scopes)].toSorted(),
          madeAt,
          expiresAt: madeAt + days * dayMs,
        }
        await acts.write({ kind: 'token.make', ...token, tokenHash: hashOf(secret) }, by)
        return { token: { ...token, usedAt: null }, secret: new Secret(secret) }
      })

      async function dropOld(): Promise<void> {
        const now = clock.now()
        for (const old of known.list(person))
          if (old.expiresAt <= now) await acts.write({ kind: 'token.revoke', token: old.id }, by)
      }
    },
    find(secret) {
      // By its hash, so that how long it takes says nothing of tokens that are nearly right.
      const token = known.byHash(hashOf(secret))
      if (token === null || clock.now() >= token.expiresAt) return null
      if (personOf(token.person)?.enabled !== true) return null
      used(token)
      return token
    },
    list: (person) => known.list(person).filter(({ expiresAt }) => clock.now() < expiresAt),
    async revoke(id, person, by) {
      await acts.inTurn(async () => {
        const token = known.get(id)
        if (token === null || (person !== null && token.person !== person))
          throw new OperatorError('tokens.unknown', 'There is no such token: see the list of them.')
        await acts.write({ kind: 'token.revoke', token: id }, by)
      })
    },
  }
}

function refuseForm(name: string, scopes: readonly string[], days: number): void {
  if (name.trim() === '' || name.length > nameCharsMax)
    throw new OperatorError('tokens.name', `A token has a name of 1 to ${nameCharsMax} characters.`)
  const unknown = scopes.find((scope) => !isPermission(scope))
  if (scopes.length === 0 || unknown !== undefined)
    throw new OperatorError(
      'tokens.scope',
      `${unknown === undefined ? 'A token is for something' : `${unknown} is no permission`}: the page /api and GET /api/v1/permissions list permissions.`,
    )
  if (!Number.isInteger(days) || days < 1 || days > tokenDaysMax)
    throw new OperatorError('tokens.days', `A token is good for 1 to ${tokenDaysMax} days.`)
}

function hashOf(secret: string): string {
  return toHex(sha256(utf8(secret)))
}
