import { createHmac } from 'node:crypto'

import { type Clock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { systemRandom } from '../../src/base/random.ts'
import { type Clients, createClients } from '../../src/directory/clients.ts'
import { type ClientState, type Directory } from '../../src/directory/ports.ts'
import { fakeClientState } from './client-state.ts'

const hmac = (label: string, bytes: Uint8Array): Buffer =>
  createHmac('sha256', `of the vault, for ${label}`).update(bytes).digest()

/** Keys that seal nothing: for tests that are not about what lies on disk. */
const openKeys = {
  mac: hmac,
  pseudonym: (label: string, id: string) => hmac(label, Buffer.from(id)).subarray(0, 16),
  seal: (_label: string, bytes: Uint8Array) => bytes,
  unseal: (_label: string, bytes: Uint8Array) => bytes,
}

/** The real tokens over a state in memory. */
export function testClients(
  directory: Directory,
  clock: Clock,
  {
    tokenMs = 1_000_000_000,
    state = fakeClientState(),
  }: { tokenMs?: number; state?: ClientState } = {},
): Clients {
  const parts = { directory, clock, state, keys: openKeys, tokenMs }
  return createClients({ ...parts, random: systemRandom(), log: silentLog })
}
