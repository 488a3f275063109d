// What the vault itself refuses to destroy, whoever asks for it: LEDGER.md §4 "Key retention lock". It knows the period of each class, as it
// was told last, and the holds that stand. A locked class is only ever made longer here, too, whatever it is told later.

import { OperatorError } from '../../base/errors.ts'
import { addPeriod, isAsLong, periodText } from '../retention/period.ts'
import { type BucketClass, type ClassDuty } from '../retention/ports.ts'
import { type LogPosition } from '../types.ts'
import { type Bucket, type BucketDuty, type NodeChange } from './ports.ts'

/** What runs for the buckets of a vault. */
export type Duties = {
  /** By the name of the class. */
  readonly classes: Readonly<Record<string, ClassDuty>>
  /** Positions of the acts that placed the holds that stand, ascending. */
  readonly holds: readonly LogPosition[]
}

export const noDuties: Duties = { classes: {}, holds: [] }

/** The vault is read and written as a whole. */
const holdsMax = 10_000

/** @returns the same when that changes nothing */
export function withClasses(duties: Duties, told: readonly BucketClass[]): Duties {
  const changed = told.flatMap(({ name, duty }) => {
    const before = toldOf(name, duties)
    const next = duty && longer(before, duty)
    return next && next !== before ? [[name, next] as const] : []
  })
  if (changed.length === 0) return duties
  return { ...duties, classes: { ...duties.classes, ...Object.fromEntries(changed) } }
}

/** A class may be called as something that every object has. */
function toldOf(name: string, { classes }: Pick<Duties, 'classes'>): ClassDuty | undefined {
  return Object.hasOwn(classes, name) ? classes[name] : undefined
}

function longer(before: ClassDuty | undefined, told: ClassDuty): ClassDuty {
  if (before === undefined) return told
  const isSame = periodText(before.keep) === periodText(told.keep)
  if (isSame && (before.locked || !told.locked)) return before
  if (!before.locked) return told
  return isAsLong(told.keep, before.keep) ? { keep: told.keep, locked: true } : before
}

/** @returns the same when that changes nothing @throws {OperatorError} when there are too many */
export function withHold(duties: Duties, hold: LogPosition, stands: boolean): Duties {
  if (duties.holds.includes(hold) === stands) return duties
  const others = duties.holds.filter((one) => one !== hold)
  if (!stands) return { ...duties, holds: others }
  if (others.length < holdsMax)
    return { ...duties, holds: [...others, hold].toSorted((a, b) => a - b) }
  throw new OperatorError('key.holds', `The vault takes note of ${holdsMax} holds at most.`)
}

/** What runs for a bucket by its class; null: the vault was told nothing of that. */
export function dutyOf(
  { class: name, to }: Pick<Bucket, 'class' | 'to'>,
  { classes }: Duties,
): BucketDuty | null {
  const found = toldOf(name, { classes })
  return found ? { until: addPeriod(to, found.keep), isLocked: found.locked } : null
}

/** Whether its time is over. */
export function dutyIsOver(duty: BucketDuty | null, nowMs: number): boolean {
  return duty === null || (duty.until !== null && duty.until <= nowMs)
}

/** @throws {OperatorError} when a duty runs for a bucket that is to lose something, or a hold was not looked at */
export function refuseLoss(
  buckets: readonly Bucket[],
  changes: readonly NodeChange[],
  { duties, nowMs }: { readonly duties: Duties; readonly nowMs: number },
): void {
  for (const { bucket: number, loss } of changes) {
    const bucket = buckets.find((one) => one.number === number)
    const duty = bucket ? dutyOf(bucket, duties) : null
    if (!dutyIsOver(duty, nowMs)) refuseEarly(number, duty, loss?.order ?? null)
    const { decided = Infinity, holds = [] } = loss ?? {}
    // What was decided before a hold was placed is too late for it: LEDGER.md §5, step 4.
    const missed = duties.holds.find((hold) => hold < decided && !holds.includes(hold))
    if (missed === undefined) continue
    throw locked(number, `nobody has looked at the hold ${missed}, which stands`)
  }
}

function refuseEarly(number: number, duty: BucketDuty | null, order: LogPosition | null): void {
  if (duty === null) return
  const until = duty.until === null ? 'for ever' : `until ${new Date(duty.until).toISOString()}`
  if (duty.isLocked) throw locked(number, `its class is locked, and it is kept ${until}`)
  if (order === null) throw locked(number, `it is kept ${until}, and no order says otherwise`)
}

function locked(number: number, why: string): OperatorError {
  const text = `The vault destroys no key of bucket ${number}: ${why}. Nothing was changed.`
  return new OperatorError('key.locked', text)
}
