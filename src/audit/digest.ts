// Who looked at how much under which purpose, month by month: for who looks after privacy.

import { textOf } from './entry.ts'
import { boundsOf } from './months.ts'
import { type AuditEntry } from './ports.ts'
import { type Trail } from './trail.ts'

/** Lines of one digest: pairs of person and purpose. What is beyond is one number. */
const linesMax = 1_000
const kinds = ['search', 'read', 'export', 'connections'] as const

export type DigestLine = {
  readonly person: string
  readonly category: string
  readonly purpose: string
  readonly matter: string | null
  readonly searches: number
  /** Records that were opened. */
  readonly opened: number
  readonly exports: number
  /** Looks at from where somebody connects. */
  readonly connections: number
}

export type Digest = {
  readonly month: string
  /** Those who opened most first. */
  readonly lines: readonly DigestLine[]
  /** Acts of pairs that are in no line. */
  readonly more: number
  readonly totals: Pick<DigestLine, 'searches' | 'opened' | 'exports' | 'connections'>
}

/** Null where that is no month. @param month such as 2026-05 */
export async function digestOf(month: string, trail: Trail): Promise<Digest | null> {
  const bounds = boundsOf(month)
  if (bounds === null) return null
  const lines = new Map<string, DigestLine>()
  let totals = { searches: 0, opened: 0, exports: 0, connections: 0 }
  let more = 0
  for await (const entry of trail.after(-1, { ...bounds, scope: 'all', kinds })) {
    const counted = countsOf(entry)
    if (counted === null) continue
    totals = sum(totals, counted)
    const { by, purpose, matter, details } = entry
    const category = textOf(details['category']) ?? 'other'
    const who = { person: by ?? '', category, purpose: purpose ?? '', matter }
    const key = JSON.stringify(who)
    const before = lines.get(key)
    if (before === undefined && lines.size >= linesMax) more++
    else lines.set(key, { ...who, ...sum(before ?? nothing, counted) })
  }
  const sorted = [...lines.values()].toSorted(
    (a, b) => b.opened - a.opened || b.searches - a.searches || a.person.localeCompare(b.person),
  )
  return { month, lines: sorted, more, totals }
}

/** What is on record of it and in the message: so much of it that one record has room. */
const [linesShownMax, purposeCharsMax] = [200, 200]

/** Its first lines, with the acts of the others as a number. */
export function shortened({ lines, more, ...rest }: Digest): Digest {
  const left = lines.slice(linesShownMax).map(actsIn)
  return {
    ...rest,
    lines: lines.slice(0, linesShownMax).map((line) => ({
      ...line,
      purpose: line.purpose.slice(0, purposeCharsMax),
    })),
    more: left.reduce((total, acts) => total + acts, more),
  }
}

/** Of a look that opens many only what was opened is known. */
function actsIn({ searches, exports, connections, opened }: DigestLine): number {
  return searches + exports + connections + Math.min(1, opened)
}

type Counts = Digest['totals']
const nothing: Counts = { searches: 0, opened: 0, exports: 0, connections: 0 }

/** Null: no look, such as that somebody saved a search. Who fetches a bundle gets it as who exports one does. */
function countsOf({ kind, details }: AuditEntry): Counts | null {
  const positions: unknown = details['positions']
  if (kind === 'search') return { ...nothing, searches: 1 }
  if (kind === 'export' || kind === 'export.fetch') return { ...nothing, exports: 1 }
  if (kind === 'read')
    return { ...nothing, opened: Array.isArray(positions) ? positions.length : 0 }
  return kind === 'connections.read' ? { ...nothing, connections: 1 } : null
}

function sum(a: Counts, b: Counts): Counts {
  return {
    searches: a.searches + b.searches,
    opened: a.opened + b.opened,
    exports: a.exports + b.exports,
    connections: a.connections + b.connections,
  }
}
