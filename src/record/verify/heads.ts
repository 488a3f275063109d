// Every head that was ever signed: its signature, and that the tree as it is begins with it.

import { sameBytes, toHex } from '../../base/bytes.ts'
import { digestOf } from '../../base/pki.ts'
import { type Keys } from '../keys/ports.ts'
import { headsOf } from '../keys/signers.ts'
import {
  decodeHistory,
  historyItemBytes,
  isItemIntact,
  type ItemMac,
  itemMac,
  type SignedHeadItem,
} from '../integrate/checkpoint-history.ts'
import { verifyCheckpoint, verifyPlainSignature, type Checkpoint } from '../ledger/checkpoint.ts'
import { parseVerifierKey, type VerifierKey } from '../ledger/note.ts'
import { type Head } from '../ledger/ports.ts'
import { emptyRoot } from '../ledger/tree.ts'
import { outsideHeads, type StampHashes } from './outside-heads.ts'
import { Broken, type RecordSource } from './ports.ts'

export const notePath = 'log/checkpoint'
export const historyPath = 'log/checkpoints'

/** Heads to be compared with the tree as it grows. */
export type HeadCheck = {
  readonly signed: number
  readonly checkpoints: number
  /** Of every head that was signed, ascending. */
  readonly sizes: readonly number[]
  /** Of the time stamps that are kept, by the size of their heads. */
  readonly stamps: ReadonlyMap<number, StampHashes>
  /** SHA-256 (hex) of the first so many heads; null when there are not so many. */
  hashOf(count: number): string | null
  /** The same by SHA-512. */
  hash512Of(count: number): string | null
  /** The tree has this size and root at some time. Sizes ascend. */
  at(size: number, root: () => Uint8Array): void
  /** @param size of the whole tree: no head may be larger */
  end(size: number): void
}

type Expected = { readonly size: number; readonly root: Uint8Array; readonly where: string }

/** Reads and verifies signatures; roots are compared as the tree grows. */
export async function checkHeads(source: RecordSource, keys: Keys): Promise<HeadCheck> {
  const verifying = signersOf(keys)
  const history = await wholeHistory(source)
  const items = historyOf(history, verifying, itemMac(keys))
  const newest = await newestOf(source, verifying)
  const registered = await source.head()
  if (registered === null) throw new Broken('head register', 'it does not know this log')
  const torn = (await source.size(historyPath)) % historyItemBytes
  if (torn > 0 && registered.closedAt !== null) {
    throw new Broken(historyPath, `${torn} bytes at its end are no whole checkpoint`)
  }
  checkAgree({ items, newest, registered, isServed: source.isServed })
  const expected: Expected[] = items.map(({ size, root }, i) => ({
    size,
    root,
    where: `${historyPath}, checkpoint ${i}`,
  }))
  const outside = await outsideHeads(source, (note, where) => ourCheckpoint(note, verifying, where))
  expected.push(...outside.heads)
  if (newest) expected.push({ size: newest.size, root: newest.root, where: notePath })
  if (!source.isServed) expected.push({ ...registered, where: 'head register' })
  const queue = expected.toSorted((a, b) => a.size - b.size)
  let next = 0
  return {
    signed: newest?.size ?? 0,
    checkpoints: items.length,
    sizes: items.map(({ size }) => size),
    stamps: outside.stamps,
    hashOf(count) {
      const length = count * historyItemBytes
      return length > history.length ? null : headsOf(history.subarray(0, length)).sha256
    },
    hash512Of(count) {
      const length = count * historyItemBytes
      if (length > history.length) return null
      return toHex(digestOf('sha512', history.subarray(0, length)))
    },
    at(size, root) {
      for (let head = queue[next]; head?.size === size; head = queue[++next]) {
        const found = size === 0 ? emptyRoot() : root()
        if (!sameBytes(head.root, found)) {
          throw new Broken(head.where, `the tree of ${size} records has another root`)
        }
      }
    },
    end(size) {
      const head = queue[next]
      if (!head) return
      throw new Broken(head.where, `it is of ${head.size} records, and the log has ${size}`)
    },
  }
}

/** A pair of keys, and which trees it signs: those above the act that it came with, up to the largest before a start with the next. */
type Signer = {
  readonly verifiers: readonly VerifierKey[]
  readonly above: number
  readonly until: number
}

/** In the order in which they signed. */
export type Verifying = { readonly origin: string; readonly signers: readonly Signer[] }

