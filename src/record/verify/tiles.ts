// Holds every file under log/tile against the leaves of the tree. https://c2sp.org/tlog-tiles

import { sameBytes } from '../../base/bytes.ts'
import { entryBytes } from '../ledger/entry.ts'
import {
  bundlePath,
  decodeBundle,
  encodeBundle,
  partialTiles,
  tileAt,
  tilePath,
  tileWidth,
} from '../ledger/tiles.ts'
import { perfectRoot } from '../ledger/proof.ts'
import { hashBytes } from '../ledger/tree.ts'
import { Broken, type RecordSource } from './ports.ts'
import { isHalfWritten } from './strays.ts'

/** Checks tiles as the leaves come by. */
export type TileCheck = {
  /** The next leaf, in order. Null where no file ends with it, which is nearly always, so that nothing has to be waited for. */
  leaf(hash: Uint8Array, entry: Uint8Array): Promise<void> | null
  /** No leaf is left: nothing may be there that was not checked. */
  end(): void
}

const folder = 'log/tile'

/**
 * @param durable tiles have to be there for this many leaves, partial ones for the right edge; after a crash there may be more,
 * which are checked too
 * @param signed sizes that were signed: their partial tiles stay until the full ones are there
 */
export async function checkTiles(
  source: RecordSource,
  durable: number,
  signed: readonly number[],
): Promise<TileCheck> {
  const there = new Set(await source.list(folder))
  const needed = partialPaths(durable, signed)
  const partialAt = new Set([...there, ...needed].map(leavesOfPartial))
  const levels: Uint8Array[][] = []
  let entries: Uint8Array[] = []
  let leaves = 0

  const compare = async (path: string, expected: Uint8Array, isFull: boolean): Promise<void> => {
    const name = `log/${path}`
    const isNeeded = isFull ? leaves <= durable : needed.has(path)
    if (!there.has(name) && !isNeeded) return
    const bytes = await source.read(name)
    // A running server takes a partial file away when the full one is there.
    if (bytes === null && source.isServed && !isFull) return
    if (bytes === null) throw new Broken(name, 'the file is missing')
    there.delete(name)
    if (!sameBytes(bytes, expected)) throw new Broken(name, 'it is not what the tree has here')
  }

  const compareBundle = async (): Promise<void> => {
    const width = entries.length
    const path = bundlePath({ index: Math.ceil(leaves / tileWidth) - 1, width })
    await compare(path, encodeBundle(joined(entries), entryBytes), width === tileWidth)
    if (width === tileWidth) entries = []
  }

  /** The tile of this level that ends with the newest leaf, and with a full one that of the next level. */
  const compareTiles = async (level: number): Promise<void> => {
    const hashes = joined(levels[level] ?? [])
    const width = hashes.length / hashBytes
    const index = Math.ceil(Math.floor(leaves / tileWidth ** level) / tileWidth) - 1
    await compare(tilePath({ level, index, width }), hashes, width === tileWidth)
    if (width < tileWidth) return
    levels[level] = []
    const above = (levels[level + 1] ??= [])
    above.push(perfectRoot(hashes))
    await compareTiles(level + 1)
  }

  return {
    leaf(hash, entry) {
      leaves++
      entries.push(entry)
      const lowest = (levels[0] ??= [])
      lowest.push(hash)
      if (leaves % tileWidth !== 0 && !partialAt.has(leaves)) return null
      return compareBundle().then(async () => await compareTiles(0))
    },
    end() {
      const [stray] = [...there].filter((path) => !isHalfWritten(path))
      if (stray !== undefined && !source.isServed)
        throw new Broken(stray, 'the tree has no such tile')
    },
  }
}

/** How many leaves a tree has that ends with this partial file of level 0; 0 for other files. Above, what is partial ends with a full tile. */
function leavesOfPartial(path: string): number {
  const [, index, width] = /tile\/(?:0|entries)\/((?:x\d{3}\/)*\d{3})\.p\/(\d+)$/.exec(path) ?? []
  return index === undefined ? 0 : Number(index.replaceAll(/\D/g, '')) * tileWidth + Number(width)
}

/** Partial tiles and bundles that a tree of this size has: those of its own edge, and those that it had when it was signed smaller. */
export function partialPaths(size: number, signed: readonly number[]): ReadonlySet<string> {
  const paths = new Set<string>()
  for (const one of [...signed, size]) {
    for (const tile of partialTiles(one)) {
      if (tileAt(tile.level, tile.index, size)?.width === tileWidth) continue
      paths.add(tilePath(tile))
      if (tile.level === 0) paths.add(bundlePath(tile))
    }
  }
  return paths
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const length = pieces[0]?.length ?? 0
  const bytes = new Uint8Array(pieces.length * length)
  for (const [i, piece] of pieces.entries()) bytes.set(piece, i * length)
  return bytes
}

/**
 * The entries of a tree of `size`, in order, bundle by bundle, from the first of a bundle on.
 *
 * @throws {Broken} when a bundle is missing or is none
 */
export async function* entriesOf(
  source: Pick<RecordSource, 'read'>,
  size: number,
  from = 0,
): AsyncGenerator<readonly Uint8Array[]> {
  for (let index = from / tileWidth; index * tileWidth < size; index++) {
    const width = tileAt(0, index, size)?.width ?? 0
    const path = bundlePath({ index, width })
    const full = bundlePath({ index, width: tileWidth })
    const bytes = (await source.read(`log/${path}`)) ?? (await source.read(`log/${full}`))
    if (bytes === null) throw new Broken(`log/${path}`, 'the file is missing')
    const entries = decodeBundle(bytes)?.slice(0, width) ?? []
    if (entries.length < width || entries.some(({ length }) => length !== entryBytes)) {
      throw new Broken(`log/${path}`, 'it is no bundle of entries')
    }
    yield entries
  }
}
