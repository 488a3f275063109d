// Heads of ours with cosignatures, as they are kept: read again, and thinned out.

import { type Checkpoint, cosignedAt } from '../ledger/checkpoint.ts'
import { parseNote } from '../ledger/note.ts'
import { type OwnLog, verifyOwn } from './own-log.ts'
import { type WitnessPolicy } from './policy.ts'

/** A head of ours, and who has cosigned it. */
export type CosignedHead = Checkpoint & {
  /** By their names in the policy, and when, in seconds since 1970. */
  readonly cosigned: ReadonlyMap<string, number>
  /** Whether these are enough for the policy, and one at least. */
  readonly isEnough: boolean
}

/** @returns a sentence that says what is wrong when `bytes` are no head of ours, or a witness of the policy signed it badly */
export function readCosigned(
  bytes: Uint8Array,
  log: Pick<OwnLog, 'origin' | 'pairs'>,
  policy: WitnessPolicy,
): CosignedHead | string {
  const verified = verifyOwn(bytes, log)
  const note = parseNote(bytes)
  if (!verified.ok) return verified.reason
  if (typeof note === 'string') return note
  const cosigned = new Map<string, number>()
  for (const { name, key } of policy.witnesses) {
    const at = cosignedAt(note, verified.checkpoint, key)
    if (typeof at === 'string') return at
    if (at !== null) cosigned.set(name, at)
  }
  const isEnough = cosigned.size > 0 && policy.isMetBy(new Set(cosigned.keys()))
  return { ...verified.checkpoint, cosigned, isEnough }
}

const keptWhole = 120
const hourMs = 3_600_000
const hourlyForMs = 35 * 24 * hourMs
const dayMs = 24 * hourMs

/** A kept head or time stamp: of how many records, and from when, in ms since 1970. */
export type Kept = { readonly size: number; readonly at: number }

/**
 * Which of them may go: the newest 120 stay, of older ones the first of each hour for 35 days, and the first of each day for ever. So a
 * record's time is known within a minute for two hours, within an hour for a month, and within a day after that.
 *
 * @param kept ascending
 */
export function tooMany(kept: readonly Kept[], now: number): readonly number[] {
  const gone: number[] = []
  let last: number | null = null
  for (const { size, at } of kept.slice(0, -keptWhole)) {
    const step = now - at < hourlyForMs ? hourMs : dayMs
    const isFirst = last === null || Math.floor(at / step) !== Math.floor(last / step)
    if (isFirst) last = at
    else gone.push(size)
  }
  return gone
}
