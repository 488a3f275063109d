// A process that is killed at one of the calls that change something, whatever that changes.
import { type IntegratorParts } from '../../src/record/integrate/integrator.ts'
import {
  type BodyEraser,
  type EventStore,
  type PlanStore,
} from '../../src/record/disposal/ports.ts'
import { type VaultParts } from '../../src/record/keys/sealed-vault.ts'
import { type HeadRegister, type LogStore } from '../../src/record/ledger/ports.ts'

/** At which call, 0 is the first, and what is kept of what it does: of a write to the log it may be a part. */
export type Death = { readonly call: number; readonly keeps: 'nothing' | 'part' | 'all' }

export type Mortal = {
  readonly isDead: boolean
  /** Calls that changed something. */
  readonly calls: number
  /** Does it, unless the process is dead, or dies of it. @param part of it, where it can be done in part */
  readonly act: <T>(work: () => Promise<T>, part?: () => Promise<unknown>) => Promise<T>
  /** Resolves when it dies. */
  readonly death: Promise<void>
}

/** @param onDeath looks at what is left, at that moment */
export function mortal({ call, keeps }: Death, onDeath: () => void): Mortal {
  let calls = 0
  let isDead = false
  const { promise: death, resolve: die } = Promise.withResolvers<void>()
  return {
    death,
    get isDead() {
      return isDead
    },
    get calls() {
      return calls
    },
    async act(work, part) {
      if (isDead) throw new Error('the process is gone')
      if (calls++ !== call) return await work()
      if (keeps === 'all') await work()
      if (keeps === 'part') await part?.()
      isDead = true
      onDeath()
      die()
      throw new Error('the process was killed')
    },
  }
}

export function mortalLog({ act }: Mortal, store: LogStore): LogStore {
  return {
    segmentBytes: store.segmentBytes,
    list: async () => await store.list(),
    read: async (segment) => await store.read(segment),
    create: async (segment) => await act(async () => await store.create(segment)),
    async append(place, bytes) {
      const half = bytes.subarray(0, Math.floor(bytes.length / 2))
      await act(
        async () => await store.append(place, bytes),
        async () => await store.append(place, half),
      )
    },
    zero: async (place) => await act(async () => await store.zero(place)),
    remove: async (segment) => await act(async () => await store.remove(segment)),
    close: async () => await store.close(),
  }
}

export function mortalVault({ act }: Mortal, parts: VaultParts): VaultParts {
  const { vaultStore } = parts
  return {
    ...parts,
    holders: parts.holders.map((holder) => ({
      ...holder,
      draw() {
        const drawn = holder.draw()
        return { id: drawn.id, create: async () => await act(async () => await drawn.create()) }
      },
      destroy: async (id) => await act(async () => await holder.destroy(id)),
    })),
    vaultStore: {
      ...vaultStore,
      replace: async (blob) => await act(async () => await vaultStore.replace(blob)),
    },
  }
}

export function mortalRegister({ act }: Mortal, register: HeadRegister): HeadRegister {
  return {
    ...register,
    advance: async (origin, step) => await act(async () => await register.advance(origin, step)),
  }
}

export function mortalParts({ act }: Mortal, parts: IntegratorParts): IntegratorParts {
  const { mailbox, bodies, tileStore, checkpoints } = parts
  return {
    ...parts,
    mailbox: {
      ...mailbox,
      apply: async (rows) => await act(async () => await mailbox.apply(rows)),
      setDurable: async (state) => await act(async () => await mailbox.setDurable(state)),
      forget: async (gone) => await act(async () => await mailbox.forget(gone)),
    },
    bodies: {
      ...bodies,
      write: async (bucket, offset, bytes) =>
        await act(async () => await bodies.write(bucket, offset, bytes)),
      flush: async () => await act(async () => await bodies.flush()),
    },
    tileStore: {
      ...tileStore,
      write: async (tiles) => await act(async () => await tileStore.write(tiles)),
    },
    checkpoints: {
      ...checkpoints,
      write: async (note, item) => await act(async () => await checkpoints.write(note, item)),
    },
  }
}

export function mortalEvents({ act }: Mortal, store: EventStore): EventStore {
  return {
    ...store,
    add: async (events, applied) => await act(async () => await store.add(events, applied)),
  }
}

export function mortalPlans({ act }: Mortal, store: PlanStore): PlanStore {
  return {
    ...store,
    put: async (run, plans) => await act(async () => await store.put(run, plans)),
    drop: async (run) => await act(async () => await store.drop(run)),
  }
}

export function mortalEraser({ act }: Mortal, eraser: BodyEraser): BodyEraser {
  return {
    remove: async (bucket) => await act(async () => await eraser.remove(bucket)),
    keepOnly: async (bucket, places) =>
      await act(async () => await eraser.keepOnly(bucket, places)),
  }
}
