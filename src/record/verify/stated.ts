// What the log says of itself each hour, held against the log: how many records each conversation has, and which heads and time stamps
// there were. LEDGER.md §3.5.

import { toHex } from '../../base/bytes.ts'
import { type BodyFiles } from '../bodies/ports.ts'
import { headLeaf } from '../heads/list.ts'
import { type RawRecord } from '../ledger/frame.ts'
import { growTree } from '../ledger/tree.ts'
import { type RenewedSays } from '../timestamps/renew.ts'
import { type LogPosition } from '../types.ts'
import { type Chain, type ChainHandle } from './chain.ts'
import { type HeadCheck } from './heads.ts'
import { Broken } from './ports.ts'
import { saidBy, statementTexts } from './statements.ts'

/** Follows all entries in log order. */
export type StatedCheck = {
  /** A record came into this bucket. */
  grown(bucket: number): void
  /** The tree has so many records. */
  reached(size: number): void
  /** What an open statement says. @throws {Broken} when it is not so */
  stated(position: LogPosition, kind: string, says: string): void
  /** What an act says. */
  act(kind: string, content: string): void
  /** Everything was seen. @param hasAllActs none was disposed of @throws {Broken} when a head that was named was not signed */
  end(hasAllActs: boolean): void
}

/** What a list of heads comes to. */
type Listed = { readonly count: number; readonly root: string }

type Parts = {
  readonly bodies: BodyFiles
  /** Bytes of `bodies/0` that are durable. */
  readonly archived: number
  /** Records that only the log has. */
  readonly tail: readonly RawRecord[]
  readonly chain: Pick<Chain, 'handles'>
  readonly heads: Pick<HeadCheck, 'sizes' | 'stamps' | 'hash512Of'>
}

export function checkStated({ bodies, archived, tail, chain, heads }: Parts): StatedCheck {
  const wanted = listedSizes(bodies, archived, tail)
  const lists = listsOf(chain)
  const disposals = { committed: new Set<number>(), certified: new Set<number>() }
  const named = namedHeads(heads)
  /** What may have been stated of so many records. */
  const listed = new Map<number, readonly Listed[]>()
  const reached = (size: number): void => {
    if (wanted.has(size)) listed.set(size, listedBy(lists, disposals))
  }
  reached(0)

  return {
    grown: (bucket) => lists.grown(bucket),
    reached,
    stated(position, kind, says) {
      if (kind === 'heads') checkHeads(position, says, listed)
      if (kind === 'tick') checkTick(position, says, { named, stamps: heads.stamps })
      if (kind === 'renew') checkRenewed(position, says, { named, stamps: heads.stamps })
      if (kind === 'disposal.commit') noteWhole(says, disposals.committed)
      if (kind !== 'disposal.certificate') return
      noteWhole(says, disposals.certified)
      for (const bucket of disposals.certified) {
        disposals.committed.delete(bucket)
        lists.grown(bucket)
      }
    },
    act(kind, content) {
      const { what }: { readonly what?: string } = kind === 'backup' ? JSON.parse(content) : {}
      if (what === 'restored') named.restored()
    },
    end: (hasAllActs) => named.end(hasAllActs),
  }
}

/** Heads that statements name, held against those that are known. */
type NamedHeads = {
  name(named: Named): void
  /** What was named before may be of the log that a backup was made of, and not in the history that came with it. */
  restored(): void
  end(hasAllActs: boolean): void
}

type Named = { readonly position: LogPosition } & (
  | { readonly size: number }
  | { readonly count: number; readonly sha512: string }
)

function namedHeads({ sizes, hash512Of }: Pick<HeadCheck, 'sizes' | 'hash512Of'>): NamedHeads {
  const signed = new Set(sizes)
  let doubt: Broken | null = null
  return {
    name(named) {
      const where = `record ${named.position}`
      if ('size' in named) {
        // Of a server that runs the history was read before: what is newer is not known.
        const isNewer = named.size > (sizes.at(-1) ?? 0) && named.size <= named.position
        if (isNewer || signed.has(named.size)) return
        doubt ??= new Broken(where, `it names a head of ${named.size} records, and none was signed`)
        return
      }
      const found = hash512Of(named.count)
      if (found === null || found === named.sha512) return
      const what = 'the heads that it names by SHA-512 are not those of log/checkpoints'
      doubt ??= new Broken(where, what)
    },
    restored() {
      doubt = null
    },
    end(hasAllActs) {
      if (doubt !== null && hasAllActs) throw doubt
    },
  }
}

/** Of which sizes a list is stated, later in the log. */
function listedSizes(
  bodies: BodyFiles,
  archived: number,
  tail: readonly RawRecord[],
): ReadonlySet<number> {
  const sizes = new Set<number>()
  const note = (text: string): void => {
    const said = saidBy(text, (kind) => kind === 'heads')
    if (said !== null) sizes.add(headsIn(said.says).size ?? -1)
  }
  for (const text of statementTexts(bodies, archived)) note(text)
  for (const { entry, body } of tail) if (entry[1] === 3) note(new TextDecoder().decode(body))
  return sizes
}

