import { type Gone } from '../ledger/ports.ts'
import { type Derived } from './apply.ts'

/** Where what was disposed of is known beside the bodies themselves. If we stop in between, it is done again from the beginning. */
export async function forgetGone(
  gone: Gone,
  { keys, bodies, mailbox, bodyEnds }: Pick<Derived, 'keys' | 'bodies' | 'mailbox' | 'bodyEnds'>,
): Promise<void> {
  await keys.reach(gone.epoch)
  // Before the rows: the next head writes where each file ends.
  for (const bucket of gone.buckets) bodyEnds.delete(bucket)
  await bodies.release()
  await mailbox.forget(gone)
}
