// Roles that people have beside their standing one, for a time, and for some groups, matters or rooms. Each change is an entry of the record first.

import { toHex } from '../../base/bytes.ts'
import { type Clock } from '../../base/clock.ts'
import { OperatorError } from '../../base/errors.ts'
import { type Random } from '../../base/random.ts'
import { type PersonId } from '../../record/types.ts'
import { lentRoles, type GrantedRole } from '../roles.ts'
import { type AccessLog } from './open.ts'
import { type DoneBy, type Grant, type Limits, type StandingGrant } from './types.ts'

const perPersonMax = 50
const grantsMax = 5_000
/** Of each kind of limit. */
const limitsMax = 100
const matterCharsMax = 200
const reasonCharsMax = 1_000
const dayMs = 86_400_000
/** What is lent ends. */
const lentDaysMax = 366

export const noLimits: Limits = { groups: [], matters: [], rooms: [] }

export type Grants = {
  /** Those that count now. It is on the road of each question. */
  inForce(person: PersonId): readonly Grant[]
  get(id: string): StandingGrant | null
  /** Those that nobody took back: also what begins later, and what has ended within 30 days. The newest last. */
  list(): readonly StandingGrant[]
  /** @throws {OperatorError} with one sentence; then nothing has changed */
  make(wanted: Omit<Grant, 'id'>, by: DoneBy): Promise<StandingGrant>
  /** @throws {OperatorError} where there is none */
  revoke(id: string, reason: string, by: DoneBy): Promise<void>
}

export function createGrants({
  acts,
  mayHave,
  clock,
  random,
}: {
  readonly acts: AccessLog
  /** Whether there is such a person, who may sign in. */
  readonly mayHave: (id: PersonId) => boolean
  readonly clock: Clock
  readonly random: Random
}): Grants {
  const { register } = acts
  const isInForce = ({ from, until }: Grant): boolean => {
    const now = clock.now()
    return from <= now && (until === null || now < until)
  }

  return {
    inForce: (person) => register.grantsOf(person).filter(isInForce),
    get: (id) => register.grants.get(id) ?? null,
    list: () => [...register.grants.values()].toSorted((a, b) => a.position - b.position),
    async make(wanted, by) {
      const id = toHex(random.bytes(16))
      refuseForm(wanted, clock.now())
      if (by.includes(wanted.person))
        throw new OperatorError('grants.own', 'Nobody grants himself anything: another has to.')
      return await acts.inTurn(async () => {
        if (!mayHave(wanted.person))
          throw new OperatorError('grants.no-person', 'A role is for somebody who may sign in.')
        refuseMany(register.grants, register.grantsOf(wanted.person))
        await acts.write({ kind: 'grant.make', by, grant: { id, ...wanted } })
        return found(id)
      })
    },
    async revoke(id, reason, by) {
      refuseReason(reason)
      await acts.inTurn(async () => {
        found(id)
        await acts.write({ kind: 'grant.revoke', by, grant: id, reason })
      })
    },
  }

  function found(id: string): StandingGrant {
    const grant = register.grants.get(id)
    if (grant !== undefined) return grant
    throw new OperatorError('grants.unknown', 'There is no such grant: see onrecord role list.')
  }
}

/** Whether it is good for some things only. */
export function isLimited({ limits, of }: Pick<Grant, 'limits' | 'of'>): boolean {
  const { groups, matters, rooms } = limits
  return of !== null || groups.length + matters.length + rooms.length > 0
}

function isLent(role: GrantedRole): boolean {
  return lentRoles.some((one) => one === role)
}

function refuseReason(reason: string): void {
  if (reason.trim() !== '' && reason.length <= reasonCharsMax) return
  throw new OperatorError('grants.reason', `Say why, in 1 to ${reasonCharsMax} characters.`)
}

function refuseForm(
  { role, limits, of, from, until, reason }: Omit<Grant, 'id'>,
  now: number,
): void {
  refuseReason(reason)
  if (role === 'member' || role === 'guest' || role === 'bot')
    throw new OperatorError(
      'grants.role',
      `${role} is a standing role: onrecord user role gives it.`,
    )
  if ((role === 'successor') !== (of !== null))
    throw new OperatorError('grants.role', 'A successor is one of somebody, and nobody else is.')
  const { groups, matters, rooms } = limits
  const isLong = [groups, matters, rooms].some((list) => list.length > limitsMax)
  const isEmpty = [...groups, ...matters].some(
    (name) => name === '' || name.length > matterCharsMax,
  )
  if (isLong || isEmpty)
    throw new OperatorError('grants.limits', `A limit is a list of 1 to ${limitsMax} names.`)
  const isOver = until !== null && (until <= from || until <= now)
  if (isOver) throw new OperatorError('grants.dates', 'This grant would end before it begins.')
  if (isLent(role) && (until === null || until - from > lentDaysMax * dayMs))
    throw new OperatorError('grants.dates', `This is given for ${lentDaysMax} days at most.`)
}

function refuseMany(all: ReadonlyMap<string, unknown>, own: readonly unknown[]): void {
  if (own.length < perPersonMax && all.size < grantsMax) return
  throw new OperatorError(
    'grants.too-many',
    `A person has ${perPersonMax} grants at most: take some back.`,
  )
}
