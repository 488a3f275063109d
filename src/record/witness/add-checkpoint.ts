// The request of `add-checkpoint`. https://c2sp.org/tlog-witness

import { fromBase64, fromUtf8, toBase64, utf8 } from '../../base/bytes.ts'
import { hashBytes } from '../ledger/tree.ts'

const proofLinesMax = 63

/** A head for a witness, and the proof that it grew out of the one that the witness saw last. */
export type AddCheckpoint = {
  /** Size of the tree that the witness saw last; 0: none. */
  readonly old: number
  readonly proof: readonly Uint8Array[]
  /** A signed note, not looked at yet. */
  readonly note: Uint8Array
}

export function formatAddCheckpoint({ old, proof, note }: AddCheckpoint): Uint8Array {
  const lines = proof.map((hash) => `${toBase64(hash)}\n`)
  return utf8(`old ${old}\n${lines.join('')}\n${fromUtf8(note) ?? ''}`)
}

/** @returns a sentence that says what is wrong when `bytes` are no such request */
export function parseAddCheckpoint(bytes: Uint8Array): AddCheckpoint | string {
  const text = fromUtf8(bytes)
  if (text === null) return 'the request is not UTF-8'
  const end = text.indexOf('\n\n')
  if (end < 0) return 'the request has no empty line'
  const [first = '', ...lines] = text.slice(0, end).split('\n')
  const [, digits] = /^old (0|[1-9][0-9]{0,15})$/.exec(first) ?? []
  if (digits === undefined || !Number.isSafeInteger(Number(digits)))
    return 'the first line is not `old` and a decimal number'
  if (lines.length > proofLinesMax) return `the proof has more than ${proofLinesMax} lines`
  const proof: Uint8Array[] = []
  for (const line of lines) {
    const hash = fromBase64(line)
    if (hash?.length !== hashBytes) return 'a line of the proof is not 32 bytes of base64'
    proof.push(hash)
  }
  return { old: Number(digits), proof, note: utf8(text.slice(end + 2)) }
}
