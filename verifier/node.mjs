// What Node has for the verifier: hashes, signatures, files. Node 20.19 or later; ML-DSA-44 from Node 24 on.

import { createHash, createPublicKey, verify } from 'node:crypto'
import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Broken } from './bytes.mjs'
import { zipSource } from './zip.mjs'

/** What stands before the raw key in a SubjectPublicKeyInfo: RFC 8410 section 4, RFC 9881 section 4. */
const prefixes = {
  ed25519: Buffer.from('302a300506032b6570032100', 'hex'),
  'ml-dsa-44': Buffer.from('30820532300b06096086480165030403110382052100', 'hex'),
}

export const nodePort = {
  sha256: (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
  hasher256() {
    const hash = createHash('sha256')
    return { update: (bytes) => void hash.update(bytes), digest: () => new Uint8Array(hash.digest()) }
  },
  async digest(name, bytes) {
    return new Uint8Array(createHash(name.replace('-', '')).update(bytes).digest())
  },
  async verify(algorithm, raw, message, signature) {
    let key
    try {
      key = createPublicKey({ key: Buffer.concat([prefixes[algorithm], raw]), type: 'spki', format: 'der' })
    } catch {
      // An Ed25519 key that is no point is a bad key; ML-DSA-44 is not known to every Node.
      return algorithm === 'ed25519' ? false : null
    }
    return verify(null, message, key, signature)
  },
  async verifySpki(spki, hash, message, signature) {
    try {
      return verify(hash.replace('-', ''), message, createPublicKey({ key: Buffer.from(spki), type: 'spki', format: 'der' }), signature)
    } catch {
      return false
    }
  },
}

const filesMax = 2_000_000

/** A bundle: a zip, or a folder. */
export async function openSource(path) {
  if (!statSync(path).isDirectory()) return await zipSource(openFile(path))
  const sizes = new Map()
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue
    const full = join(entry.parentPath ?? entry.path, entry.name)
    const name = full.slice(join(path, '/').length)
    if (!entry.isFile()) throw new Broken(1, 'file.link', `${name} is no plain file`)
    sizes.set(name, statSync(full).size)
    if (sizes.size > filesMax) throw new Broken(1, 'file.many', 'there are too many files')
  }
  // One file is open at a time, and three that are read side by side.
  const open = new Map()
  return {
    names: [...sizes.keys()],
    size: (name) => sizes.get(name) ?? 0,
    async read(name, from, to) {
      let file = open.get(name)
      if (file === undefined) {
        for (const [other, { close }] of open) if (open.size >= 8) close(open.delete(other))
        file = openFile(join(path, name))
        open.set(name, file)
      }
      return await file.read(from, to)
    },
  }
}

function openFile(path) {
  const file = openSync(path, 'r')
  const { size } = fstatSync(file)
  return {
    size,
    close: () => closeSync(file),
    async read(from, to) {
      const bytes = new Uint8Array(to - from)
      for (let done = 0; done < bytes.length;) {
        const read = readSync(file, bytes, done, bytes.length - done, from + done)
        if (read === 0) throw new Broken(1, 'file.short', 'a file ends before its end')
        done += read
      }
      return bytes
    },
  }
}
