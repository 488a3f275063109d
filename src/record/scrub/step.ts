// One step of a pass over everything: what it reads is what `onrecord verify` reads, by the same code, a piece at a time.

import { LogDamaged } from '../errors.ts'
import { tileWidth } from '../ledger/tiles.ts'
import { type Segment, walkFrames } from '../ledger/walk.ts'
import { type MailboxAudit } from '../mailbox/audit.ts'
import { indexKeyOf } from '../search/part.ts'
import { type PartitionStore } from '../search/ports.ts'
import { opensWhole, readHead } from '../search/sealed-partition.ts'
import { type LogPosition } from '../types.ts'
import { Broken } from '../verify/ports.ts'
import { type Act, actsIn, hasAllActs } from './acts.ts'
import { type HeadParts, headsAtOnce, scrubHistory, scrubOutside } from './heads.ts'
import { type Counted, type ScrubPlace, type Station, stations, type Stepped } from './ports.ts'
import { type RecordParts, scrubBundle } from './records.ts'

export type StepParts = HeadParts &
  Omit<RecordParts, 'source' | 'audit'> & {
    readonly partitions: Pick<PartitionStore, 'list' | 'read'>
    readonly files: ScrubFiles
    /** Reads state.db, to be held against the acts on record; a sentence: why that cannot be done. */
    readonly state: () => ScrubbedState | string
  }

/** People, roles, retention: what acts on record make. */
export type ScrubbedState = {
  see(act: Act): void
  /** What differs; null: nothing. @param unseen acts from this position on were not seen */
  difference(unseen: LogPosition): string | null
}

/** What people have uploaded, as far as a record has its key. */
export type ScrubFiles = {
  /** The first name behind this one; null: there is none. */
  next(after: string): Promise<string | null>
  /** Opens and checks a piece of the file. @returns where the next begins; null at its end @throws {Broken} */
  check(name: string, at: number): Promise<{ readonly next: number | null; readonly bytes: number }>
}

/** Where a pass begins. */
export function firstPlace(of: Pick<ScrubPlace, 'size' | 'epoch' | 'startedAt'>): ScrubPlace {
  const counted = { records: 0, rows: 0, messageIds: 0, files: 0, bytes: 0, findings: 0 }
  const { size, epoch, startedAt } = of
  const begin = { station: stations[0], at: 0, after: '', hasOldActs: false, counted }
  return { ...begin, size, epoch, startedAt }
}

/** In a station; null: it is done. */
type Next = { readonly at: number; readonly after: string } | null

type Done = {
  readonly next: Next
  readonly bytes: number
  readonly counted?: Partial<Counted>
  readonly hasOldActs?: boolean
}

/** What is done next, and where to go on when something is found to be wrong with it. */
type Plan = { readonly skip: Next; run(): Promise<Done> }

/** Bytes of one step, where they can be chosen. */
const stepBytes = 1_048_576

/** @throws {Error} when it cannot be done at all */
export async function scrubStep(place: ScrubPlace, parts: StepParts): Promise<Stepped> {
  const audit = parts.source.openRows()
  try {
    const plan = await planOf[place.station](place, { ...parts, audit })
    try {
      const done = await plan.run()
      return { finding: null, ...goneOn(place, done) }
    } catch (error) {
      const finding = findingOf(error)
      return { finding, ...goneOn(place, { next: plan.skip, bytes: 0, counted: { findings: 1 } }) }
    }
  } finally {
    audit.close()
  }
}

function findingOf(error: unknown): Broken['finding'] {
  if (error instanceof Broken) return error.finding
  if (error instanceof LogDamaged) return { where: 'wal', what: error.message }
  throw error
}

function goneOn(
  place: ScrubPlace,
  { next, bytes, counted: its = {}, ...found }: Done,
): Omit<Stepped, 'finding'> {
  const counted = { ...place.counted, bytes: place.counted.bytes + bytes }
  for (const name of ['records', 'rows', 'messageIds', 'files', 'findings'] as const)
    counted[name] += its[name] ?? 0
  const hasOldActs = place.hasOldActs || found.hasOldActs === true
  const all = { ...place, counted, hasOldActs }
  if (next !== null) return { next: { ...all, ...next }, bytes, counted }
  const station = stations[stations.indexOf(place.station) + 1]
  const isOver = station === undefined
  return { next: isOver ? null : { ...all, station, at: 0, after: '' }, bytes, counted }
}

type Planning = StepParts & { readonly audit: MailboxAudit }

const planOf: Readonly<
  Record<Station, (place: ScrubPlace, parts: Planning) => Plan | Promise<Plan>>
