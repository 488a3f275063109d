// One head to one witness. https://c2sp.org/tlog-witness "add-checkpoint"

import { concatBytes, utf8 } from '../../base/bytes.ts'
import { cosignedAt, isLineOf } from '../ledger/checkpoint.ts'
import { parseNote, signatureLine } from '../ledger/note.ts'
import { formatAddCheckpoint } from './add-checkpoint.ts'
import { type OwnHead, type OwnLog, proofFrom, textOf } from './own-log.ts'
import { type PolicyWitness } from './policy.ts'
import { type Answer, type Ask } from './ports.ts'

/** A witness may have forgotten, or have seen more: it says where it stands, and is asked again from there. */
const triesMax = 3

export type Submitted =
  | { readonly kind: 'cosigned'; readonly lines: string; readonly seconds: number }
  /** No answer, or one that says to come back. */
  | { readonly kind: 'away'; readonly why: string }
  /** It does not know the log or its keys, or answers what no witness would. */
  | { readonly kind: 'refused'; readonly why: string }
  /** It has seen a tree that this one does not grow out of, or says so: `compareWith` tells. */
  | { readonly kind: 'inconsistent'; readonly why: string }

export type Submission = {
  readonly witness: PolicyWitness
  readonly head: OwnHead
  /** What it saw last, as far as we know. */
  readonly old: number
}

export async function submit(
  { witness, head, old: first }: Submission,
  log: OwnLog,
  ask: Ask,
): Promise<Submitted> {
  let old = Math.min(first, head.size)
  for (let tries = 0; tries < triesMax; tries++) {
    const answer = await ask({
      method: 'POST',
      url: `${witness.url}/add-checkpoint`,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: formatAddCheckpoint({
        old,
        proof: await proofFrom(old, head, log),
        note: utf8(head.text),
      }),
    })
    if (typeof answer === 'string') return { kind: 'away', why: answer }
    if (answer.status === 200) return cosignaturesIn(answer, witness, head)
    if (answer.status !== 409) return outcomeOf(answer)
    const [, digits] = /^(0|[1-9][0-9]{0,15})\n$/.exec(textOf(answer.body)) ?? []
    const seen = Number(digits ?? NaN)
    if (!Number.isSafeInteger(seen)) return { kind: 'refused', why: 'status 409 without a size' }
    if (seen > head.size)
      return {
        kind: 'inconsistent',
        why: `it has seen ${seen} records, and there are ${head.size}`,
      }
    old = seen
  }
  return { kind: 'refused', why: 'it does not say twice the same of what it saw' }
}

function outcomeOf({ status }: Answer): Submitted {
  const why = `status ${status}`
  if (status === 422) return { kind: 'inconsistent', why }
  if (status === 429 || status >= 500) return { kind: 'away', why }
  const words = new Map([
    [403, 'it does not know our keys'],
    [404, 'it does not know our log'],
  ])
  return { kind: 'refused', why: words.get(status) ?? why }
}

/** "The client MUST ignore any cosignatures from unknown keys." */
function cosignaturesIn({ body }: Answer, { key }: PolicyWitness, head: OwnHead): Submitted {
  const note = parseNote(concatBytes(utf8(`${head.note.text}\n`), body))
  if (typeof note === 'string') return { kind: 'refused', why: `its answer is none: ${note}` }
  const seconds = cosignedAt(note, head, key)
  if (typeof seconds === 'string') return { kind: 'refused', why: seconds }
  if (seconds === null)
    return { kind: 'refused', why: 'it has not signed with the key of the policy' }
  const lines = note.signatures.filter((line) => isLineOf(key, line))
  return { kind: 'cosigned', lines: lines.map(signatureLine).join(''), seconds }
}
