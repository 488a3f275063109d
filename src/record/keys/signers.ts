// The change of the keys that the log signs its heads with. LEDGER.md §8: it is itself an act on record.
//
// The statement, which both pairs of keys sign, with Ed25519 and with ML-DSA-44, as UTF-8:
//   onrecord signing keys 1 \n origin \n old Ed25519 verifier key \n old ML-DSA-44 verifier key \n new … \n new … \n
//   how many heads the history has \n SHA-256 of that history, hex \n
//
// So every head that was ever signed, with its time and its Ed25519 signature, is signed anew by the keys that come: the record has the
// statement, and they sign the record.

import { fromBase64, toBase64, toHex, utf8 } from '../../base/bytes.ts'
import {
  exportVerifyingKey,
  sha256,
  signMessage,
  verifyingKeyOf,
  verifyMessage,
} from '../../base/crypto.ts'
import { historyItemBytes } from '../integrate/checkpoint-history.ts'
import { type LogSigningKeys } from '../ledger/checkpoint.ts'
import { formatVerifierKey, parseVerifierKey } from '../ledger/note.ts'

/** Verifier keys (C2SP signed-note), Ed25519 and ML-DSA-44, in this order. */
export type VerifierPair = readonly [string, string]

/** What an act of the kind `key.signing` says. */
export type SignerChange = {
  readonly origin: string
  readonly old: VerifierPair
  readonly new: VerifierPair
  /** The first so many heads of the history, and their hash. */
  readonly heads: { readonly count: number; readonly sha256: string }
  /** Base64, in the order of the keys. */
  readonly signatures: { readonly old: VerifierPair; readonly new: VerifierPair }
}

export function verifierPair(origin: string, keys: LogSigningKeys): VerifierPair {
  const ed25519 = exportVerifyingKey(verifyingKeyOf(keys.ed25519), 'ed25519')
  const mlDsa44 = exportVerifyingKey(verifyingKeyOf(keys.mlDsa44), 'ml-dsa-44')
  return [
    formatVerifierKey(origin, 'ed25519', ed25519),
    formatVerifierKey(origin, 'ml-dsa-44', mlDsa44),
  ]
}

/** @param heads names the history of all of them */
export function changeSigners(
  origin: string,
  { from, to }: { readonly from: LogSigningKeys; readonly to: LogSigningKeys },
  heads: SignerChange['heads'],
): SignerChange {
  const change = {
    origin,
    old: verifierPair(origin, from),
    new: verifierPair(origin, to),
    heads,
  }
  const statement = statementOf(change)
  const sign = (keys: LogSigningKeys): VerifierPair => [
    toBase64(signMessage(keys.ed25519, statement)),
    toBase64(signMessage(keys.mlDsa44, statement)),
  ]
  return { ...change, signatures: { old: sign(from), new: sign(to) } }
}

/** What a history of heads is named by. */
export function headsOf(history: Uint8Array): SignerChange['heads'] {
  return { count: history.length / historyItemBytes, sha256: toHex(sha256(history)) }
}

/** @returns a sentence that says what is wrong when not both pairs have signed it; null when they have */
export function signaturesWrong(change: SignerChange): string | null {
  const statement = statementOf(change)
  for (const which of ['old', 'new'] as const) {
    for (const [i, text] of change[which].entries()) {
      const key = parseVerifierKey(text)
      if (typeof key === 'string') return `a verifier key is ${key}`
      const signature = fromBase64(change.signatures[which][i] ?? '')
      if (signature === null || !verifyMessage(key.key, statement, signature)) {
        return `the ${which} ${key.algorithm} key has not signed it`
      }
    }
  }
  return null
}

function statementOf({
  origin,
  old,
  new: next,
  heads,
}: Omit<SignerChange, 'signatures'>): Uint8Array {
  const lines = ['onrecord signing keys 1', origin, ...old, ...next, heads.count, heads.sha256]
  return utf8(lines.map((line) => `${line}\n`).join(''))
}
