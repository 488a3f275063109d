// The state of a bucket, and the one next step of its disposal: pure, so that every interleaving can be tried. LEDGER.md §5.

import { type LogPosition } from '../types.ts'

/**
 * `live`: nothing was decided. `intent`: it is on record that it is to go; a hold that is placed now wins. `committed`: it is on record
 * what of it goes, and a hold comes too late for that. `destroyed`: nothing of it is left, and a certificate says so.
 */
export type BucketState = 'live' | 'intent' | 'committed' | 'destroyed'

/** What is durable of one bucket's part in a run. */
export type Progress = {
  /** As many persons have approved it as it needs, and none has refused it. */
  readonly isApproved: boolean
  /** New records may still come into the bucket. */
  readonly isOpen: boolean
  /** Made by this process: what a stop has left of an intent lapses. */
  readonly intent: LogPosition | null
  readonly commit: LogPosition | null
  /** The vault has no key any more of what was to go. */
  readonly isTurned: boolean
  /** Its rows, bodies and files were deleted by this process: doing it twice is fine. */
  readonly isDeleted: boolean
  readonly certificate: LogPosition | null
}

/** What is done next, by who carries a run out. */
export type Step = 'wait' | 'close' | 'intent' | 'commit' | 'turn' | 'delete' | 'certify' | 'done'

/** From the commit on there is no way back, and each step is done until it is: also by another process, after a stop. */
export function nextStep(progress: Progress): Step {
  const { isApproved, isOpen, intent, commit, isTurned, isDeleted, certificate } = progress
  if (certificate !== null) return 'done'
  if (commit !== null) {
    if (!isTurned) return 'turn'
    return isDeleted ? 'certify' : 'delete'
  }
  if (!isApproved) return 'wait'
  if (isOpen) return 'close'
  return intent === null ? 'intent' : 'commit'
}
