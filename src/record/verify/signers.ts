// Changes of the log's signing keys: each pair of keys that the vault has had before was replaced by an act that it signed itself, and
// that act is at the position that the vault names.

import { type LogIdentity } from '../keys/ports.ts'
import { signaturesWrong, type SignerChange, type VerifierPair } from '../keys/signers.ts'
import { type Envelope, type LogPosition } from '../types.ts'
import { Broken } from './ports.ts'

export type SignerCheck = {
  /** Shown each record in log order. @throws {Broken} */
  next(record: {
    readonly position: LogPosition
    readonly envelope: Pick<Envelope, 'kind'>
    /** '' where it is disposed of. */
    readonly content: string
  }): void
}

/** @param headsHash of so many heads of the history; null when there are not so many */
export function checkSigners(
  { origin, past, verifierKeys }: LogIdentity,
  headsHash: (count: number) => string | null,
): SignerCheck {
  const replacedAt = new Map(past.map((one, i) => [one.at, { pair: one.verifierKeys, number: i }]))
  const pairAfter = (number: number): VerifierPair => past[number + 1]?.verifierKeys ?? verifierKeys
  return {
    next({ position, envelope, content }) {
      const replaced = replacedAt.get(position)
      const broken = (what: string): Broken => new Broken(`record ${position}`, what)
      if (envelope.kind !== 'key.signing') {
        if (replaced === undefined) return
        throw broken(
          'the signing keys were changed there, as the vault says, and it is no such act',
        )
      }
      if (content === '') return
      const change = parse(content)
      if (change === null) throw broken('it is no change of signing keys')
      if (change.origin !== origin) throw broken('it changes the signing keys of another log')
      const wrong = signaturesWrong(change)
      if (wrong !== null) throw broken(`a change of signing keys: ${wrong}`)
      if (headsHash(change.heads.count) !== change.heads.sha256) {
        throw broken('the heads that it signs anew are not those of log/checkpoints')
      }
      // One that a stop kept from taking effect changed nothing.
      if (replaced === undefined) return
      const isThat =
        isPair(change.old, replaced.pair) && isPair(change.new, pairAfter(replaced.number))
      if (!isThat) throw broken('it changes other signing keys than the vault has had')
    },
  }
}

function isPair(left: VerifierPair, right: VerifierPair): boolean {
  return left[0] === right[0] && left[1] === right[1]
}

function parse(content: string): SignerChange | null {
  const said: Partial<SignerChange> = JSON.parse(content)
  const { origin, old, new: next, heads, signatures } = said
  if (!origin || !old || !next || !heads || !signatures) return null
  return { origin, old, new: next, heads, signatures }
}
