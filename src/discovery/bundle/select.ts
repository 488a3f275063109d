// Decides for each position of the range what becomes of it in the bundle. One byte a position is kept, and nothing of the records.

import { toHex } from '../../base/bytes.ts'
import { lru } from '../../base/lru.ts'
import { type Disclosed, type EntryAt, type Evidence } from '../../record/evidence/ports.ts'
import { type HandleName } from '../../record/heads/ports.ts'
import { bucketAt, handleBytes } from '../../record/ledger/entry.ts'
import { type ConversationId, type LogPosition } from '../../record/types.ts'
import { BundleRefused } from '../errors.ts'
import { envelopeIn, personsIn } from './opened.ts'
import { type BundleScope, type ExportAct } from './ports.ts'
import { type FirstIn, timeRange } from './time-range.ts'

/** Positions in one bundle: a byte each is kept, and 120 are written. */
const rangeMax = 50_000_000

/** What becomes of a position. Those from `otherConversation` on are reasons for which records are excluded. */
export const fates = {
  shown: 1,
  act: 2,
  otherConversation: 3,
  notOfPerson: 4,
  withheld: 5,
  destroyed: 6,
  damaged: 7,
} as const

export type Fate = (typeof fates)[keyof typeof fates]

/** The range, and a fate for each position of it. */
export type Selection = {
  readonly from: LogPosition
  readonly to: LogPosition
  readonly fates: Uint8Array
  /** Of the records that are shown, and of those that are destroyed. */
  readonly buckets: Set<number>
  /** Of what is shown: the newest conversations in buckets, by when their newest record came. */
  readonly handles: readonly HandleName[]
}

/** Conversations in buckets of which the log states how many records they have. */
const handlesMax = 10_000

type Sized = { readonly evidence: Evidence; readonly size: number }

/** @param act of the export: what comes after it is not in the bundle. @throws {BundleRefused} */
export async function select(
  scope: BundleScope,
  { evidence, size }: Sized,
  act: Pick<ExportAct, 'position' | 'range'>,
): Promise<Selection> {
  const { from, to } = await rangeOf(scope, { evidence, size }, act)
  if (to - from > rangeMax)
    throw new BundleRefused(`${to - from} records are more than one bundle holds: ${rangeMax}`)
  const found = new Uint8Array(to - from)
  const judge = judgeOf(scope, evidence)
  const buckets = new Set<number>()
  const handles = new Map<string, HandleName>()
  for await (const entry of evidence.entries({ from, to }, size)) {
    const fate = await judge(entry)
    found[entry.position - from] = fate
    if (fate === fates.shown || fate === fates.destroyed) buckets.add(bucketAt(entry.bytes, 0))
    if (fate !== fates.shown && (fate !== fates.act || entry.bytes[1] === statementType)) continue
    const name = handleOf(entry)
    const key = `${name.bucket} ${name.handle}`
    handles.delete(key)
    handles.set(key, name)
    const [oldest = ''] = handles.keys()
    if (handles.size > handlesMax) handles.delete(oldest)
  }
  return { from, to, fates: found, buckets, handles: [...handles.values()] }
}

function handleOf({ bytes }: EntryAt): HandleName {
  return { bucket: bucketAt(bytes, 0), handle: toHex(bytes.subarray(8, 8 + handleBytes)) }
}

async function rangeOf(
  { positions, time }: BundleScope,
  sized: Sized,
  { position: end, range }: Pick<ExportAct, 'position' | 'range'>,
): Promise<{ readonly from: LogPosition; readonly to: LogPosition }> {
  let [from, to] = [positions?.from ?? 0, Math.min(positions?.to ?? end, end)]
  // Acts of before do not say where the time that was asked for lies.
  const firstIn: FirstIn = async (first, last) => await timeFrom(first, last, sized)
  const timed =
    range ?? (await timeRange({ time }, { size: end, now: Number.POSITIVE_INFINITY, firstIn }))
  if (timed !== null) [from, to] = [Math.max(from, timed.from), Math.min(to, timed.to ?? end)]
  if (from < to) return { from, to }
  throw new BundleRefused('there is no record in that range')
}

/** The time of the first record from there on that can be opened. */
async function timeFrom(
  from: LogPosition,
  to: LogPosition,
  { evidence, size }: Sized,
): Promise<{ readonly position: LogPosition; readonly at: number } | null> {
  for await (const entry of evidence.entries({ from, to }, size)) {
    const opened = await evidence.disclose(entry)
    if (opened.kind === 'record')
      return { position: entry.position, at: envelopeIn(opened).t_server }
  }
  return null
}

/** Open statements: they are nobody's, and always shown. */
const statementType = 3

type Judge = (entry: EntryAt) => Promise<Fate>

function judgeOf(scope: BundleScope, evidence: Evidence): Judge {
  const conversationOf = conversations(evidence)
  const wanted = scope.conversations && new Set<string>(scope.conversations)
  const persons = scope.persons && new Set<string>(scope.persons)
  return async (entry) => {
    if (entry.bytes[1] === statementType) return fates.act
    if (wanted !== null) {
      const conversation = await conversationOf(entry)
      if (typeof conversation === 'number') return conversation
      if (!wanted.has(conversation)) return fates.otherConversation
    }
    if (scope.withhold.some(({ from, to }) => from <= entry.position && entry.position < to))
      return fates.withheld
    const opened = await evidence.disclose(entry)
    if (opened.kind !== 'record') return closedFate(opened)
    const isTheirs = persons === null || personsIn(envelopeIn(opened)).some((id) => persons.has(id))
    if (!isTheirs) return fates.notOfPerson
    return isAct(entry) ? fates.act : fates.shown
  }
}

/** Entry types 2 and 3: LEDGER.md §3.1. */
function isAct({ bytes }: EntryAt): boolean {
  return bytes[1] !== 1
}

function closedFate({ kind }: Disclosed): Fate {
  return kind === 'destroyed' ? fates.destroyed : fates.damaged
}

const conversationsKept = 100_000

/** The conversation of each handle, by opening one record of it. A fate where none could be opened yet. */
function conversations(evidence: Evidence): (entry: EntryAt) => Promise<ConversationId | Fate> {
  const known = lru<string, ConversationId>({ costMax: conversationsKept })
  return async (entry) => {
    const { bucket, handle } = handleOf(entry)
    const name = `${bucket} ${handle}`
    const there = known.get(name)
    if (there !== undefined) return there
    const opened = await evidence.disclose(entry)
    if (opened.kind !== 'record') return closedFate(opened)
    const { conv } = envelopeIn(opened)
    known.set(name, conv)
    return conv
  }
}
