import { OperatorError } from '../../base/errors.ts'
import { signingPairs, verifyOwnHead } from '../keys/own-heads.ts'
import { type Keys, type TreeHead } from '../keys/ports.ts'
import { type RecordSource } from '../verify/ports.ts'

/** The newest head that was signed, and that its signatures are ours. @throws {OperatorError} when it is not, or there is none */
export async function signedHead(
  source: Pick<RecordSource, 'read'>,
  { log }: Pick<Keys, 'log'>,
): Promise<TreeHead> {
  const note = await source.read('log/checkpoint')
  const verified = note && verifyOwnHead(note, log.origin, signingPairs(log))
  if (verified?.ok === true) return verified.checkpoint
  throw new OperatorError(
    'disposal.doubt',
    `Nothing is disposed of, as there is no signed head to hold the record against (${verified?.reason ?? 'log/checkpoint is missing'}): see onrecord verify.`,
  )
}
