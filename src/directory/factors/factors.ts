// Second factors of people. That there is one is on record first; what it is checked with is sealed, and nowhere else.
import { toHex } from '../../base/bytes.ts'
import { type Clock } from '../../base/clock.ts'
import { OperatorError } from '../../base/errors.ts'
import { type Random } from '../../base/random.ts'
import { type PersonId } from '../../record/types.ts'
import { type ActsLog } from '../acts-log.ts'
import { type Actor, type Person } from '../ports.ts'
import { type KnownFactors } from './known-factors.ts'
import { type Factor, type FactorSecret, type FactorState } from './ports.ts'

const perPersonMax = 10
const nameCharsMax = 100

/** A factor, and what it is checked with. */
export type HeldFactor = { readonly factor: Factor; readonly secret: FactorSecret }

export type Factors = {
  /** The oldest first. */
  of(person: PersonId): readonly Factor[]
  /** Whether a password alone is not enough. */
  guards(person: PersonId): boolean
  /** Those that can be checked: after a restore one may be on record, and its secret gone. */
  held(person: PersonId): Promise<readonly HeldFactor[]>
  /** @throws {OperatorError} with one sentence */
  add(person: PersonId, secret: FactorSecret, by: Actor): Promise<Factor>
  /** With the last one, recovery codes go too. @throws {OperatorError} where the person has none of that id */
  remove(person: PersonId, id: string, by: Actor): Promise<void>
  /** All of them. On record also where there are none, as who asks for it ends sessions in browsers all the same. */
  reset(person: PersonId, by: Actor): Promise<void>
  /** Durable when it resolves: it was used. */
  change(id: string, secret: FactorSecret): Promise<void>
}

export function createFactors(parts: {
  readonly known: KnownFactors
  readonly acts: ActsLog
  readonly state: FactorState
  readonly personOf: (id: PersonId) => Person | null
  readonly clock: Clock
  readonly random: Random
}): Factors {
  const { known, acts, state, personOf, clock, random } = parts

  return {
    of: (person) => known.of(person),
    guards: (person) => isGuarded(known.of(person)),
    async held(person) {
      const all = known.of(person)
      const secrets = await state.find(all.map(({ id }) => id))
      return all.flatMap((factor) => {
        const secret = secrets.get(factor.id)
        return secret === undefined ? [] : [{ factor, secret }]
      })
    },
    async add(person, secret, by) {
      refuseName(secret.name)
      const id = toHex(random.bytes(16))
      const { kind: type, name } = secret
      return await acts.inTurn(async () => {
        refusePerson(personOf(person))
        refuseMore(known.of(person), secret)
        const madeAt = clock.now()
        // If we stop after this, no act names it, and the next start drops it.
        await state.put(id, secret)
        const act = { kind: 'factor.add', factor: id, person, type, name, madeAt } as const
        await acts.write(act, by)
        return { id, person, kind: type, madeAt }
      })
    },
    async remove(person, id, by) {
      await acts.inTurn(async () => {
        const before = known.of(person)
        if (!before.some((one) => one.id === id))
          throw new OperatorError('factors.unknown', 'You have no such factor: see the list.')
        const isLast = !before.some((one) => one.id !== id && isReal(one))
        const factor = isLast ? null : id
        await acts.write({ kind: 'factor.remove', person, factor }, by)
      })
    },
    async reset(person, by) {
      await acts.inTurn(async () => {
        await acts.write({ kind: 'factor.remove', person, factor: null }, by)
      })
    },
    change: async (id, secret) => await state.change(id, secret),
  }
}

/** Recovery codes alone are for nothing. */
export function isGuarded(factors: readonly Factor[]): boolean {
  return factors.some(isReal)
}

function isReal({ kind }: Pick<Factor, 'kind'>): boolean {
  return kind !== 'recovery'
}

function refusePerson(person: Person | null): void {
  if (person?.enabled !== true)
    throw new OperatorError('factors.no-person', 'A factor is for somebody who may sign in.')
}

function refuseName(name: string): void {
  if (name.trim() === '' || name.length > nameCharsMax)
    throw new OperatorError(
      'factors.name',
      `A factor has a name of 1 to ${nameCharsMax} characters.`,
    )
}

function refuseMore(before: readonly Factor[], secret: FactorSecret): void {
  if (secret.kind === 'recovery' && !before.some(isReal))
    throw new OperatorError(
      'factors.first',
      'Recovery codes are for who has lost another factor: add a passkey or an app first.',
    )
  if (before.length >= perPersonMax && secret.kind !== 'recovery')
    throw new OperatorError(
      'factors.too-many',
      `A person has ${perPersonMax} factors at most: remove one.`,
    )
}
