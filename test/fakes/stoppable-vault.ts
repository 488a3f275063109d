import { type KeyHolder, type VaultStore } from '../../src/record/keys/ports.ts'
import { type VaultParts } from '../../src/record/keys/sealed-vault.ts'

/** Where a process stops: at so many calls that change something, 0 is the first; that one is kept or not. */
export type Stop = { readonly call: number; readonly keeps: 'nothing' | 'all' }

/**
 * The parts of a vault as one process sees them that is stopped: from that call on nothing it does reaches holders or store.
 *
 * @param onStop is called instead of what the call would have done after it; by default it throws
 */
export function stoppable(
  parts: VaultParts,
  { call, keeps }: Stop,
  onStop: () => void = () => undefined,
): { readonly parts: VaultParts; readonly isMet: () => boolean } {
  let calls = 0
  let isStopped = false

  async function change<T>(act: () => Promise<T>): Promise<T> {
    if (isStopped) throw new Error('the process is gone')
    if (calls++ !== call) return await act()
    isStopped = true
    if (keeps === 'all') await act()
    onStop()
    throw new Error('the process was stopped')
  }

  const ofHolder = (holder: KeyHolder): KeyHolder => ({
    ...holder,
    draw() {
      const drawn = holder.draw()
      return { id: drawn.id, create: async () => await change(async () => await drawn.create()) }
    },
    destroy: async (id) => await change(async () => await holder.destroy(id)),
  })
  const vaultStore: VaultStore = {
    ...parts.vaultStore,
    replace: async (blob) => await change(async () => await parts.vaultStore.replace(blob)),
  }
  return {
    parts: { ...parts, holders: parts.holders.map(ofHolder), vaultStore },
    isMet: () => isStopped,
  }
}
