// Witnesses for tests, as https://c2sp.org/tlog-cosignature has them: Ed25519, with a time.
import { concatBytes, fromUtf8, u64, utf8, toBase64, toHex } from '../../../src/base/bytes.ts'
import {
  exportVerifyingKey,
  newSigningKey,
  sha256,
  signMessage,
  verifyingKeyOf,
} from '../../../src/base/crypto.ts'
import { signatureLine } from '../../../src/record/ledger/note.ts'

export type Witness = {
  readonly verifierKey: string
  /** The note with this witness's line. @param at seconds since 1970 */
  cosign(note: Uint8Array, at: number): Uint8Array
}

export function witness(name: string): Witness {
  const key = newSigningKey('ed25519')
  const material = concatBytes(
    new Uint8Array([4]),
    exportVerifyingKey(verifyingKeyOf(key), 'ed25519'),
  )
  const keyId = toHex(sha256(concatBytes(utf8(`${name}\n`), material))).slice(0, 8)
  return {
    verifierKey: `${name}+${keyId}+${toBase64(material)}`,
    cosign(note, at) {
      const text = fromUtf8(note) ?? ''
      const body = text.slice(0, text.lastIndexOf('\n\n') + 1)
      const signature = signMessage(key, utf8(`cosignature/v1\ntime ${at}\n${body}`))
      return utf8(text + signatureLine({ name, keyId, signature: concatBytes(u64(at), signature) }))
    },
  }
}
