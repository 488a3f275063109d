// Before anybody is served: whether the log grew out of what witnesses have seen. LEDGER.md §8, "roll back behind a witnessed head".

import { toBase64 } from '../../base/bytes.ts'
import { OperatorError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { type Checkpoint } from '../ledger/checkpoint.ts'
import { alarm } from './alarm.ts'
import { compareWith } from './compare.ts'
import { readCosigned } from './cosigned.ts'
import { beginsWith, newestHead, type OwnLog } from './own-log.ts'
import { type WitnessPolicy } from './policy.ts'
import { type Ask, type SizedStore } from './ports.ts'

export type StartCheck = {
  readonly own: OwnLog
  readonly policy: WitnessPolicy
  readonly store: SizedStore
  readonly ask: Ask
  readonly log: Log
}

/**
 * Holds the log against the newest head that was cosigned and kept here, and against what each witness shows. A witness that does not
 * answer is warned of, and not waited for.
 *
 * @throws {OperatorError} with `record.behind-witness` when the log here is not the one that was cosigned
 */
export async function checkWitnessed(check: StartCheck): Promise<void> {
  await checkKept(check)
  const { own, policy, ask, log } = check
  const asked = policy.witnesses.filter(({ url }) => url !== null)
  const found = await Promise.all(
    asked.map(async (witness) => ({ witness, seen: await compareWith(witness, own, ask) })),
  )
  for (const { witness, seen } of found) {
    if (seen.kind === 'unknown')
      log.warn('witness.not-asked', { witness: witness.name, why: seen.why })
    alarm(witness, seen, log)
  }
  for (const { witness, seen } of found)
    if (seen.kind === 'contradicts') throw refusal(`The witness ${witness.name} has cosigned`, seen)
}

/** Of heads kept here the newest that can be read: an older one is part of it. */
async function checkKept({ own, policy, store }: StartCheck): Promise<void> {
  const size = (await store.sizes()).at(-1)
  const bytes = size === undefined ? null : await store.read(size)
  if (bytes === null) return
  const theirs = readCosigned(bytes, own, policy)
  if (typeof theirs === 'string')
    throw new OperatorError(
      'record.behind-witness',
      `log/witnessed has a head of ${size} records that is damaged (${theirs}): put it back from a backup, or remove it.`,
    )
  const ours = await newestHead(own)
  const isOurs = ours !== null && theirs.size <= ours.size && (await beginsWith(theirs, ours, own))
  if (!isOurs) throw refusal('Witnesses have cosigned', { theirs, ours })
}

function refusal(
  who: string,
  { theirs, ours }: { readonly theirs: Checkpoint; readonly ours: Checkpoint | null },
): OperatorError {
  const here =
    ours === null
      ? 'there is no signed head here'
      : `the head here is of ${ours.size} records with the root ${toBase64(ours.root)}`
  return new OperatorError(
    'record.behind-witness',
    `${who} a head of ${theirs.size} records with the root ${toBase64(theirs.root)}, and ${here}, which does not grow out of it: an old copy of the data was put back, or somebody has signed another history. Put back the newest data, and see docs/operate/witnesses.md.`,
  )
}