type SaidHeads = { readonly size?: number; readonly count?: number; readonly root?: string }

function headsIn(says: string): SaidHeads {
  return JSON.parse(says)
}

/** A bucket of which nothing is left is in no list once its rows are deleted. With survivors it stays as it was. */
function noteWhole(says: string, buckets: Set<number>): void {
  const { bucket, survivors }: { bucket?: number; survivors?: { count?: number } } =
    JSON.parse(says)
  if (bucket !== undefined && survivors?.count === 0) buckets.add(bucket)
}

type Lists = {
  grown(bucket: number): void
  /** @param without buckets that are in no list any more; once one is it stays so, and counts as grown */
  of(without: ReadonlySet<number>): Listed
  /** The same, and beside it without others, this once. */
  with(without: ReadonlySet<number>, others: ReadonlySet<number>): Listed
}

/** Between commit and certificate the rows are deleted, and when that was nobody can tell. */
function listedBy(
  lists: Lists,
  {
    committed,
    certified,
  }: { readonly committed: ReadonlySet<number>; readonly certified: ReadonlySet<number> },
): readonly Listed[] {
  const before = lists.of(certified)
  return committed.size === 0 ? [before] : [before, lists.with(certified, committed)]
}

/** Where a list may go on: all buckets up to that one are in, and have not grown since. */
type Beginning = { readonly upTo: number; readonly tree: Uint8Array }

function listsOf({ handles }: Pick<Chain, 'handles'>): Lists {
  let beginnings: readonly Beginning[] = []
  let grownFrom = Infinity

  function listFrom(from: number, without: ReadonlySet<number>): readonly Beginning[] {
    const same = beginnings.filter(({ upTo }) => upTo < from)
    const start = same.at(-1)
    const tree = growTree(start?.tree)
    const next: Beginning[] = []
    for (const number of [...handles.keys()].toSorted((a, b) => a - b)) {
      if (number <= (start?.upTo ?? -1) || without.has(number)) continue
      for (const leaf of leavesOf(handles.get(number) ?? new Map())) tree.append(leaf)
      next.push({ upTo: number, tree: tree.save() })
    }
    return [...same, ...next]
  }
  return {
    grown(bucket) {
      grownFrom = Math.min(grownFrom, bucket)
    },
    of(without) {
      beginnings = listFrom(grownFrom, without)
      grownFrom = Infinity
      return comesTo(beginnings)
    },
    with: (without, others) =>
      comesTo(listFrom(Math.min(grownFrom, ...others), new Set([...without, ...others]))),
  }
}

function comesTo(list: readonly Beginning[]): Listed {
  const tree = growTree(list.at(-1)?.tree)
  return { count: tree.size, root: toHex(tree.root()) }
}

function* leavesOf(handles: ReadonlyMap<string, ChainHandle>): Generator<Uint8Array> {
  for (const name of [...handles.keys()].toSorted()) {
    const handle = handles.get(name)
    if (handle !== undefined) yield headLeaf({ ...handle, next: handle.nextSeq })
  }
}

function checkHeads(
  position: LogPosition,
  says: string,
  listed: ReadonlyMap<number, readonly Listed[]>,
): void {
  const { size, count, root } = headsIn(says)
  if (size === undefined) return
  const found = listed.get(size) ?? []
  if (found.some((one) => one.count === count && one.root === root)) return
  const [first] = found
  const made = first === undefined ? 'none' : `${first.count} with the root ${first.root}`
  throw new Broken(
    `record ${position}`,
    `it says that the first ${size} records are of ${count ?? 0} conversations with the root ${root ?? ''}, and they make ${made}`,
  )
}

type SaidTick = {
  readonly checkpoint?: { readonly size: number } | null
  readonly stamps?: readonly { readonly size: number; readonly sha256: string }[]
}

function checkTick(
  position: LogPosition,
  says: string,
  { named, stamps }: { readonly named: NamedHeads; readonly stamps: HeadCheck['stamps'] },
): void {
  const { checkpoint, stamps: told = [] }: SaidTick = JSON.parse(says)
  const where = `record ${position}`
  if (checkpoint) named.name({ position, size: checkpoint.size })
  for (const { size, sha256 } of told) {
    if (size > position) throw new Broken(where, `it names a time stamp over ${size} records`)
    // Older ones are thinned out.
    if ((stamps.get(size)?.sha256 ?? sha256) !== sha256) throw otherStamp(size, position)
  }
}

/** What was put under newer algorithms is what is there, as far as it is there still. */
function checkRenewed(
  position: LogPosition,
  says: string,
  { named, stamps }: { readonly named: NamedHeads; readonly stamps: HeadCheck['stamps'] },
): void {
  const said: Partial<RenewedSays> = JSON.parse(says)
  if (said.heads) named.name({ position, ...said.heads })
  for (const [size, sha512] of said.stamps ?? [])
    if ((stamps.get(size)?.sha512 ?? sha512) !== sha512) throw otherStamp(size, position)
}

function otherStamp(size: number, position: LogPosition): Broken {
  const where = `log/timestamps/${String(size).padStart(16, '0')}`
  return new Broken(where, `it is not the time stamp that record ${position} names`)
}
