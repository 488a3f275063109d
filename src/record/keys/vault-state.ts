// The vault as it is known to one thread, and each way to change it.

import { FatalError, OperatorError } from '../../base/errors.ts'
import { type LogPosition } from '../types.ts'
import { withHold } from './duties.ts'
import { type Turned } from './ports.ts'
import { readVault, writeVault, type OpenedVault, type VaultParts } from './sealed-vault.ts'
import { settleVault, turnVault } from './turn.ts'
import { type KeyedBucket, type Vault } from './vault.ts'

type Buckets = readonly KeyedBucket[]

/** What of a vault is changed while it is used. */
export type Changeable = Pick<Vault, 'buckets' | 'notes'>

/** The vault as it is known here. One thing is done with it after the other, in the order of the calls. */
export type VaultState = {
  /** For messages to the operator. */
  readonly name: string
  readonly epoch: number
  readonly buckets: Buckets
  readonly vault: Vault
  /** How often buckets were changed here. */
  readonly changes: number
  /** Reads the vault again: another thread may have written it. */
  refresh(): Promise<OpenedVault>
  /** As `Keys.reach`. */
  reach(epoch: number): Promise<void>
  /** Writes the vault with other buckets or notes: durable when it resolves. @param next null: there is nothing to do */
  change(next: (vault: Vault) => Changeable | null): Promise<void>
  /** As `Keys.turn`. */
  turn(next: (vault: Vault) => Buckets): Promise<Turned>
  /** As `Keys.settle`. */
  settle(): Promise<Turned | null>
  /** Works with the vault as it is stored. @param work gives it as it is stored after that, and what comes of it */
  act<T>(work: (opened: OpenedVault) => Promise<readonly [OpenedVault, T]>): Promise<T>
}

export function vaultState(parts: VaultParts, first: OpenedVault): VaultState {
  const { name } = parts.vaultStore
  let opened = first
  let changes = 0
  const inTurn = turns()

  /** What is stored is what counts: a write that failed may have been kept. */
  async function refresh(): Promise<OpenedVault> {
    opened = (await readVault(parts, opened)) ?? opened
    return opened
  }

  async function change(next: (vault: Vault) => Changeable | null): Promise<void> {
    await refresh()
    const changed = next(opened.vault)
    if (changed === null) return
    const isOther = changed.buckets !== opened.vault.buckets
    // Only what is durable is used.
    opened = await writeVault(parts, { ...opened, vault: { ...opened.vault, ...changed } })
    if (isOther) changes++
  }

  async function settle(): Promise<Turned | null> {
    const settled = await settleVault(parts, opened)
    opened = settled.opened
    if (settled.left.length === 0) return opened.vault.notes.turn
    const text = `${name} is turned, and an old key is not destroyed yet: ${settled.left.join('; ')}`
    throw new OperatorError('key.not-destroyed', text)
  }

  async function turn(next: (vault: Vault) => Buckets): Promise<Turned> {
    await refresh()
    // A holder that was away at the last turn may be back. If not, there is no other turn before it is.
    await settle()
    opened = await turnVault(parts, opened, next(opened.vault))
    changes++
    const turned = await settle()
    if (turned === null) throw new FatalError(`${name} does not know its turn`)
    return turned
  }

  return {
    name,
    get epoch() {
      return opened.header.epoch
    },
    get buckets() {
      return opened.vault.buckets
    },
    get vault() {
      return opened.vault
    },
    get changes() {
      return changes
    },
    refresh: async () => await inTurn(refresh),
    async reach(epoch) {
      if (opened.header.epoch < epoch) await inTurn(refresh)
      const found = opened.header.epoch
      if (found >= epoch) return
      throw new FatalError(`${name} is of epoch ${found}, and was of ${epoch} before`)
    },
    change: async (next) => await inTurn(async () => await change(next)),
    turn: async (next) => await inTurn(async () => await turn(next)),
    settle: async () =>
      await inTurn(async () => {
        await refresh()
        return await settle()
      }),
    act: async (work) =>
      await inTurn(async () => {
        const [after, result] = await work(await refresh())
        opened = after
        return result
      }),
  }
}

/** Does one thing after the other, so that what was read is never older than what was written before. */
function turns(): <T>(act: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return async (act) => {
    const mine = last.then(act)
    // Whoever asked is told how his turn ended; the next one comes anyway.
    last = mine.catch(() => undefined)
    return await mine
  }
}

/** As `Keys.hold`. */
export async function noteHold(
  state: Pick<VaultState, 'vault' | 'change'>,
  hold: LogPosition,
  stands: boolean,
): Promise<void> {
  if (withHold(state.vault.notes, hold, stands) === state.vault.notes) return
  await state.change(({ buckets, notes }) => {
    const duties = withHold(notes, hold, stands)
    return duties === notes ? null : { buckets, notes: { ...notes, ...duties } }
  })
}
