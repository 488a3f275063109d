// Exports whose bundles the server makes: one at a time, in the order in which they were asked for. What is asked for, what became of it, and who
// fetched it are entries of the record first.

import { type Clock } from '../../base/clock.ts'
import { OperatorError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { type Random } from '../../base/random.ts'
import {
  type ActsOnRecord,
  type ActsRecord,
  createActsOnRecord,
} from '../../record/acts-on-record.ts'
import { type LogPosition, type PersonId } from '../../record/types.ts'
import { exportRecord, exportsArchive, type ExportContent } from '../bundle/act.ts'
import { endRecord, exportActOf, fetchRecord } from './acts.ts'
import { createMaking, type End, forget, type Making, sweep } from './making.ts'
import {
  type BundleShelf,
  type ExportAct,
  type ExportEnd,
  type ExportJob,
  type ExportProgress,
  type ExportState,
  type OpenedBundle,
} from './ports.ts'
import { exportRegister, type ExportRegister } from './register.ts'

/** Exports that wait or are made, of all and of one person. */
const waitingMax = 20
const waitingPerPersonMax = 5

/** Bundles that are read at a time: each has a file open. */
const openMax = 20

export type ExportJobs = {
  /** How long a bundle is kept. */
  readonly keepMs: number
  /** On record when it resolves. With `keeps` its bundle is made. @throws {OperatorError} when too many wait, or the record takes nothing */
  ask(content: ExportContent): Promise<LogPosition>
  get(id: string): ExportJob | null
  /** The oldest first. */
  list(): readonly ExportJob[]
  /** Null: it waits for those before it, or is over. */
  progressOf(id: string): ExportProgress | null
  /** It is not made. @throws {OperatorError} where it is over */
  cancel(id: string, by: PersonId): Promise<void>
  /** On record before anything can be read. @returns the act's position @throws {OperatorError} where there is no bundle */
  noteFetch(
    id: string,
    fetch: { readonly by: PersonId; readonly purpose: string },
  ): Promise<LogPosition>
  /** Null where there is none any more. @throws {OperatorError} when too many are read */
  open(id: string): Promise<OpenedBundle | null>
  /** From now on bundles are made. */
  start(): Promise<void>
  /** What is kept for too long goes. Called now and again. */
  sweep(): Promise<void>
  /** What is being made goes on at the next start. */
  close(): Promise<void>
  /** Resolves when nothing is being made. */
  idle(): Promise<void>
}

export type ExportJobsParts = {
  readonly state: ExportState
  readonly shelf: BundleShelf
  readonly record: ActsRecord
  /** A bundle is kept for so long, and so much of all of them. */
  readonly keepMs: number
  readonly keepBytesMax: number
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Doubt about the record. */
  readonly fatal: (error: unknown) => void
}

/** Reads those that there are, and applies what is on record and not in the state. */
export async function openExportJobs(parts: ExportJobsParts): Promise<ExportJobs> {
  const { state, shelf, record, log } = parts
  const { applied, jobs: stored } = await state.load()
  const register = exportRegister(stored)
  const acts = createActsOnRecord<ExportAct>({
    name: 'exports',
    record,
    archive: exportsArchive,
    actOf: exportActOf,
    apply: (act, at) => register.apply(act, at),
    store: async (_act, { position }) => {
      await state.apply(register.changesAt(position), position)
      register.stored(position)
    },
    applied,
    log,
  })
  await acts.catchUp()
  const end = ending({ ...parts, register, acts })
  const making = createMaking({ ...parts, register, end })
  return {
    keepMs: parts.keepMs,
    ask: asking({ register, acts, making }),
    get: (id) => register.get(id),
    list: () => register.list(),
    progressOf: (id) => making.progressOf(id),
    async cancel(id, by) {
      const job = found(register, id)
      if (job.end !== null)
        throw new OperatorError('export.over', `Nothing was done: this export is ${job.end.state}.`)
      await end(id, { state: 'cancelled', by })
      await making.drop(id)
    },
    async noteFetch(id, fetch) {
      const job = found(register, id)
      if (job.end?.state !== 'done')
        throw new OperatorError(
          'export.no-bundle',
          `This export has no bundle: it is ${job.end?.state ?? 'not made yet'}.`,
        )
      return await acts.inTurn(async () => {
        const act = { kind: 'export.fetch', export: id } as const
        return (await acts.write(act, fetchRecord(job, fetch))).position
      })
    },
    open: opening({ ...parts, register }),
    async start() {
      await shelf.removeUnfinished()
      for (const id of await state.keyed())
        if (register.get(id)?.end?.state !== 'done') await forget(parts, id)
      making.start()
    },
    sweep: async () => await sweep(parts, { register, end }),
    close: async () => await making.close(),
    idle: async () => await making.idle(),
  }
}

type Standing = {
  readonly register: ExportRegister
  readonly acts: ActsOnRecord<ExportAct>
}

function asking({
  register,
  acts,
  making,
}: Standing & { readonly making: Making }): ExportJobs['ask'] {
  return async (content) =>
    await acts.inTurn(async () => {
      const keeps = content.keeps === true
      if (keeps) refuseMany(register.waiting(), content.by)
      const { id, by, purpose, matter, grant = null } = content
      // Its place and time are those of the record.
      const job = { id, act: 0, by, at: 0, purpose, matter, grant, end: null }
      const act = { kind: 'export', job: keeps ? job : null } as const
      const { position } = await acts.write(act, exportRecord(content))
      making.wake()
      return position
    })
}

function ending({
  register,
  acts,
  clock,
  ...parts
}: Standing & Pick<ExportJobsParts, 'clock' | 'state' | 'shelf'>): End {
  return async (id, how) => {
    await acts.inTurn(async () => {
      const job = found(register, id)
      const { bytes, sha256, records } = job.end ?? { bytes: 0, sha256: '', records: 0 }
      const rest = { at: clock.now(), by: null, why: '', bytes, sha256, records }
      const its: ExportEnd = { ...rest, ...how }
      if (job.end !== null && (job.end.state !== 'done' || its.state !== 'removed')) return
      const act = { kind: 'export.end', export: id, end: its } as const
      await acts.write(act, endRecord(job, its))
      if (its.state === 'removed') await forget(parts, id)
    })
  }
}

function opening({
  register,
  state,
  shelf,
}: Pick<ExportJobsParts, 'state' | 'shelf'> & {
  readonly register: ExportRegister
}): ExportJobs['open'] {
  let reading = 0
  return async (id) => {
    const end = register.get(id)?.end ?? null
    const key = end?.state === 'done' ? await state.keyOf(id) : null
    if (key === null) return null
    if (reading >= openMax)
      throw new OperatorError('export.too-many', 'Too many exports are being fetched: try again.')
    reading++
    const after = (): void => void reading--
    return await closing(async () => await shelf.open(id, { key, bytes: end?.bytes ?? 0 }), after)
  }
}

/** @param after once: when it is closed, or could not be opened */
async function closing(
  open: () => Promise<OpenedBundle | null>,
  after: () => void,
): Promise<OpenedBundle | null> {
  let once = after
  const done = (): void => {
    once()
    once = () => undefined
  }
  try {
    const opened = await open()
    if (opened === null) done()
    return (
      opened && {
        read: (from, to) => opened.read(from, to),
        async close() {
          done()
          await opened.close()
        },
      }
    )
  } catch (error) {
    done()
    throw error
  }
}

function found(register: ExportRegister, id: string): ExportJob {
  const job = register.get(id)
  if (job !== null) return job
  throw new OperatorError('export.unknown', 'There is no such export: see the list of them.')
}

function refuseMany(waiting: readonly ExportJob[], by: PersonId): void {
  const own = waiting.filter((one) => one.by === by)
  if (waiting.length < waitingMax && own.length < waitingPerPersonMax) return
  throw new OperatorError(
    'export.busy',
    `${waitingPerPersonMax} exports of one person wait at most, and ${waitingMax} in all: wait until some are made.`,
  )
}
