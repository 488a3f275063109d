import { setTimeout as wait } from 'node:timers/promises'
import { OperatorError } from '../base/errors.ts'
import { signingPairs, verifyOwnHead } from '../record/keys/own-heads.ts'
import { type LogIdentity, type TreeHead } from '../record/keys/ports.ts'
import { type LogPosition } from '../record/types.ts'

/** How long it may take: one is signed each second. */
const waitMsMax = 30_000
const lookEveryMs = 100

export type SignedNote = TreeHead & { readonly note: Uint8Array }

/**
 * The newest head, once it is of a tree that has this record.
 *
 * @param newest `log/checkpoint`; null while there is none
 * @throws {OperatorError} when none of our keys has signed it, or no such head comes
 */
export async function headOver(
  position: LogPosition,
  log: LogIdentity,
  newest: () => Promise<Uint8Array | null>,
): Promise<SignedNote> {
  for (let waited = 0; waited <= waitMsMax; waited += lookEveryMs) {
    const note = await newest()
    const head = note === null ? null : headIn(note, log)
    if (head !== null && head.size > position) return head
    await wait(lookEveryMs)
  }
  throw new OperatorError(
    'head.not-signed',
    `No head was signed for ${waitMsMax / 1000} s: start the server or see its log, and try again.`,
  )
}

function headIn(note: Uint8Array, log: LogIdentity): SignedNote {
  const verified = verifyOwnHead(note, log.origin, signingPairs(log))
  if (verified.ok) return { ...verified.checkpoint, note }
  throw new OperatorError(
    'head.doubtful',
    `log/checkpoint: ${verified.reason}: see onrecord verify`,
  )
}
