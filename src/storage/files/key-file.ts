import { open, stat, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fromBase64, toBase64 } from '../../base/bytes.ts'
import { OperatorError } from '../../base/errors.ts'
import { withFileLock } from '../../base/file-lock.ts'
import { isCode, makeDirDurably, replaceDurably } from '../../base/files.ts'
import { type Random } from '../../base/random.ts'
import { Secret } from '../../base/secret.ts'
import { kekBytes, unwrapWith, wrapWith } from '../../record/keys/kek.ts'
import { kekIdOf } from '../../record/keys/key-id.ts'
import { type KeyHolder, type KeyId } from '../../record/keys/ports.ts'
import { readRecoveryKit, recoveryKit } from '../../record/keys/recovery-kit.ts'

/** A key file, and the way to paper and back. */
export type KeyFile = KeyHolder & {
  /** @throws {OperatorError} when there is no such key */
  kit(id: KeyId): Promise<Secret<string>>

  /**
   * Puts the key of a kit into the file. Durable when it returns.
   *
   * @param wanted the only keys that are taken; null: any
   * @throws {OperatorError} when it is no kit, that of another key, or one whose key is there already
   */
  restore(kit: string, wanted: readonly KeyId[] | null): Promise<KeyId>
}

const lockWaitMsMax = 10_000
/** A thousand keys. */
const fileBytesMax = 131_072

const heading = `# Onrecord's keys. Whoever has this file and a data folder can read its record; without it nobody can.
# Keep a copy away from the server and out of its backups.
`

type KeysById = ReadonlyMap<KeyId, Secret<Uint8Array>>

/**
 * Key-encryption keys in a text file, one line each: several data folders may share it. It is made with its first key, and refused
 * when others than its owner can read it or write beside it.
 */
export function keyFile(path: string, random: Random): KeyFile {
  const name = `the key file ${path}`

  async function get(id: KeyId): Promise<Secret<Uint8Array>> {
    const key = (await readKeys(path)).get(id)
    if (key !== undefined) return key
    throw new OperatorError(
      'key-file.no-such-key',
      `${name} has no key ${id}: put the key file that has it in its place`,
    )
  }

  async function add(key: Secret<Uint8Array>): Promise<KeyId> {
    const id = kekIdOf(key)
    await change(path, (keys) => keys.set(id, key))
    return id
  }

  return {
    kind: 'file',
    ref: path,
    name,
    draw() {
      const key = new Secret<Uint8Array>(new Uint8Array(random.bytes(kekBytes)))
      return { id: kekIdOf(key), create: async () => void (await add(key)) }
    },
    wrap: async (id, key, context) => wrapWith(await get(id), key, { context, random }),
    unwrap: async (id, wrapped, context) => unwrapWith(await get(id), wrapped, context),
    has: async (id) => (await readKeys(path)).has(id),
    async destroy(id) {
      const isThere = (await readKeys(path)).has(id)
      if (isThere) await change(path, (keys) => keys.delete(id))
      const evidence = isThere ? 'the file was written without it' : 'it was not in the file'
      // Flash, snapshots and copies of the file may keep it: LEDGER.md §4.
      return { method: 'overwritten and unlinked', state: 'logical', evidence }
    },
    kit: async (id) => recoveryKit(id, await get(id)),
    async restore(kit, wanted) {
      const key = readRecoveryKit(kit)
      if (typeof key === 'string') throw new OperatorError('key-file.bad-kit', key)
      const id = kekIdOf(key)
      if (wanted !== null && !wanted.includes(id)) throw otherKit(id, wanted)
      if ((await readKeys(path)).has(id)) throw thereAlready(id, name)
      return await add(key)
    },
  }
}

function otherKit(id: KeyId, wanted: readonly KeyId[]): OperatorError {
  return new OperatorError(
    'key-file.other-kit',
    `this kit is that of key ${id}, and the vault needs ${wanted.join(' or ') || 'none from a key file'}: find the kit of that key, or name the data folder that this one belongs to`,
  )
}

function thereAlready(id: KeyId, name: string): OperatorError {
  return new OperatorError(
    'key-file.there-already',
    `${name} has the key ${id} already: nothing was changed`,
  )
}

