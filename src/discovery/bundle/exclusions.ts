import { type LogPosition } from '../../record/types.ts'
import { line } from './lines.ts'
import { type BundleScope } from './ports.ts'
import { fates, type Selection } from './select.ts'

/** Why a record is not in a bundle: the words of `excluded.jsonl`. */
export type Reason =
  | 'other-conversation'
  | 'not-of-person'
  | 'withheld'
  | 'destroyed'
  | 'unreadable'

/** Positions from (inclusive) to (exclusive). */
export type Exclusion = {
  readonly from: LogPosition
  readonly to: LogPosition
  readonly reason: Reason
  /** Of what is withheld: why, in the officer's words. */
  readonly note?: string
}

/** Runs of positions that are not shown, ascending, each with its reason. */
export function* exclusions(
  { from, fates: all }: Selection,
  { withhold }: Pick<BundleScope, 'withhold'>,
): Generator<Exclusion> {
  const noteAt = (i: number): string | null => (all[i] === fates.withheld ? noteOf(from + i) : null)
  const noteOf = (position: LogPosition): string =>
    withhold.find((one) => one.from <= position && position < one.to)?.reason ?? ''
  for (let i = 0; i < all.length;) {
    const [reason, note] = [reasonOf(all[i] ?? 0), noteAt(i)]
    const start = i
    while (i < all.length && reasonOf(all[i] ?? 0) === reason && noteAt(i) === note) i++
    if (reason === null) continue
    const run = { from: from + start, to: from + i, reason }
    yield note === null ? run : { ...run, note }
  }
}

export function exclusionLine(exclusion: Exclusion): string {
  return line(exclusion)
}

function reasonOf(fate: number): Reason | null {
  if (fate === fates.otherConversation) return 'other-conversation'
  if (fate === fates.notOfPerson) return 'not-of-person'
  if (fate === fates.withheld) return 'withheld'
  if (fate === fates.destroyed) return 'destroyed'
  return fate === fates.damaged ? 'unreadable' : null
}
