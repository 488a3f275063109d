// How well a record is evidenced, from what is stored. LEDGER.md §2: R recorded, S signed, W witnessed.

import { type LogPosition } from '../types.ts'
import { type CosignedHead, readCosigned } from './cosigned.ts'
import { newestHead, type OwnLog } from './own-log.ts'
import { type WitnessPolicy } from './policy.ts'
import { type SizedStore } from './ports.ts'

export type Evidence = {
  /** R: it is flushed. S: a signed head covers it. W: one that enough witnesses have cosigned. */
  readonly level: 'R' | 'S' | 'W'
  /** Size of the newest signed head, where that covers it. */
  readonly signed: number | null
  /** Null: no head that enough witnesses have cosigned covers it, or no witnesses are set. */
  readonly witnessed: Witnessed | null
}

/** The record came after one cosigned head and before another. Times are those of the witnesses, in ms since 1970. */
export type Witnessed = {
  /** Size of the smallest cosigned head that covers it. */
  readonly size: number
  /** When the first of them cosigned the newest head that does not cover it; null: there is none, so it may be as old as the log. */
  readonly after: number | null
  /** When the last of them had cosigned the head that covers it. */
  readonly before: number
}

export type EvidenceParts = {
  readonly own: OwnLog
  /** Of cosigned heads. */
  readonly store: SizedStore
  /** Null: no witnesses are set. */
  readonly policy: WitnessPolicy | null
}

/**
 * Between which witnessed heads a position lies. Heads are thinned out as they get older, so the two may be a day apart.
 *
 * @param position of a record that is durable
 * @throws {Error} when the newest checkpoint, or a kept head, is damaged: `onrecord verify` says which
 */
export async function evidenceOf(position: LogPosition, parts: EvidenceParts): Promise<Evidence> {
  const head = await newestHead(parts.own)
  const signed = head !== null && head.size > position ? head.size : null
  const witnessed = signed === null ? null : await bracketOf(position, parts)
  if (witnessed !== null) return { level: 'W', signed, witnessed }
  return { level: signed === null ? 'R' : 'S', signed, witnessed }
}

async function bracketOf(
  position: LogPosition,
  { own, store, policy }: EvidenceParts,
): Promise<Witnessed | null> {
  if (policy === null) return null
  const sizes = await store.sizes()
  const covering = await firstEnough(
    sizes.filter((size) => size > position),
    { own, store, policy },
  )
  if (covering === null) return null
  const older = sizes.filter((size) => size <= position).toReversed()
  const before = await firstEnough(older, { own, store, policy })
  return {
    size: covering.size,
    after: before === null ? null : Math.min(...before.cosigned.values()) * 1_000,
    before: Math.max(...covering.cosigned.values()) * 1_000,
  }
}

async function firstEnough(
  sizes: readonly number[],
  { own, store, policy }: EvidenceParts & { readonly policy: WitnessPolicy },
): Promise<CosignedHead | null> {
  for (const size of sizes) {
    const bytes = await store.read(size)
    // Thinned out since it was listed.
    if (bytes === null) continue
    const cosigned = readCosigned(bytes, own, policy)
    if (typeof cosigned === 'string') throw new Error(`the cosigned head of ${size}: ${cosigned}`)
    if (cosigned.isEnough) return cosigned
  }
  return null
}
