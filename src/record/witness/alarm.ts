import { toBase64 } from '../../base/bytes.ts'
import { type Log } from '../../base/log.ts'
import { type Seen } from './compare.ts'
import { type PolicyWitness } from './policy.ts'

/** Two heads that we have signed and that cannot both be true: the log says so with both, since this is what is asked for later. */
export function alarm({ name }: Pick<PolicyWitness, 'name'>, seen: Seen, log: Log): void {
  if (seen.kind !== 'contradicts') return
  const { theirs, ours } = seen
  log.error('witness.split-view', {
    witness: name,
    theirSize: theirs.size,
    theirRoot: toBase64(theirs.root),
    ourSize: ours?.size ?? 0,
    ourRoot: ours === null ? null : toBase64(ours.root),
  })
}
