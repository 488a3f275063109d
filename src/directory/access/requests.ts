// Acts that wait for another person. What is asked, decided and done are entries of the record first. DESIGN.md §7.

import { toHex } from '../../base/bytes.ts'
import { type Clock } from '../../base/clock.ts'
import { OperatorError } from '../../base/errors.ts'
import { type Random } from '../../base/random.ts'
import { type PersonId } from '../../record/types.ts'
import { type AccessLog } from './open.ts'
import { type Outcome, type Request, type StandingRequest } from './types.ts'

const perPersonMax = 50
const waitingMax = 1_000
/** Of what the route is asked, as JSON. */
const askedCharsMax = 65_536
const reasonCharsMax = 1_000
const dayMs = 86_400_000

/** `approved`: it is carried out in a moment, or at the next start. */
export type RequestState = 'waits' | 'approved' | 'refused' | 'expired' | Outcome['state']

export type Requests = {
  get(id: string): StandingRequest | null
  /** The newest first; what has ended stays for 90 days. */
  list(): readonly StandingRequest[]
  stateOf(request: StandingRequest): RequestState
  /** @param days until it expires @throws {OperatorError} when there are too many */
  ask(wanted: Omit<Request, 'id' | 'expiresAt'>, days: number): Promise<StandingRequest>
  /**
   * With the last approval that it needs it can begin.
   * @throws {OperatorError} when it does not wait, or is his own, or about him, or he has approved it before
   */
  decide(decision: {
    readonly id: string
    readonly by: PersonId
    readonly approves: boolean
    readonly reason: string
  }): Promise<StandingRequest>
  /** Once: whoever comes second is refused. On record before anything is done. @throws {OperatorError} unless it is approved */
  begin(id: string): Promise<StandingRequest>
  end(id: string, outcome: Ended): Promise<StandingRequest>
}

export type Ended =
  | Exclude<Outcome, { readonly state: 'begun' | 'unknown' }>
  | { readonly state: 'unknown' }

export function createRequests({
  acts,
  clock,
  random,
}: {
  readonly acts: AccessLog
  readonly clock: Clock
  readonly random: Random
}): Requests {
  const { requests } = acts.register
  const list = (): StandingRequest[] => [...requests.values()].toReversed()
  const stateOf = (request: StandingRequest): RequestState => stateAt(request, clock.now())

  function found(id: string): StandingRequest {
    const request = requests.get(id)
    if (request !== undefined) return request
    throw new OperatorError('approvals.unknown', 'Nothing waits under that id: see the list.')
  }

  return {
    get: (id) => requests.get(id) ?? null,
    list,
    stateOf,
    async ask(wanted, days) {
      if (JSON.stringify(wanted.asked).length > askedCharsMax)
        throw new OperatorError('approvals.too-large', 'This is too large to wait for somebody.')
      const id = toHex(random.bytes(16))
      return await acts.inTurn(async () => {
        refuseMany(
          wanted.person,
          list().filter((one) => stateOf(one) === 'waits'),
        )
        const request = { id, ...wanted, expiresAt: clock.now() + days * dayMs }
        await acts.write({ kind: 'approval.ask', by: [wanted.person], request })
        return found(id)
      })
    },
    async decide({ id, by, approves, reason }) {
      if (reason.length > reasonCharsMax)
        throw new OperatorError(
          'approvals.reason',
          `A reason has at most ${reasonCharsMax} characters.`,
        )
      return await acts.inTurn(async () => {
        const request = found(id)
        refuseOver(stateOf(request), 'waits')
        if (approves) refuseApproval(request, by)
        await acts.write({ kind: 'approval.decide', by: [by], request: id, approves, reason })
        return found(id)
      })
    },
    async begin(id) {
      return await acts.inTurn(async () => {
        const request = found(id)
        refuseOver(stateOf(request), 'approved')
        const outcome = { state: 'begun' } as const
        await acts.write({ kind: 'approval.run', by: [], request: id, outcome })
        return request
      })
    },
    async end(id, outcome) {
      return await acts.inTurn(async () => {
        await acts.write({ kind: 'approval.run', by: [], request: id, outcome })
        return found(id)
      })
    },
  }
}

function stateAt(
  { outcome, refused, approvals, needs, expiresAt }: StandingRequest,
  now: number,
): RequestState {
  if (outcome !== null) return outcome.state
  if (refused !== null) return 'refused'
  if (now >= expiresAt) return 'expired'
  return approvals.length + 1 >= needs ? 'approved' : 'waits'
}

function refuseMany(person: PersonId, waiting: readonly StandingRequest[]): void {
  const own = waiting.filter((one) => one.person === person)
  if (waiting.length < waitingMax && own.length < perPersonMax) return
  throw new OperatorError(
    'approvals.too-many',
    `${perPersonMax} requests of one person wait at most: have some decided first.`,
  )
}

function refuseOver(state: RequestState, wanted: RequestState): void {
  if (state === wanted) return
  throw new OperatorError(
    'approvals.over',
    `Nothing was done: this is ${state}, and not ${wanted}.`,
  )
}

function refuseApproval({ person, about, approvals }: StandingRequest, by: PersonId): void {
  if (by === person || about.includes(by))
    throw new OperatorError(
      'approvals.own',
      'Nobody approves his own, or what is about himself: another has to.',
    )
  if (approvals.some((one) => one.by === by))
    throw new OperatorError(
      'approvals.second-person',
      'You have approved this before: another has to.',
    )
}
