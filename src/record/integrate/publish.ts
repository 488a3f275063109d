import { sameBytes } from '../../base/bytes.ts'
import { type Clock } from '../../base/clock.ts'
import { FatalError, OperatorError } from '../../base/errors.ts'
import { rootOf, tileReader } from '../ledger/proof.ts'
import { type Head, type HeadRegister, type LogEnd } from '../ledger/ports.ts'
import { emptyRoot } from '../ledger/tree.ts'
import { type LogPosition } from '../types.ts'
import { type Derived } from './apply.ts'
import { encodeHistoryItem, isItemOf, itemMac } from './checkpoint-history.ts'
import { type CheckpointStore, type TileFile, type TileStore } from './ports.ts'
import { newestFullPaths } from './tree-tiles.ts'

/** What a head is made durable and signed with. */
export type Publishing = Derived & {
  readonly tileStore: TileStore
  readonly checkpoints: CheckpointStore
  readonly register: HeadRegister
  readonly clock: Clock
}

/** Makes what was applied durable, and signs it. One call at a time. Each may be made again after `NoSpace`. */
export type Publisher = {
  /** Everything below is durable outside the log. */
  readonly durable: LogPosition
  /** Whether the newest signed head is not that of the tree as it is. */
  readonly isBehind: boolean
  /**
   * Reads what the head register says, and marks the log as open there.
   * @throws {FatalError} when the tree is not the one that was registered
   * @throws {OperatorError} when there is a tree, and the register does not know the log
   */
  open(): Promise<void>
  /** Flushes and signs the tree as it is at the call. @param closedAt where the log ends, when it is closed with this */
  publish(closedAt?: LogEnd): Promise<void>
}

/** @param durable the position up to which everything is durable, as the last process left it */
export function publisher(parts: Publishing, durable: LogPosition): Publisher {
  const { register, keys, tiles } = parts
  const { origin } = keys.log
  let reached = durable
  let head: Head | null = null
  let isOpen = false
  let signedSize = -1

  const move = async (to: Head): Promise<void> => {
    await register.advance(origin, { from: head, to })
    head = to
  }
  return {
    get durable() {
      return reached
    },
    get isBehind() {
      return tiles.size !== signedSize
    },
    async open() {
      head = await register.read(origin)
      signedSize = sizeOf(await parts.checkpoints.read())
      if (head === null) {
        refuseUnknown(parts)
        await move({ size: 0, root: emptyRoot(), closedAt: null })
      } else {
        // A head beyond the durable position: its tiles are written first, so that its root can be made of them.
        if (head.size > reached && head.size <= tiles.size)
          reached = (await makeDurable(parts)).size
        await checkHead(head, parts)
        await move({ ...head, closedAt: null })
      }
      // Not of what the log was just replayed to: that is not written yet, and a stop now needs the partial tiles again.
      await removeOldPartials(newestFullPaths(reached), parts.tileStore)
      isOpen = true
    },
    async publish(closedAt) {
      if (!isOpen) throw new FatalError('a head before the head register was asked')
      const state = await makeDurable(parts)
      reached = state.size
      const to: Head = { size: state.size, root: state.root, closedAt: closedAt ?? null }
      // The register first: if we stop here, the next start signs this head and no other of its size.
      if (to.size !== head?.size || closedAt !== undefined) await move(to)
      if (to.size !== signedSize) await sign(to, parts)
      signedSize = to.size
      await removeOldPartials(
        state.full.map(({ path }) => path),
        parts.tileStore,
      )
    },
  }
}

/**
 * Bodies and tiles first, then the position: if we stop in between, the next start applies the log again from where the
 * position was, and finds the same bytes there already.
 */
async function makeDurable(
  parts: Publishing,
): Promise<{ size: number; root: Uint8Array; full: readonly TileFile[] }> {
  const { tiles, tileStore, bodies, mailbox } = parts
  // The state at the call: more may be applied while we wait for the disk.
  const { size } = tiles
  const bodyEnds = new Map(parts.bodyEnds)
  const snapshot = tiles.snapshot()
  const { frontier, root, full, partial } = snapshot
  await bodies.flush()
  await tileStore.write([...full, ...partial])
  // What was disposed of while we waited has no file any more, and a start would miss it.
  for (const bucket of bodyEnds.keys()) if (!parts.bodyEnds.has(bucket)) bodyEnds.delete(bucket)
  await mailbox.setDurable({ position: size, frontier, bodyEnds })
  tiles.written(snapshot)
  return { size, root, full }
}

async function sign({ size, root }: Head, { keys, clock, checkpoints }: Publishing): Promise<void> {
  const at = clock.now()
  const { note, ed25519 } = await keys.sign({ size, root }, at)
  await checkpoints.write(note, (before) => {
    // A try that failed, or a stop before the note was replaced, may have left it.
    if (before !== null && isItemOf(before, { size, root })) return null
    return encodeHistoryItem({ size, root, at, ed25519 }, before, itemMac(keys))
  })
}

/** Only once the position is past them: until then a start may take the tree up from a partial tile. */
async function removeOldPartials(paths: readonly string[], store: TileStore): Promise<void> {
  for (const path of paths) await store.removePartials(path)
}

function refuseUnknown({ register, tiles, keys }: Publishing): void {
  if (tiles.size === 0) return
  throw new OperatorError(
    'record.head-lost',
    `${register.name} does not know the log ${keys.log.origin}, which has ${tiles.size} records: put back the head register that belongs to this data folder, or name it with ONRECORD_HEAD_REGISTER`,
  )
}

async function checkHead({ size, root }: Head, { tiles, tileStore }: Publishing): Promise<void> {
  if (size > tiles.size) {
    throw new FatalError(
      `the head register has a tree of ${size} records, but only ${tiles.size} are in the log`,
    )
  }
  const found = size === tiles.size ? tiles.snapshot().root : await rootInTiles(size, tileStore)
  if (sameBytes(found, root)) return
  throw new FatalError(`the tree of ${size} records has another root than the head register`)
}

async function rootInTiles(size: number, store: TileStore): Promise<Uint8Array> {
  const read = tileReader(size, async (path) => await store.read(path))
  try {
    return await rootOf(size, read)
  } catch (cause) {
    throw new FatalError(`the tiles in log/tile have no tree of ${size} records`, { cause })
  }
}

/** The size that a note names. One that cannot be read counts as none: it is replaced by the next. */
function sizeOf(note: string | null): number {
  const [, size = ''] = note?.split('\n') ?? []
  return /^[0-9]{1,16}$/.test(size) ? Number(size) : -1
}
