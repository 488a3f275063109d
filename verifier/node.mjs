// What Node has for the verifier: hashes, signatures, files. Node 20.19 or later; ML-DSA-44 from Node 24 on.
import { createHash, createPublicKey, verify } from 'node:crypto'
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { need, orNull } from './bytes.mjs'
import { sourceOf } from './proof.mjs'

/** What stands before the raw key in a SubjectPublicKeyInfo: RFC 8410 section 4, RFC 9881 section 4. */
const prefixes = {
  ed25519: Buffer.from('302a300506032b6570032100', 'hex'),
  'ml-dsa-44': Buffer.from('30820532300b06096086480165030403110382052100', 'hex'),
}

const filesMax = 2_000_000
const digest = (name, bytes) => new Uint8Array(createHash(name.replace('-', '')).update(bytes).digest())
const keyOf = (spki) => createPublicKey({ key: Buffer.from(spki), type: 'spki', format: 'der' })

export const nodePort = {
  sha256: (bytes) => digest('SHA-256', bytes),
  hasher256: () => createHash('sha256'),
  digest: async (name, bytes) => digest(name, bytes),
  async verify(algorithm, raw, message, signature) {
    const isValid = orNull(() => verify(null, message, keyOf(Buffer.concat([prefixes[algorithm], raw])), signature))
    // An Ed25519 key that is no point is a bad key; ML-DSA-44 is not known to every Node.
    return isValid ?? (algorithm === 'ed25519' ? false : null)
  },
  verifySpki: async (spki, hash, message, signature) => orNull(() => verify(hash.replace('-', ''), message, keyOf(spki), signature)) ?? false,
}

/** A bundle, as a zip or a folder, or a proof. */
export async function openSource(path) {
  if (!statSync(path).isDirectory()) return await sourceOf(fileAt(path))
  const files = new Map()
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue
    const full = join(entry.parentPath ?? entry.path, entry.name)
    const name = full.slice(join(path, '/').length)
    need(entry.isFile(), 1, 'file.link', `${name} is no plain file`)
    need(files.size < filesMax, 1, 'file.many', 'there are too many files')
    files.set(name, fileAt(full))
  }
  return files
}

function fileAt(path) {
  return {
    size: statSync(path).size,
    async read(from, to) {
      const bytes = new Uint8Array(to - from)
      const file = openSync(path, 'r')
      const count = readSync(file, bytes, 0, bytes.length, from)
      closeSync(file)
      need(count === bytes.length, 1, 'file.short', `${path} ends before its end`)
      return bytes
    },
  }
}
