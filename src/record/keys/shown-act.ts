// What an officer's act that is on record opens: looked at by who has the vault open, who does not believe whoever asks.

import { fromUtf8, sameBytes, utf8 } from '../../base/bytes.ts'
import { type Clock } from '../../base/clock.ts'
import { OperatorError } from '../../base/errors.ts'
import { decodeEntry, leafHash, type Entry } from '../ledger/entry.ts'
import { partIds } from '../ledger/parts.ts'
import { verifyInclusion } from '../ledger/proof.ts'
import { openRecord } from '../ledger/seal.ts'
import { type RecordSecret } from '../ledger/secret.ts'
import { parseQuery } from '../search/parse.ts'
import { hasLeaf } from '../search/query.ts'
import { type Envelope, type LogPosition } from '../types.ts'
import { type KeyAnswers, type Known } from './answers.ts'
import { signingPairs, verifyOwnHead } from './own-heads.ts'
import { type RecordPlace, type TreeHead } from './ports.ts'
import { type ActUse, type Proved, type Shown } from './uses.ts'

/** For so long after an act it opens something: an old one is no key for ever. */
const actMsMax = 3_600_000
/** Acts that are remembered once they were looked at. */
const actsMax = 64

/** What is asked for an act. */
export type AskedForAct = {
  readonly use: ActUse
  readonly what: 'conversation' | 'index' | RecordPlace
}

/** What an act lets be opened. */
type Act = {
  readonly kind: ActUse['for']
  /** ms since 1970 */
  readonly at: number
  /** Of a `read`: these records and no others. */
  readonly positions: ReadonlySet<LogPosition>
  /** Of a `search`: whether texts have to be looked at. */
  readonly needsTexts: boolean
}

export type ShownActs = {
  /** @throws {OperatorError} `key.act-not-shown` when it takes an act to be shown; `key.refused` when it does not open this */
  check(asked: AskedForAct, shown: Shown | undefined): Promise<void>
}

export function shownActs(
  { answers, known }: { readonly answers: KeyAnswers; readonly known: () => Known },
  clock: Clock,
): ShownActs {
  const acts = new Map<LogPosition, Act>()
  let head: { readonly note: string; readonly tree: TreeHead } | null = null

  function treeOf(note: string): TreeHead {
    if (head?.note === note) return head.tree
    const { log } = known()
    // By the keys that sign now alone: those that were replaced may be known to somebody.
    const verified = verifyOwnHead(utf8(note), log.origin, signingPairs(log).slice(0, 1))
    if (!verified.ok)
      throw refused('the head that was shown is not signed with the keys of this log')
    head = { note, tree: verified.checkpoint }
    return verified.checkpoint
  }

  async function read(position: LogPosition, { head: note, act: its }: Shown): Promise<Act> {
    const tree = treeOf(note)
    if (its.position !== position) throw refused(`it was shown record ${its.position} in its place`)
    const entry = entryIn(its, tree)
    if (entry.type !== 2) throw refused(`record ${position} is no act`)
    const secret = await answers.record({ ...entry, position }, 'check')
    const act = secret && openAct(its, entry, secret)
    if (act === null) throw refused(`record ${position} does not open`)
    return act
  }

  async function actOf(position: LogPosition, shown: Shown | undefined): Promise<Act> {
    const before = acts.get(position)
    if (before !== undefined) return before
    if (shown === undefined) throw notShown()
    const act = await read(position, shown)
    const [oldest] = acts.size < actsMax ? [] : acts.keys()
    if (oldest !== undefined) acts.delete(oldest)
    acts.set(position, act)
    return act
  }

  return {
    async check({ use, what }, shown) {
      const act = await actOf(use.act, shown)
      if (act.kind !== use.for) throw refused(`the act in record ${use.act} is no ${use.for}`)
      if (Math.abs(clock.now() - act.at) > actMsMax)
        throw refused(
          `the act in record ${use.act} is not of the last hour: search again, or open again`,
        )
      if (act.kind === 'search') {
        if (what === 'index' || act.needsTexts) return
        throw refused(
          `the search in record ${use.act} has no regular expression, and opens nothing`,
        )
      }
      if (typeof what === 'string')
        throw refused(`the act in record ${use.act} names records, and opens nothing else`)
      if (shown === undefined) throw notShown()
      checkNamed(act, { place: what, use }, entryShown(what, shown))
    },
  }

  function entryShown({ position }: RecordPlace, { head: note, record }: Shown): Entry {
    if (record?.position !== position)
      throw refused(`it was not shown where record ${position} stands`)
    return entryIn(record, treeOf(note))
  }
}

/** Null when it does not open. @throws {OperatorError} when it opens nothing */
function openAct(
  { position, entry: bytes, body }: Shown['act'],
  entry: Entry,
  secret: RecordSecret,
): Act | null {
  const opened = openRecord({ entry, entryBytes: bytes, body }, secret, { check: 'all' })
  if (!opened.ok) return null
  const textOf = (id: number): string =>
    fromUtf8(opened.parts.find((part) => part.id === id)?.bytes ?? new Uint8Array(0)) ?? ''
  const { kind, t_server: at }: Envelope = JSON.parse(textOf(partIds.envelope))
  if (kind !== 'search' && kind !== 'read')
    throw refused(`record ${position} is no act that opens anything`)
  const says: Says = JSON.parse(textOf(partIds.content))
  if ((says.purpose ?? '').trim() === '' || (says.by ?? '') === '')
    throw refused(`the act in record ${position} names no person or no purpose`)
  return {
    kind,
    at,
    positions: new Set(kind === 'read' ? says.positions : []),
    needsTexts: kind === 'search' && needsTexts(says.query ?? ''),
  }
}

/** What acts have in clear, once they are open. */
type Says = {
  readonly by?: string
  readonly purpose?: string
  readonly query?: string
  readonly positions?: readonly LogPosition[]
}

function needsTexts(query: string): boolean {
  return hasLeaf(parseQuery(query), ({ kind }) => kind === 'regex')
}

/** The record is named, and the key that is asked for is its own. */
function checkNamed(
  { positions }: Act,
  { place, use }: { readonly place: RecordPlace; readonly use: ActUse },
  { bucket, handle, seq, salt }: Entry,
): void {
  if (!positions.has(place.position))
    throw refused(`the act in record ${use.act} does not name record ${place.position}`)
  const isIts =
    bucket === place.bucket &&
    seq === place.seq &&
    sameBytes(handle, place.handle) &&
    sameBytes(salt, place.salt)
  if (!isIts) throw refused(`what is asked for is not the key of record ${place.position}`)
}

/** @throws {OperatorError} unless it is in the tree, there */
function entryIn({ position, entry: bytes, path }: Proved, { size, root }: TreeHead): Entry {
  const entry = decodeEntry(bytes)
  const leaf = { leafHash: leafHash(bytes), index: position, size, root }
  if (typeof entry !== 'string' && verifyInclusion(leaf, path)) return entry
  throw refused(`record ${position} is not in the tree that was signed`)
}

function notShown(): OperatorError {
  return new OperatorError(
    'key.act-not-shown',
    'The key agent opens what is older than the hot window for an officer when it is shown his act on record.',
  )
}

function refused(why: string): OperatorError {
  return new OperatorError('key.refused', `The key agent gives no key: ${why}.`)
}
