import { type BodyFiles } from '../bodies/ports.ts'
import { type Head } from '../ledger/ports.ts'
import { type Segment } from '../ledger/walk.ts'
import { type MailboxAudit } from '../mailbox/audit.ts'
import { type LogPosition } from '../types.ts'

/**
 * Everything of a record that is checked, to be read and no more. Paths are those of the data folder, such as
 * `log/checkpoint`, and the findings name them.
 */
export type RecordSource = {
  /**
   * True while a server writes the record. Then the log's tail moves under our hands, and what is checked is what the
   * integrator had made durable.
   */
  readonly isServed: boolean

  /** Null when there is no such file. */
  read(path: string): Promise<Uint8Array | null>

  /** The paths of all files below a folder, in any order. */
  list(folder: string): Promise<readonly string[]>

  /** `bodies/<bucket>`. */
  readonly bodies: BodyFiles

  /** The length of a file in bytes; 0 when it is not there. */
  size(path: string): Promise<number>

  /** The write-ahead log, ascending. */
  segments(): AsyncIterable<Segment>

  /** What the head register says of this log; null when it knows nothing of it. */
  head(): Promise<Head | null>

  /** The rows as they are at the first call; later writes are not seen. */
  openRows(): MailboxAudit
}

/** Records in a row, as the tree has them, and where the bodies are to lie. */
export type SealedRun = {
  readonly first: LogPosition
  /** 112 bytes each, one behind the other. */
  readonly entries: Uint8Array
  /** The offset of each record in its bucket's file. */
  readonly offsets: readonly number[]
}

/** What came of opening them with everything checked. */
export type OpenedRun = {
  /** The envelopes' JSON, up to the first record that is not sound; null for a record whose key is destroyed. */
  readonly envelopes: readonly (string | null)[]
  /** What acts say; '' for messages. */
  readonly contents: readonly string[]
  /** What is wrong with the record that comes next; null where all are sound. */
  readonly finding: Finding | null
}

/** Opens records: here, or in threads. */
export type Opener = {
  /** How many runs it can use at a time. */
  readonly atOnce: number
  open(run: SealedRun): Promise<OpenedRun>
  close(): Promise<void>
}

/** What a verification found. */
export type Verified =
  | { readonly ok: true; readonly report: Report }
  | { readonly ok: false; readonly finding: Finding }

/** What was checked, in numbers. */
export type Report = {
  readonly origin: string
  /** Records in the tree, all opened but for those that were disposed of. */
  readonly records: number
  readonly root: string
  /** Size of the newest signed head. */
  readonly signed: number
  readonly checkpoints: number
  readonly conversations: number
  readonly senders: number
  readonly rows: number
  /** Records that are in the log and not in tiles yet: after a crash, until the next start. */
  readonly waiting: number
  /** Bytes of a batch that a crash cut short; the next start removes them. */
  readonly tornBytes: number
  readonly disposed: {
    /** Records whose keys are destroyed, and a certificate says so. */
    readonly certified: number
    /** Those of disposals that are being carried out. */
    readonly committed: number
    readonly certificates: number
    /** Acts among them: what state they made cannot be held against them. */
    readonly acts: number
  }
}

/** The first thing that is wrong: where it is, and what. */
export type Finding = { readonly where: string; readonly what: string }

/** Ends a verification. Caught in one place, `verifyRecord`. */
export class Broken extends Error {
  override readonly name = 'Broken'
  readonly finding: Finding

  constructor(where: string, what: string) {
    super(`${where}: ${what}`)
    this.finding = { where, what }
  }
}
