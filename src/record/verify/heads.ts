// Every head that was ever signed: its signature, and that the tree as it is begins with it.

import { sameBytes } from '../../base/bytes.ts'
import { type Keys } from '../keys/ports.ts'
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
import { Broken, type RecordSource } from './ports.ts'

const notePath = 'log/checkpoint'
const historyPath = 'log/checkpoints'

/** Heads to be compared with the tree as it grows. */
export type HeadCheck = {
  readonly signed: number
  readonly checkpoints: number
  /** Of every head that was signed. */
  readonly sizes: readonly number[]
  /** The tree has this size and root at some time. Sizes ascend. */
  at(size: number, root: () => Uint8Array): void
  /** @param size of the whole tree: no head may be larger */
  end(size: number): void
}

type Expected = { readonly size: number; readonly root: Uint8Array; readonly where: string }

/** Reads and verifies signatures; roots are compared as the tree grows. */
export async function checkHeads(source: RecordSource, keys: Keys): Promise<HeadCheck> {
  const verifiers = keys.log.verifierKeys.map(verifierOf)
  const verifying = { origin: keys.log.origin, verifiers }
  const items = await historyOf(source, verifying, itemMac(keys))
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
  if (newest) expected.push({ size: newest.size, root: newest.root, where: notePath })
  if (!source.isServed) expected.push({ ...registered, where: 'head register' })
  const queue = expected.toSorted((a, b) => a.size - b.size)
  let next = 0
  return {
    signed: newest?.size ?? 0,
    checkpoints: items.length,
    sizes: items.map(({ size }) => size),
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

type Verifying = { readonly origin: string; readonly verifiers: readonly VerifierKey[] }

function verifierOf(text: string): VerifierKey {
  const key = parseVerifierKey(text)
  if (typeof key === 'string') throw new Broken('vault', key)
  return key
}

async function historyOf(
  source: RecordSource,
  { origin, verifiers }: Verifying,
  mac: ItemMac,
): Promise<readonly SignedHeadItem[]> {
  const bytes = (await source.read(historyPath)) ?? new Uint8Array(0)
  const rest = bytes.length % historyItemBytes
  // A stop in the middle of an item leaves a piece of it, which the next one overwrites.
  const whole = bytes.subarray(0, bytes.length - rest)
  const items = decodeHistory(whole)
  const key = verifiers.find(({ algorithm }) => algorithm === 'ed25519')
  if (!key) throw new Broken('vault', 'it has no Ed25519 key')
  let last = -1
  for (const [i, item] of items.entries()) {
    const where = `${historyPath}, checkpoint ${i}`
    const checkpoint: Checkpoint = { origin, size: item.size, root: item.root }
    if (!verifyPlainSignature(checkpoint, key, item.ed25519)) {
      throw new Broken(where, 'the Ed25519 signature is not valid')
    }
    if (!isItemIntact(whole, i, mac))
      throw new Broken(
        where,
        'it was changed, or what was signed before it is not what stands there',
      )
    if (item.size <= last)
      throw new Broken(where, `it is of ${item.size} records, after one of ${last}`)
    last = item.size
  }
  return items
}

async function newestOf(
  source: RecordSource,
  { origin, verifiers }: Verifying,
): Promise<Checkpoint | null> {
  const bytes = await source.read(notePath)
  if (bytes === null) return null
  const verified = verifyCheckpoint(bytes, origin, verifiers)
  if (!verified.ok) throw new Broken(notePath, verified.reason)
  return verified.checkpoint
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
