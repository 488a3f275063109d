// Placing, releasing and reporting holds. LEDGER.md §5.

import { OperatorError } from '../../base/errors.ts'
import { type Book } from '../disposal/book.ts'
import { type Record } from '../ports.ts'
import { type LogPosition, type PersonId } from '../types.ts'
import { factsOf, isOfPeople } from './facts.ts'
import { holdersOf } from './holders.ts'
import { type Hold } from './register.ts'
import { asksWhatBecame } from './query-fits.ts'
import { type MatchingOf, type RecordFacts } from './ports.ts'
import { flawOf, isInScope, isWithin, queriesOf, type Scope } from './scope.ts'

/** How much people may write in a name or a reason, in UTF-16 units. */
const nameCharsMax = 200
const reasonCharsMax = 2_000

export type HoldsParts = {
  readonly book: Book
  readonly record: Pick<Record, 'size' | 'integrated' | 'each'>
  /** As it is at the call: who may read in which room changes. */
  readonly matching: MatchingOf
  /** Distinct persons that a release takes. */
  readonly releaseNeeds: number
  /** Has the vault know which holds stand. It need not be known at once: a start makes it good. */
  readonly tell: (hold: LogPosition, stands: boolean) => Promise<void>
}

/** Part of a bucket went before the hold was placed. */
export type TooLate = {
  readonly bucket: number
  readonly run: LogPosition
  /** Position of the certificate; null: it is being disposed of. */
  readonly certificate: LogPosition | null
}

/** How many messages, and what else people do, a hold has, of those below a position. */
export type HoldCount = { readonly records: number; readonly below: LogPosition }

export type Holds = {
  /**
   * In force from the position on that is returned as its id, for what is there and for what comes.
   * @returns also what was disposed of before it, if its time reaches there
   * @throws {OperatorError} for a scope that is none, and when the record takes nothing
   */
  place(hold: {
    readonly by: PersonId
    readonly name: string
    readonly matter?: string
    readonly reason: string
    readonly scope: Scope
  }): Promise<{ readonly hold: Hold; readonly tooLate: readonly TooLate[] }>
  /**
   * Where a release takes more persons than one, it is released when the last of them has said so.
   * @throws {OperatorError} when there is no such hold, it is released, or the same person has said so before
   */
  release(release: {
    readonly by: PersonId
    readonly hold: LogPosition
    readonly reason: string
  }): Promise<Hold>
  get(id: LogPosition): Hold | null
  /** The oldest first, released ones too. */
  list(): readonly Hold[]
  /** Which holds have a record that is there now. */
  matching(record: RecordFacts): Promise<readonly LogPosition[]>
  /** Looks at all records that the hold can have, and were not looked at before: a second for each 40,000. */
  count(id: LogPosition): Promise<HoldCount>
}

export function createHolds({ book, record, matching, releaseNeeds, tell }: HoldsParts): Holds {
  const count = counter({ record, matching })
  return {
    async place({ by, name, reason, scope, ...of }) {
      refuseText('name', name, nameCharsMax)
      refuseText('reason', reason, reasonCharsMax)
      const flaw = flawOf(scope)
      if (flaw !== null)
        throw new OperatorError('hold.scope', `This is no scope of a hold: ${flaw}.`)
      return await book.inTurn(async (turn) => {
        const { position } = await turn.act({ kind: 'hold.place', by, name, ...of, reason, scope })
        await tell(position, true)
        return { hold: found(book, position), tooLate: tooLateFor(scope, book) }
      })
    },

    async release({ by, hold: id, reason }) {
      refuseText('reason', reason, reasonCharsMax)
      return await book.inTurn(async (turn) => {
        const hold = found(book, id)
        if (hold.released !== null)
          throw new OperatorError('hold.released', `The hold ${id} is released already.`)
        if (hold.releases.some((one) => one.by === by))
          throw new OperatorError(
            'hold.second-person',
            `The same person has asked for the release of hold ${id} before: another has to.`,
          )
        await turn.act({ kind: 'hold.release', by, hold: id, reason, needs: releaseNeeds })
        const after = found(book, id)
        if (after.released !== null) await tell(id, false)
        return after
      })
    },

    get: (id) => book.holds.get(id),
    list: () => book.holds.list(),
    async matching(facts) {
      const inForce = book.holds.inForce(record.size)
      const look = await matching(queriesOf(inForce.map(({ scope }) => scope)), record.size)
      return holdersOf(facts, inForce, look)
    },
    count: async (id) => await count(found(book, id)),
  }
}

function refuseText(what: string, text: string, charsMax: number): void {
  if (text.trim() !== '' && text.length <= charsMax) return
  throw new OperatorError(`hold.${what}`, `A hold's ${what} has 1 to ${charsMax} characters.`)
}

function found({ holds }: Book, id: LogPosition): Hold {
  const hold = holds.get(id)
  if (hold) return hold
  throw new OperatorError('hold.unknown', `There is no hold ${id}: see onrecord hold list.`)
}

function tooLateFor(scope: Scope, { runs }: Book): readonly TooLate[] {
  return runs.list().flatMap(({ id, buckets }) =>
    [...buckets].flatMap(([bucket, { intent, commit, certificate }]) => {
      if (commit === null || commit.destroyed === 0) return []
      if (intent && !isWithin(scope, intent)) return []
      return [{ bucket, run: id, certificate }]
    }),
  )
}

/** Counts go on from where they were: what is on record does not change, and what was disposed of was not held. What became of it does. */
function counter({
  record,
  matching,
}: Pick<HoldsParts, 'record' | 'matching'>): (hold: Hold) => Promise<HoldCount> {
  const counts = new Map<LogPosition, Promise<HoldCount>>()

  async function goOn(hold: Hold, before: HoldCount): Promise<HoldCount> {
    const below = record.size
    await record.integrated(below)
    const look = await matching(queriesOf([hold.scope]), below)
    const isAnew = hold.scope.query !== null && asksWhatBecame(hold.scope.query)
    let { records } = isAnew ? { records: 0 } : before
    for await (const opened of record.each({ from: isAnew ? 0 : before.below, to: below })) {
      // Acts are kept for longer than any message, and the hold is one.
      if (!isOfPeople(opened)) continue
      if (isInScope(hold.scope, factsOf(opened), look) ?? true) records++
    }
    return { records, below }
  }

  return async (hold) => {
    const before = counts.get(hold.id) ?? Promise.resolve({ records: 0, below: 0 })
    const counting = before.then(async (known) => await goOn(hold, known))
    counts.set(hold.id, counting)
    counting.catch(() => counts.delete(hold.id))
    return await counting
  }
}