async function change(
  path: string,
  act: (keys: Map<KeyId, Secret<Uint8Array>>) => unknown,
): Promise<void> {
  await makeDirDurably(dirname(path))
  await checkFolder(dirname(path))
  await withFileLock(`${path}.lock`, lockWaitMsMax, async () => {
    const before = await readKeys(path)
    const keys = new Map(before)
    act(keys)
    const isShorter = keys.size < before.size
    // Of a writer that was stopped: the keys that go may be in it, too.
    if (isShorter) await overwriteIfThere(`${path}.tmp`)
    const old = isShorter ? await open(path, 'r+') : null
    try {
      await replaceDurably(path, format(keys))
      // Only after the new file has its place: if we stop before this line, the old one is unlinked but not overwritten.
      if (old !== null) await overwrite(old)
    } finally {
      await old?.close()
    }
  })
}

async function overwriteIfThere(path: string): Promise<void> {
  const file = await openIfThere(path, 'r+')
  if (file === null) return
  try {
    await overwrite(file)
  } finally {
    await file.close()
  }
}

/** As far as the file system writes in place: snapshots and flash may keep what was there (LEDGER.md §4). */
async function overwrite(file: FileHandle): Promise<void> {
  const { size } = await file.stat()
  await file.write(new Uint8Array(size), 0, size, 0)
  await file.sync()
}

function format(keys: KeysById): string {
  const lines = [...keys].map(([id, key]) => `key ${id} ${toBase64(key.reveal())}\n`)
  return `${heading}${lines.join('')}`
}

async function readKeys(path: string): Promise<KeysById> {
  const file = await openIfThere(path)
  if (file === null) return new Map()
  try {
    await checkAccess(path, file)
    return parse(path, await file.readFile('utf8'))
  } finally {
    await file.close()
  }
}

async function openIfThere(path: string, flags = 'r'): Promise<FileHandle | null> {
  try {
    return await open(path, flags)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null
    if (!isCode(error, 'EACCES')) throw error
    throw new OperatorError(
      'key-file.not-readable',
      `the key file ${path} cannot be read by this user: chown it to the user that Onrecord runs as`,
      { cause: error },
    )
  }
}

function parse(path: string, text: string): KeysById {
  const keys = new Map<KeyId, Secret<Uint8Array>>()
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const [, id, encoded] = /^key ([0-9a-f]{16}) ([A-Za-z0-9+/=]{44})\r?$/.exec(line) ?? []
    const bytes = fromBase64(encoded ?? '')
    const key = bytes?.length === kekBytes ? new Secret(bytes) : null
    if (key === null || kekIdOf(key) !== id) {
      throw new OperatorError(
        'key-file.damaged',
        `line ${i + 1} of the key file ${path} is not a key as Onrecord wrote it: restore the file from its copy, or move it away and restore the key from its recovery kit`,
      )
    }
    keys.set(kekIdOf(key), key)
  }
  return keys
}

async function checkAccess(path: string, file: FileHandle): Promise<void> {
  const stats = await file.stat()
  const { mode, uid, size } = stats
  if (!stats.isFile() || size > fileBytesMax) {
    throw new OperatorError(
      'key-file.no-key-file',
      `${path} is too large for a key file, or is none: ONRECORD_KEY_FILE must name a key file`,
    )
  }
  if ((mode & 0o077) !== 0) {
    throw new OperatorError(
      'key-file.open-to-others',
      `the key file ${path} is open to other users (mode ${(mode & 0o777).toString(8)}): chmod 600 ${path}`,
    )
  }
  const me = process.getuid?.()
  if (me !== undefined && uid !== me) {
    throw new OperatorError(
      'key-file.not-ours',
      `the key file ${path} belongs to user ${uid} and this runs as user ${me}: run it as user ${uid}, or, where Onrecord is to run as ${me}, chown ${me} ${path}`,
    )
  }
}

/** Who can write in the folder can put another file in the place of this one; in a sticky folder such as /tmp he cannot. */
async function checkFolder(path: string): Promise<void> {
  const { mode } = await stat(path)
  if ((mode & 0o022) === 0 || (mode & 0o1000) !== 0) return
  throw new OperatorError(
    'key-file.folder-open-to-others',
    `other users can write in ${path}, the folder of the key file: chmod 700 ${path}`,
  )
}
