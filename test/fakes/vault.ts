import { createHash } from 'node:crypto'
import { systemClock, type Clock } from '../../src/base/clock.ts'
import { concatBytes } from '../../src/base/bytes.ts'
import { aeadOpen, aeadSeal, secretKey } from '../../src/base/crypto.ts'
import { OperatorError } from '../../src/base/errors.ts'
import { type Random } from '../../src/base/random.ts'
import { Secret } from '../../src/base/secret.ts'
import { keyIdOf } from '../../src/record/keys/key-id.ts'
import { type KeyHolder, type KeyId, type VaultStore } from '../../src/record/keys/ports.ts'
import { createVault, openKeys } from '../../src/record/keys/open-keys.ts'
import { type Keys } from '../../src/record/keys/ports.ts'
import { type VaultParts } from '../../src/record/keys/sealed-vault.ts'

/** Bytes that look random and are the same in each run. */
export function seededRandom(seed: string): Random {
  let drawn = 0
  return {
    bytes: (count) =>
      createHash('shake256', { outputLength: count }).update(`${seed} ${drawn++}`).digest(),
  }
}

/** A key holder that forgets all with the process. */
export function memoryKeyHolder(random: Random, name = 'the memory'): KeyHolder {
  const keys = new Map<KeyId, Uint8Array>()
  const get = (id: KeyId): ReturnType<typeof secretKey> => {
    const key = keys.get(id)
    if (key === undefined) throw new OperatorError('key.missing', `there is no key ${id} in memory`)
    return secretKey(key)
  }
  return {
    kind: 'memory',
    ref: name,
    name,
    draw() {
      const id = keyIdOf(random.bytes(8))
      return { id, create: async () => void keys.set(id, random.bytes(32)) }
    },
    async wrap(id, key, clear) {
      const nonce = random.bytes(12)
      return concatBytes(nonce, aeadSeal(get(id), key.reveal(), { nonce, clear }))
    },
    async unwrap(id, wrapped, clear) {
      const nonce = wrapped.subarray(0, 12)
      const key = get(id)
      if (nonce.length < 12) return null
      const opened = aeadOpen(key, wrapped.subarray(12), { nonce, clear })
      return opened === null ? null : new Secret(opened)
    },
    has: async (id) => keys.has(id),
    async destroy(id) {
      const evidence = keys.delete(id) ? 'it was there' : 'it was not there'
      return { method: 'forgotten', state: 'destroyed', evidence }
    },
  }
}

/** A vault store that forgets all with the process. */
export function memoryVaultStore(): VaultStore {
  let blob: Uint8Array | null = null
  return {
    name: 'the vault in memory',
    read: async () => blob,
    async replace(bytes) {
      blob = new Uint8Array(bytes)
    },
  }
}

/** What `openKeys` takes, in memory. */
export function memoryVaultParts(seed: string, clock: Clock = systemClock): VaultParts {
  const random = seededRandom(seed)
  return { holders: [memoryKeyHolder(random)], vaultStore: memoryVaultStore(), random, clock }
}

/** The real keys of a new log, over fakes. The signing keys differ from run to run, all else is of the seed. */
export async function memoryKeys(seed = 'keys', domain = 'localhost'): Promise<Keys> {
  const parts = memoryVaultParts(seed)
  await createVault(parts, domain)
  return await openKeys(parts)
}
