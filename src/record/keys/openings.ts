// The journal of the key agent: which keys of cold buckets it has given away, and what for. Lines of text, each with a MAC over itself and
// the MAC of the line before, under a key that the server does not have. No names and no text: docs/operate/keys.md.

import { toHex, utf8 } from '../../base/bytes.ts'
import { hmac256, type SecretKey } from '../../base/crypto.ts'
import { type Use } from './uses.ts'

/** A key that is about to be given away. */
export type Opening = {
  /** ms since 1970 */
  readonly at: number
  /** `paper`: one that opens the vault was printed. */
  readonly use: Use | 'paper'
  /** 0 for a paper. */
  readonly bucket: number
  /** The conversation's pseudonym in that bucket; null for the search index, and for a paper. */
  readonly handle: Uint8Array | null
}

/** Where the journal stands: how many lines there ever were, and the MAC of the newest, in hex. */
export type JournalEnd = { readonly count: number; readonly head: string }

export const journalStart: JournalEnd = { count: 0, head: '0'.repeat(64) }

/** Files that are kept: older ones go when another one begins. */
export const journalFilesMax = 8

const version = 'onrecord-openings v1'

/** A file of the journal, in its place among all that there ever were, from 1. Latin-1. */
export type JournalFile = { readonly number: number; readonly text: string }

/** What a file begins with: where those before it end. */
export function journalHeader({ count, head }: JournalEnd): string {
  return `${version} ${count} ${head}\n`
}

/** @returns the line, with its end, and where the journal stands with it */
export function journalLine(
  key: SecretKey,
  { count, head }: JournalEnd,
  opening: Opening,
): { readonly line: string; readonly end: JournalEnd } {
  const text = `${count + 1} ${wordsOf(opening)}`
  const mac = macOf(key, head, text)
  return { line: `${text} ${mac}\n`, end: { count: count + 1, head: mac } }
}

function wordsOf({ at, use, bucket, handle }: Opening): string {
  const [what, act] = typeof use === 'string' ? [use, '-'] : [use.for, use.act]
  const of = handle === null ? 'index' : toHex(handle)
  const where = use === 'paper' ? 'vault -' : `${bucket} ${of}`
  return `${new Date(at).toISOString()} ${what} ${where} ${act}`
}

function macOf(key: SecretKey, head: string, text: string): string {
  return toHex(hmac256(key, utf8(`onrecord opening\0${head}\0${text}`)))
}

/** What is in a file, up to the first line that is not what was written. */
export type ReadJournal = {
  /** Where the file begins; null when its first line says nothing. */
  readonly from: JournalEnd | null
  /** Where the journal stood after each line. */
  readonly ends: readonly JournalEnd[]
  /** The number of the first whole line (from 1, the header included) that was changed or does not go on; null: none. */
  readonly wrongLine: number | null
  /** Characters of whole lines: what is behind them was being written. */
  readonly whole: number
}

export function readJournal(text: string, key: SecretKey): ReadJournal {
  const whole = text.lastIndexOf('\n') + 1
  const [header = '', ...lines] = text.slice(0, whole).split('\n').slice(0, -1)
  const from = headerOf(header)
  if (from === null) return { from, ends: [], wrongLine: 1, whole }
  const ends: JournalEnd[] = []
  for (const [i, line] of lines.entries()) {
    const before: JournalEnd = ends.at(-1) ?? from
    const at = line.lastIndexOf(' ')
    const mac = macOf(key, before.head, line.slice(0, at))
    const isNext = line.startsWith(`${before.count + 1} `) && line.slice(at + 1) === mac
    if (!isNext) return { from, ends, wrongLine: i + 2, whole }
    ends.push({ count: before.count + 1, head: mac })
  }
  return { from, ends, wrongLine: null, whole }
}

function headerOf(line: string): JournalEnd | null {
  const [, count, head] = /^onrecord-openings v1 (\d{1,15}) ([0-9a-f]{64})$/.exec(line) ?? []
  return head === undefined ? null : { count: Number(count), head }
}

export function journalName(number: number): string {
  return `${String(number).padStart(16, '0')}.log`
}

/** What is wrong with a journal, and where. */
export type JournalFinding = { readonly where: string; readonly what: string }

/**
 * Holds a journal against itself, and against what statements on record said of it.
 *
 * @param files all that there are, in their order
 * @param stated in the order of the log, each with its place for messages
 */
export function checkJournal(
  files: readonly JournalFile[],
  stated: readonly (JournalEnd & { readonly where: string })[],
  key: SecretKey,
): JournalFinding | null {
  const known = new Map<number, string>()
  let last: JournalEnd | null = null
  const newest = files.at(-1)?.number ?? 0
  let oldest = 0
  for (const [i, { number, text }] of files.entries()) {
    const where = `openings/${journalName(number)}`
    const { from, ends, wrongLine } = readJournal(text, key)
    if (wrongLine !== null)
      return { where, what: `line ${wrongLine} is not what the key agent has written` }
    const isFirst = i === 0 && (number === 1 || number === newest - journalFilesMax + 1)
    const before: JournalEnd | null = number === 1 ? journalStart : last
    const goesOn = before === null ? isFirst : isSame(before, from)
    if (from === null || !goesOn)
      return { where, what: 'it does not go on where the file before it ends' }
    if (i === 0) oldest = from.count
    for (const end of [from, ...ends]) known.set(end.count, end.head)
    last = ends.at(-1) ?? from
  }
  return againstStated(
    known,
    stated.filter(({ count }) => count > 0 && count >= oldest),
  )
}

function againstStated(
  known: ReadonlyMap<number, string>,
  stated: readonly (JournalEnd & { readonly where: string })[],
): JournalFinding | null {
  for (const { count, head, where } of stated) {
    const found = known.get(count)
    if (found === head) continue
    const what =
      found === undefined ? `it ends before line ${count}` : `line ${count} is another one`
    return { where: 'openings', what: `${what}, which ${where} names` }
  }
  return null
}

function isSame(one: JournalEnd, other: JournalEnd | null): boolean {
  return one.count === other?.count && one.head === other.head
}
