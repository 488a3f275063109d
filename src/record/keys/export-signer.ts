// The key that signs evidence bundles. It is made of the install key, so the vault has nothing more to keep: docs/reference/bundle.md.

import { concatBytes, fromHex, utf8 } from '../../base/bytes.ts'
import {
  exportSecret,
  exportVerifyingKey,
  importSigningKey,
  signMessage,
  verifyingKeyOf,
  type SecretKey,
} from '../../base/crypto.ts'
import { formatVerifierKey, noteKeyId, signatureLine } from '../ledger/note.ts'
import { type ExportSigner } from './ports.ts'

/** What stands before the 32 bytes of an Ed25519 private key in PKCS #8: RFC 8410 section 7. */
const pkcs8Prefix = fromHex('302e020100300506032b657004220420') ?? new Uint8Array(0)

/** @param seed the key that hangs on the install key for this purpose */
export function exportSigner(origin: string, seed: SecretKey): ExportSigner {
  const key = importSigningKey(concatBytes(pkcs8Prefix, exportSecret(seed)))
  const raw = exportVerifyingKey(verifyingKeyOf(key), 'ed25519')
  const name = `${origin}/export`
  const keyId = noteKeyId(name, 'ed25519', raw)
  return {
    verifierKey: formatVerifierKey(name, 'ed25519', raw),
    sign(text) {
      const signature = signMessage(key, utf8(text))
      return `${text}\n${signatureLine({ name, keyId, signature })}`
    },
  }
}
