// The acts that are about the records of a bundle: holds that have them, searches and reads that showed them, exports, disposals and
// erasures of their buckets; and the changes of the keys that the log signs with.

import { fromUtf8 } from '../../base/bytes.ts'
import { type Disclosed, type Evidence } from '../../record/evidence/ports.ts'
import { type RecordFacts } from '../../record/holds/ports.ts'
import { type HoldAct } from '../../record/holds/register.ts'
import { isInScope } from '../../record/holds/scope.ts'
import { type RunAct, type RunStatement } from '../../record/disposal/runs.ts'
import { partIds } from '../../record/ledger/parts.ts'
import { type Envelope, type LogPosition, type PersonId } from '../../record/types.ts'
import { BundleRefused } from '../errors.ts'
import { type ExportContent } from './act.ts'
import { envelopeIn, partText } from './opened.ts'
import { type BundleScope } from './ports.ts'
import { fates, type Selection } from './select.ts'

/** Acts that are kept in memory while a bundle is made. */
const actsMax = 200_000

/** A record that is shown, as far as acts can be about it. */
export type ShownRecord = RecordFacts & {
  /** Who could see it; null where that is not known. */
  readonly members: readonly PersonId[] | null
}

export type ActsAbout = {
  /** Shown each record that is in the bundle. */
  see(record: ShownRecord): void
  /** Positions of the acts that are about what was seen. */
  found(): ReadonlySet<LogPosition>
}

/** What an act says, as it was written by the code that puts such acts on record. */
type Act =
  | HoldAct
  | RunAct
  | RunStatement
  | (Pick<ExportContent, 'scope'> & { readonly kind: 'export' })
  | { readonly kind: 'search' }
  | {
      readonly kind: 'read'
      readonly positions: readonly LogPosition[]
      readonly search: LogPosition | null
    }
  | { readonly kind: 'key.signing' }

type Placed = { readonly position: LogPosition; readonly act: Act }

/** @param positions of all acts of these kinds, ascending. One that cannot be opened, or that is withheld, is left out */
export async function actsAbout(
  positions: Iterable<LogPosition>,
  { evidence, size }: { readonly evidence: Evidence; readonly size: number },
  { selection, withhold }: Pick<BundleScope, 'withhold'> & { readonly selection: Selection },
): Promise<ActsAbout> {
  // What is outside of the range can be withheld, too.
  const isKept = (position: LogPosition): boolean =>
    isHidden(selection, position) ||
    withhold.some(({ from, to }) => from <= position && position < to)
  const found = new Set<LogPosition>()
  /** Those that each record has to be held against. */
  let open: (Placed & { readonly fits: (record: ShownRecord) => boolean })[] = []
  /** Those that are about another act. */
  const later: { readonly position: LogPosition; readonly of: LogPosition }[] = []
  let count = 0
  for (const position of positions) {
    if (position >= size || isKept(position)) continue
    const act = await actAt(position, { evidence, size })
    if (act === null) continue
    if (++count > actsMax)
      throw new BundleRefused(
        `more than ${actsMax} acts may be about the records: narrow the export`,
      )
    const fits = fitsOf({ position, act })
    if (fits !== null) open.push({ position, act, fits })
    if (isAboutSelection(act, selection)) found.add(position)
    for (const of of actsOf(act)) later.push({ position, of })
    // A read names the search that had found what was read.
    const search = act.kind === 'read' && found.has(position) ? act.search : null
    if (search !== null && !isKept(search)) found.add(search)
  }
  return {
    see(record) {
      for (const { position, fits } of open) if (fits(record)) found.add(position)
      open = open.filter(({ position }) => !found.has(position))
    },
    found() {
      // What follows an act stands behind it.
      for (const { position, of } of later) if (found.has(of)) found.add(position)
      return found
    },
  }
}

/** Withheld, destroyed or damaged: then it is not shown as an act either. */
function isHidden({ from, to, fates: all }: Selection, position: LogPosition): boolean {
  if (position < from || position >= to) return false
  const fate = all[position - from]
  return fate === fates.withheld || fate === fates.destroyed || fate === fates.damaged
}

async function actAt(
  position: LogPosition,
  { evidence, size }: { readonly evidence: Evidence; readonly size: number },
): Promise<Act | null> {
  for await (const entry of evidence.entries({ from: position, to: position + 1 }, size))
    return actIn(await evidence.disclose(entry))
  return null
}

const kinds = /^(?:hold\.|disposal\.|erasure\.|search$|read$|export$|key\.signing$)/

function actIn(opened: Disclosed): Act | null {
  if (opened.kind === 'statement') {
    const { kind, says } = JSON.parse(fromUtf8(opened.body) ?? '{}')
    return kinds.test(String(kind)) ? { ...says, kind } : null
  }
  if (opened.kind !== 'record') return null
  const { kind }: Envelope = envelopeIn(opened)
  return kinds.test(kind) ? { ...JSON.parse(partText(opened.parts, partIds.content)), kind } : null
}

/** Whether what it names by position or bucket is in the bundle, or would be if it were not destroyed. */
function isAboutSelection(act: Act, { from, fates: all, buckets }: Selection): boolean {
  const isOurs = (position: LogPosition): boolean => {
    const fate = all[position - from]
    return fate === fates.shown || fate === fates.destroyed
  }
  switch (act.kind) {
    case 'key.signing':
      return true
    case 'read':
    case 'erasure.order':
      return act.positions.some(isOurs)
    case 'disposal.propose':
      return act.buckets.some((bucket) => buckets.has(bucket))
    case 'disposal.intent':
    case 'disposal.commit':
    case 'disposal.certificate':
      return buckets.has(act.bucket)
    case 'disposal.approve':
    case 'export':
    case 'hold.place':
    case 'hold.release':
    case 'search':
      // These are about another act, or each record is held against them.
      return false
    default:
      return act satisfies never
  }
}

/** The acts that it follows. */
function actsOf(act: Act): readonly LogPosition[] {
  if (act.kind === 'hold.release') return [act.hold]
  return act.kind === 'disposal.approve' ? [act.run] : []
}

function fitsOf({ position, act }: Placed): ((record: ShownRecord) => boolean) | null {
  if (act.kind === 'export')
    return (record) => record.position < position && isExported(act.scope, record)
  if (act.kind !== 'hold.place') return null
  // What only a search could tell is taken to be held: the act says what it has.
  return (record) =>
    isInScope(act.scope, record, {
      wasIn: (person) => record.members?.includes(person) ?? null,
      isFound: () => null,
    }) !== false
}

function isExported(
  { positions, time, conversations, persons }: BundleScope,
  { position, at, conversation, persons: theirs }: RecordFacts,
): boolean {
  const isThere = positions === null || (positions.from <= position && position < positions.to)
  const isThen = at >= (time?.from ?? 0) && at < (time?.until ?? Infinity)
  const isOf = conversations === null || conversations.includes(conversation)
  return isThere && isThen && isOf && (persons?.some((id) => theirs.includes(id)) ?? true)
}