> = {
  heads: ({ at, size }, parts) => ({
    skip: { at: at + headsAtOnce, after: '' },
    async run() {
      const { next, bytes } = await scrubHistory(at, size, parts)
      return { next: next === null ? null : { at: next, after: '' }, bytes }
    },
  }),

  outside: ({ size }, parts) => ({
    skip: null,
    run: async () => ({ next: null, ...(await scrubOutside(size, parts)) }),
  }),

  records: ({ at, size }, parts) => ({
    skip: recordsFrom(at + tileWidth, size),
    async run() {
      const sum = { records: 0, rows: 0, messageIds: 0 }
      let bytes = 0
      let hasOldActs = false
      let from = at
      // A bundle that is not sound ends the step, and begins the next one: those before it count.
      for (; from < size && bytes < stepBytes; from += tileWidth) {
        const bundle = await scrubBundle(from, size, parts).catch((error: unknown) => {
          if (from === at) throw error
          return null
        })
        if (bundle === null) break
        sum.records += bundle.records
        sum.rows += bundle.rows
        sum.messageIds += bundle.messageIds
        bytes += bundle.bytes
        hasOldActs ||= bundle.hasOldActs
      }
      return { next: recordsFrom(from, size), bytes, counted: sum, hasOldActs }
    },
  }),

  log: (_, { source }) => ({
    skip: null,
    async run() {
      let bytes = 0
      const counting = async function* (): AsyncGenerator<Segment> {
        for await (const segment of source.segments()) {
          bytes += segment.bytes.length
          yield segment
        }
      }
      // What is behind the last good frame is being written just now.
      await walkFrames(counting(), () => undefined)
      return { next: null, bytes }
    },
  }),

  async search({ after }, { partitions, keys }) {
    const name = (await partitions.list()).find((one) => one > after && /^\d+-\d+$/.test(one))
    if (name === undefined) return nothingLeft
    return {
      skip: { at: 0, after: name },
      async run() {
        const stored = await readHead(partitions, name)
        const key = stored && (await indexKeyOf(keys, stored.head.bucket, 'check'))
        const bytes = stored && key ? await opensWhole(partitions, stored, key) : null
        // Where its key is gone it is about to go.
        if (stored === null || (key !== null && bytes === null))
          throw new Broken(`search/${name}`, 'it does not open')
        return { next: { at: 0, after: name }, bytes: bytes ?? 0 }
      },
    }
  },

  async files({ at, after }, { files }) {
    const name = await files.next(after)
    if (name === null) return nothingLeft
    return {
      skip: { at: 0, after: name },
      async run() {
        const { next, bytes } = await files.check(name, at)
        if (next !== null) return { next: { at: next, after }, bytes }
        return { next: { at: 0, after: name }, bytes, counted: { files: 1 } }
      },
    }
  },

  databases: (place, parts) => ({
    skip: null,
    async run() {
      const { audit, keys } = parts
      const unsound = audit.unsound()
      if (unsound !== null) throw new Broken('mailbox.db', unsound)
      const { counted, size, epoch, hasOldActs } = place
      const state = parts.state()
      if (typeof state === 'string') throw new Broken('state.db', state)
      // What acts made that cannot be seen, nobody can hold against them.
      if (!hasOldActs && hasAllActs(keys)) await checkState(state, parts)
      // What was disposed of meanwhile was counted, or was not; and a record that does not open is no row too many.
      const isComparable = epoch === keys.epoch && counted.findings === 0
      if (isComparable) checkCounts(counted, audit.counts(size))
      return { next: null, bytes: stepBytes }
    },
  }),
}

async function checkState(state: ScrubbedState, parts: Planning): Promise<void> {
  for await (const act of actsIn(parts)) state.see(act)
  const what = state.difference(parts.audit.durable?.position ?? 0)
  if (what !== null) throw new Broken('state.db', what)
}

const nothingLeft: Plan = {
  skip: null,
  run: async () => await Promise.resolve({ next: null, bytes: 0 }),
}

function recordsFrom(from: number, size: number): Next {
  return from < size ? { at: from, after: '' } : null
}

/** Each that has to be there was found; so what is more should not be there. */
function checkCounts(
  counted: Counted,
  found: Readonly<Record<'records' | 'rows' | 'messageIds', number>>,
): void {
  for (const table of ['records', 'rows', 'messageIds'] as const)
    if (found[table] !== counted[table])
      throw new Broken(
        'mailbox.db',
        `it has ${found[table]} ${table}, and the record makes ${counted[table]}`,
      )
}
