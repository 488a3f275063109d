import { type Finding } from '../verify/ports.ts'
import { type LogPosition } from '../types.ts'

/** What is read, in this order. */
export const stations = [
  'heads',
  'outside',
  'records',
  'log',
  'search',
  'files',
  'databases',
] as const

export type Station = (typeof stations)[number]

/** How far a pass is. Plain data: it crosses threads, and is kept over restarts. */
export type ScrubPlace = {
  readonly station: Station
  /** In the station: a head, a record, or a byte of a file. */
  readonly at: number
  /** In the station: what comes next is behind this name. */
  readonly after: string
  /** Records below are looked at. */
  readonly size: LogPosition
  /** Of the vault when it began: a disposal in between changes what is counted. */
  readonly epoch: number
  /** ms since 1970. */
  readonly startedAt: number
  /** Acts lie in other buckets than those of acts: from before there were any. */
  readonly hasOldActs: boolean
  readonly counted: Counted
}

/** Of the pass so far. */
export type Counted = {
  readonly records: number
  readonly rows: number
  readonly messageIds: number
  readonly files: number
  readonly bytes: number
  /** Findings that were told of. */
  readonly findings: number
}

/** What came of one step: some hundred kilobytes, or one thing that cannot be read in parts. */
export type Stepped = {
  readonly finding: Finding | null
  /** Where to go on, with a finding or without; null at the end of the pass. */
  readonly next: ScrubPlace | null
  /** Of the pass so far, with this step. */
  readonly counted: Counted
  /** Bytes that were read. */
  readonly bytes: number
}

/** Does the steps, away from the thread that has the traffic. */
export type Scrubber = {
  /** Where a pass over what is durable now begins. @throws {Error} as `step` */
  begin(startedAt: number): Promise<ScrubPlace>
  /** @throws {Error} when it cannot be done; nothing depends on it, and it may be tried again */
  step(place: ScrubPlace): Promise<Stepped>
  /** Lets go of keys and files until the next call. */
  rest(): Promise<void>
}

/** Keeps how far the pass is, and what was found. */
export type ScrubState = {
  read(): Promise<ScrubKept>
  /** Durable when it resolves. @throws {NoSpace} */
  write(kept: ScrubKept): Promise<void>
}

export type ScrubKept = {
  /** Null: no pass is under way. */
  readonly place: ScrubPlace | null
  /** The last pass that came to its end; null: none has. */
  readonly last: LastPass | null
  /** What was found in this pass, and in the last one; 100 at most. */
  readonly findings: readonly ToldFinding[]
}

export type ToldFinding = Finding & {
  /** When the pass began that found it, ms since 1970. */
  readonly passAt: number
}

/** Times in ms since 1970. */
export type LastPass = {
  readonly startedAt: number
  readonly endedAt: number
  readonly counted: Counted
}
