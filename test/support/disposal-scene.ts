// A record of all real parts whose buckets come due, with everything that disposes of them.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { silentLog } from '../../src/base/log.ts'
import { openBook, type Book } from '../../src/record/disposal/book.ts'
import { createDisposals, type Disposals } from '../../src/record/disposal/disposals.ts'
import { type EventStore, type PlanStore } from '../../src/record/disposal/ports.ts'
import { type Schedule } from '../../src/record/disposal/schedule.ts'
import { createHolds, type Holds } from '../../src/record/holds/holds.ts'
import { type Matching } from '../../src/record/holds/ports.ts'
import { type Scope } from '../../src/record/holds/scope.ts'
import { actsName } from '../../src/record/retention/builtin.ts'
import { type PersonId } from '../../src/record/types.ts'
import { fileBodyEraser } from '../../src/storage/files/body-eraser.ts'
import { memoryEventStore } from '../fakes/event-store.ts'
import { person } from '../fakes/new-record.ts'
import { memoryPlanStore } from '../fakes/plan-store.ts'
import { simDisk, type SimDisk } from '../sim/disk.ts'
import {
  mortal,
  mortalEraser,
  mortalEvents,
  mortalLog,
  mortalParts,
  mortalPlans,
  mortalRegister,
  mortalVault,
  type Mortal,
} from './mortal.ts'
import { realRecord, recordHome, type RealRecord, type RecordHome } from './real-record.ts'

export const [lea, lou, rob] = [person(91), person(92), person(93)]
export const nothing: Scope = {
  persons: [],
  conversations: [],
  query: null,
  from: null,
  until: null,
}

const monthMs = 31 * 86_400_000

/** What people say is due a month after its bucket ends; what is done is kept. */
export const monthly: Schedule = {
  of: ({ class: its, to }) => ({
    dueAt: its === actsName ? null : to + monthMs,
    authority: 'one month',
    hasActs: its === actsName,
    isDue: null,
  }),
}

export const matching: Matching = {
  wasIn: () => false,
  isFound: (query, { content }) => content.includes(query),
}

/** What outlives a stop. */
export type Disk = {
  readonly home: RecordHome
  readonly wal: SimDisk
  readonly events: EventStore
  readonly plans: PlanStore
}

/** A process over it. */
export type Running = RealRecord & {
  readonly book: Book
  readonly holds: Holds
  readonly disposals: Disposals
  stop(): Promise<void>
}

/** What a test wants to be otherwise. */
export type Otherwise = {
  readonly schedule?: Schedule
  readonly needs?: number
  readonly life?: Mortal
  readonly failed?: (error: Error) => void
}

export async function newDisk(): Promise<Disk> {
  const home = await recordHome()
  return { home, wal: simDisk(64 * 1024), events: memoryEventStore(), plans: memoryPlanStore() }
}

export async function start(
  disk: Disk,
  clock: { at: number },
  otherwise: Otherwise = {},
): Promise<Running> {
  const life = otherwise.life ?? mortal({ call: -1, keeps: 'all' }, () => undefined)
  const home = {
    ...disk.home,
    vault: mortalVault(life, disk.home.vault),
    register: mortalRegister(life, disk.home.register),
  }
  const [events, plans] = [mortalEvents(life, disk.events), mortalPlans(life, disk.plans)]
  const now = { now: () => clock.at }
  const real = await realRecord(home, mortalLog(life, disk.wal.open()), {
    clock: now,
    checkpointEveryMs: 5,
    parts: (parts) => mortalParts(life, parts),
  })
  const { record, keys, source } = real
  await keys.settle()
  const book = await openBook({ record, store: events, log: silentLog })
  // As the server does at a start: a stop may have kept it from the vault.
  for (const { id, released } of book.holds.list()) await keys.hold(id, released === null)
  const disposals = createDisposals({
    book,
    record,
    keys,
    // Looks are moments, too.
    source: {
      ...source,
      read: async (path) => await life.act(async () => await source.read(path)),
    },
    schedule: otherwise.schedule ?? monthly,
    matching: async () => await life.act(async () => await Promise.resolve(matching)),
    plans,
    eraser: mortalEraser(life, fileBodyEraser(join(home.dir, 'bodies'))),
    forgetters: [],
    software: 'test',
    clock: now,
    log: silentLog,
    needs: otherwise.needs ?? 2,
    overdueMs: monthMs,
    failed: otherwise.failed ?? ((error) => assert.fail(error)),
  })
  const holds = createHolds({
    book,
    record,
    matching: async () => matching,
    releaseNeeds: 1,
    tell: async (hold, stands) => await keys.hold(hold, stands),
  })
  return {
    ...real,
    book,
    holds,
    disposals,
    async stop() {
      await disposals.close()
      await record.close()
    },
  }
}

/** Proposes and approves whatever is due, and waits until it was carried out. @returns the run */
export async function disposeOfAll({ disposals }: Running, by: PersonId = lea): Promise<number> {
  const buckets = disposals.due().map(({ bucket }) => bucket.number)
  const { id, digest } = await disposals.propose({ by, buckets })
  await disposals.approve({ by: lou, run: id, approves: true, proposal: digest, reason: '' })
  await disposals.idle()
  return id
}
