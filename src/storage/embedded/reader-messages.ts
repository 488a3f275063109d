import { type Checked } from '../../record/bodies/ports.ts'
import { type Use } from '../../record/keys/uses.ts'
import { type LogPosition } from '../../record/types.ts'
import { type Failure } from './failure.ts'

/** What the reader's thread is asked: as `RecordOpener.open`. */
export type ReadAsk = {
  /** `Keys.epoch` of who asks: keys that were destroyed by then open nothing. */
  readonly epoch: number
  readonly positions: readonly LogPosition[]
  /** Null: what people see of their own. */
  readonly use: Use | null
}

/** Or the first that cannot be read, or why no key was given for what was asked. */
export type ReadAnswer =
  | { readonly ok: true; readonly records: Columns }
  | {
      readonly ok: false
      readonly position: LogPosition
      readonly why: string
      readonly isGone: boolean
    }
  | { readonly ok: false; readonly refused: Failure }

/** What is said between the two threads. */
export type Reading = { readonly ask: ReadAsk; readonly answer: ReadAnswer }

/** Opened records as they cross threads: a name once and not in each record, which halves what the crossing takes. */
export type Columns = { readonly [Name in keyof Checked]: readonly Checked[Name][] }

export function columnsOf(records: readonly Checked[]): Columns {
  return {
    position: records.map(({ position }) => position),
    stanzaId: records.map(({ stanzaId }) => stanzaId),
    entry: records.map(({ entry }) => entry),
    envelope: records.map(({ envelope }) => envelope),
    content: records.map(({ content }) => content),
    wire: records.map(({ wire }) => wire),
    files: records.map(({ files }) => files),
  }
}

export function recordsOf(columns: Columns): readonly Checked[] {
  const { stanzaId, entry, envelope, content, wire, files } = columns
  return columns.position.map((position, i) => ({
    position,
    stanzaId: stanzaId[i] ?? '',
    entry: entry[i] ?? '',
    envelope: envelope[i] ?? '',
    content: content[i] ?? '',
    wire: wire[i] ?? '',
    files: files[i] ?? '',
  }))
}
