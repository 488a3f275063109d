// The keys of a witness: one of each kind, so that each log can choose.

import { join } from 'node:path'
import { fromBase64, fromUtf8, toBase64 } from '../base/bytes.ts'
import {
  exportSigningKey,
  exportVerifyingKey,
  importSigningKey,
  newSigningKey,
  verifyingKeyOf,
} from '../base/crypto.ts'
import { OperatorError } from '../base/errors.ts'
import { createDurably, readIfThere } from '../base/files.ts'
import { type Cosigner } from '../record/ledger/checkpoint.ts'
import { formatVerifierKey, keyAlgorithmOf } from '../record/ledger/note.ts'

const algorithms = ['ed25519-cosignature', 'ml-dsa-44'] as const

/**
 * The keys in a witness's folder: `key`, its name in the first line, then a private key (PKCS #8, base64) in each.
 *
 * @param name what a folder without keys gets new ones under; null: it has to have some
 * @throws {OperatorError} when there are none, or they are of another name
 */
export async function witnessKeys(dir: string, name: string | null): Promise<readonly Cosigner[]> {
  const path = join(dir, 'key')
  if (name !== null && (await readIfThere(path)) === null) {
    refuseName(name)
    const keys = algorithms.map((algorithm) => newSigningKey(keyAlgorithmOf(algorithm)))
    const lines = [name, ...keys.map((key) => toBase64(exportSigningKey(key)))]
    await createDurably(path, `${lines.join('\n')}\n`)
  }
  const stored = await readIfThere(path)
  if (stored === null)
    throw new OperatorError(
      'witness.no-key',
      `There is no key in ${path}: make one with onrecord witness key --name NAME.`,
    )
  const cosigners = cosignersIn(fromUtf8(stored) ?? '')
  if (cosigners === null)
    throw new OperatorError(
      'witness.bad-key',
      `${path} holds no keys of a witness: put it back from a backup.`,
    )
  const known = cosigners[0]?.name
  if (name !== null && name !== known)
    throw new OperatorError(
      'witness.other-name',
      `The keys in ${path} are those of ${known}: a witness of another name needs another folder.`,
    )
  return cosigners
}

/** What logs put into their policies: one of them. */
export function verifierKeysOf(cosigners: readonly Cosigner[]): readonly string[] {
  return cosigners.map(({ name, algorithm, key }) =>
    formatVerifierKey(
      name,
      algorithm,
      exportVerifyingKey(verifyingKeyOf(key), keyAlgorithmOf(algorithm)),
    ),
  )
}

function cosignersIn(text: string): readonly Cosigner[] | null {
  const [name = '', ...keys] = text.trimEnd().split('\n')
  if (keys.length !== algorithms.length) return null
  const cosigners: Cosigner[] = []
  for (const [i, algorithm] of algorithms.entries()) {
    const pkcs8 = fromBase64(keys[i] ?? '')
    if (pkcs8 === null) return null
    cosigners.push({ name, algorithm, key: importSigningKey(pkcs8) })
  }
  return cosigners
}

/** signed-note: no spaces and no plus. tlog-cosignature: 255 bytes at most. */
function refuseName(name: string): void {
  if (/^[^\s+]+$/u.test(name) && Buffer.byteLength(name) <= 255) return
  throw new OperatorError(
    'witness.bad-name',
    `A witness cannot be named '${name}': take an address without https://, such as witness.example.org/w1.`,
  )
}
