// A log of leaves that a test makes up, with heads, proofs and forks.
import { concatBytes, utf8 } from '../../src/base/bytes.ts'
import { exportVerifyingKey, newSigningKey, sha256, verifyingKeyOf } from '../../src/base/crypto.ts'
import {
  type Cosigner,
  type LogSigningKeys,
  signCheckpoint,
} from '../../src/record/ledger/checkpoint.ts'
import {
  formatVerifierKey,
  parseVerifierKey,
  type VerifierKey,
} from '../../src/record/ledger/note.ts'
import { perfectRoot, proveConsistency, rootOf } from '../../src/record/ledger/proof.ts'
import { parseTilePath, tileWidth } from '../../src/record/ledger/tiles.ts'
import { formatAddCheckpoint } from '../../src/record/witness/add-checkpoint.ts'

export type TestLog = {
  readonly origin: string
  readonly verifierKeys: readonly string[]
  readonly keys: readonly VerifierKey[]
  root(size: number): Promise<Uint8Array>
  /** The signed head of that size. */
  head(size: number): Promise<string>
  proof(old: number, size: number): Promise<readonly Uint8Array[]>
  /** A request to a witness that saw `old` last. */
  request(old: number, size: number): Promise<Uint8Array>
  /** As tlog-tiles has it. */
  tile(path: string): Promise<Uint8Array | null>
  /** The same log with other leaves from this position on, signed by the same keys. */
  fork(at: number): TestLog
}

export function testLog(origin = 'chat.example/log/1'): TestLog {
  const keys = { ed25519: newSigningKey('ed25519'), mlDsa44: newSigningKey('ml-dsa-44') }
  return logOf(origin, keys, (i) => sha256(utf8(`leaf ${i}`)))
}

export const signedAtSeconds = 1_790_000_000

function logOf(origin: string, keys: LogSigningKeys, leaf: (index: number) => Uint8Array): TestLog {
  const read = async (height: number, index: number): Promise<Uint8Array> => {
    const count = 2 ** height
    const leaves = Array.from({ length: count }, (_, i) => leaf(index * count + i))
    return await Promise.resolve(perfectRoot(concatBytes(...leaves)))
  }
  const verifierKeys = [
    formatVerifierKey(
      origin,
      'ed25519',
      exportVerifyingKey(verifyingKeyOf(keys.ed25519), 'ed25519'),
    ),
    formatVerifierKey(
      origin,
      'ml-dsa-44',
      exportVerifyingKey(verifyingKeyOf(keys.mlDsa44), 'ml-dsa-44'),
    ),
  ]
  const root = async (size: number): Promise<Uint8Array> => await rootOf(size, read)
  const head = async (size: number): Promise<string> =>
    signCheckpoint({ origin, size, root: await root(size) }, keys, signedAtSeconds).note
  const proof = async (old: number, size: number): Promise<readonly Uint8Array[]> =>
    old === 0 ? [] : await proveConsistency(old, size, read)
  return {
    origin,
    verifierKeys,
    keys: verifierKeys.map(verifierKey),
    root,
    head,
    proof,
    request: async (old, size) =>
      formatAddCheckpoint({ old, proof: await proof(old, size), note: utf8(await head(size)) }),
    async tile(path) {
      const named = parseTilePath(path)
      if (named === null) return null
      const { level, index, width } = named.tile
      const hashes = Array.from(
        { length: width },
        async (_, i) => await read(8 * level, index * tileWidth + i),
      )
      return concatBytes(...(await Promise.all(hashes)))
    },
    fork: (at) => logOf(origin, keys, (i) => (i < at ? leaf(i) : sha256(utf8(`other ${i}`)))),
  }
}

export function verifierKey(text: string): VerifierKey {
  const key = parseVerifierKey(text)
  if (typeof key === 'string') throw new Error(key)
  return key
}

export type TestCosigner = { readonly cosigner: Cosigner; readonly verifierKey: string }

/** A witness's key of its own. */
export function testCosigner(name: string): TestCosigner {
  const key = newSigningKey('ed25519')
  const raw = exportVerifyingKey(verifyingKeyOf(key), 'ed25519')
  const algorithm = 'ed25519-cosignature'
  return {
    cosigner: { name, algorithm, key },
    verifierKey: formatVerifierKey(name, algorithm, raw),
  }
}