export function signersOf(keys: Pick<Keys, 'log'>): Verifying {
  const { origin, verifierKeys, past } = keys.log
  const pairs = [...past, { verifierKeys, until: null }]
  return {
    origin,
    signers: pairs.map((pair, number) => ({
      verifiers: pair.verifierKeys.map(verifierOf),
      above: past[number - 1]?.at ?? -1,
      until: pair.until ?? Infinity,
    })),
  }
}

function verifierOf(text: string): VerifierKey {
  const key = parseVerifierKey(text)
  if (typeof key === 'string') throw new Broken('vault', key)
  return key
}

/** A stop in the middle of an item leaves a piece of it, which the next one overwrites. */
async function wholeHistory(source: RecordSource): Promise<Uint8Array> {
  const bytes = (await source.read(historyPath)) ?? new Uint8Array(0)
  return bytes.subarray(0, bytes.length - (bytes.length % historyItemBytes))
}

/**
 * Verifies items of the history.
 *
 * @param whole items @param from the number of the first of them; of a part, that one is there for the next to follow, and not verified
 */
export function historyOf(
  whole: Uint8Array,
  { origin, signers }: Verifying,
  mac: ItemMac,
  from = 0,
): readonly SignedHeadItem[] {
  const items = decodeHistory(whole)
  const keys = signers.map((signer) => ({ signer, key: ed25519Of(signer.verifiers) }))
  let last = -1
  for (const [i, item] of items.entries()) {
    const where = `${historyPath}, checkpoint ${from + i}`
    const before = last
    last = item.size
    if (i === 0 && from > 0) continue
    const checkpoint: Checkpoint = { origin, size: item.size, root: item.root }
    const its = keys.find(({ key }) => verifyPlainSignature(checkpoint, key, item.ed25519))
    if (its === undefined) throw new Broken(where, 'the Ed25519 signature is not valid')
    refuseSize(item.size, its.signer, where)
    if (!isItemIntact(whole, i, mac))
      throw new Broken(
        where,
        'it was changed, or what was signed before it is not what stands there',
      )
    if (item.size <= before)
      throw new Broken(where, `it is of ${item.size} records, after one of ${before}`)
  }
  return items
}

function ed25519Of(verifiers: readonly VerifierKey[]): VerifierKey {
  const key = verifiers.find(({ algorithm }) => algorithm === 'ed25519')
  if (!key) throw new Broken('vault', 'it has no Ed25519 key')
  return key
}

function refuseSize(size: number, { above, until }: Signer, where: string): void {
  if (size <= above)
    throw new Broken(where, `its keys came with record ${above}, and it is of ${size} records`)
  if (size > until)
    throw new Broken(where, `its keys were replaced after ${until} records, and it is of ${size}`)
}

async function newestOf(source: RecordSource, verifying: Verifying): Promise<Checkpoint | null> {
  const bytes = await source.read(notePath)
  return bytes === null ? null : ourCheckpoint(bytes, verifying, notePath)
}

/** @throws {Broken} unless the keys of its time have signed it */
export function ourCheckpoint(
  bytes: Uint8Array,
  { origin, signers }: Verifying,
  where: string,
): Checkpoint {
  let reason = 'there is no key to verify it with'
  for (const its of signers) {
    const verified = verifyCheckpoint(bytes, origin, its.verifiers)
    if (!verified.ok) {
      reason = verified.reason
      continue
    }
    refuseSize(verified.checkpoint.size, its, where)
    return verified.checkpoint
  }
  throw new Broken(where, reason)
}

type Agreeing = {
  readonly items: readonly SignedHeadItem[]
  readonly newest: Checkpoint | null
  readonly registered: Head
  readonly isServed: boolean
}

/** The register is moved first, then the history grows, then the note is replaced; a stop may come between. */
function checkAgree({ items, newest, registered, isServed }: Agreeing): void {
  const last = items.at(-1)?.size ?? 0
  const noted = newest?.size ?? 0
  // The server goes on while we read: the note that was read after the history may be newer than it.
  if (isServed) return
  if (noted > last)
    throw new Broken(
      historyPath,
      `it ends at ${last} records, the newest checkpoint is of ${noted}`,
    )
  if (last > registered.size) {
    throw new Broken(
      'head register',
      `it is of ${registered.size} records, and ${last} were signed`,
    )
  }
  if (registered.closedAt === null) return
  if (last !== registered.size) {
    throw new Broken(
      historyPath,
      `it ends at ${last} records, the log was closed with ${registered.size}`,
    )
  }
  if (noted !== registered.size) {
    throw new Broken(
      notePath,
      `it is of ${noted} records, the log was closed with ${registered.size}`,
    )
  }
}
